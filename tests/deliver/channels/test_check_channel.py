from __future__ import annotations

from collections.abc import Callable

import pytest

from watcher.deliver.channels import check_channel
from watcher.model import Channel


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://user:geheim@mail.example.org?from=watcher@example.org&to=desk@example.org",
        "mmosts://chat.example.org/abcdefghijklmnopqrstuvwx24",
        "matrixs://user:geheim@matrix.example.org/#room",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#desk",
        "ntfys://ntfy.example.org/topic",
        "gotifys://push.example.org/geheimtoken",
        "jsons://hooks.example.org/desk",
    ],
)
def test_what_apprise_takes_is_usable(url: str, channel: Callable[[str], Channel]) -> None:
    assert check_channel(channel(url)) is None


ONE_RECIPIENT = "a channel has one recipient, got 2: make a channel of each, a route may name several"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("pigeon://user:geheim@loft", "unknown scheme 'pigeon'"),
        ("geheim", "unknown scheme 'geheim'"),
        ("", "unknown scheme ''"),
        ("mailto://", "mailto: Invalid ~From~ email specified:"),
        ("mailto://u:geheim@example.org?to=a@example.org,b@example.org", ONE_RECIPIENT),
        ("mailto://u:geheim@example.org?to=a@example.org&bcc=b@example.org", ONE_RECIPIENT),
        ("mailto://u:geheim@example.org/a@example.org/geheim/", "Dropped invalid To email (***) specified."),
        ("mailto://u:geheim@example.org?to=a@example.org&pgp=sign", "pgp is not supported"),
        ("mmost://chat.example.org/abcdefghijklmnopqrstuvwx24?to=one,two", ONE_RECIPIENT),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/12315545/", ONE_RECIPIENT),
    ],
)
def test_why_a_channel_is_unusable_is_told_without_its_secrets(
    url: str, reason: str, channel: Callable[[str], Channel]
) -> None:
    assert check_channel(channel(url)) == reason
