from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from watcher.deliver.channels import check_channel
from watcher.deliver.channels.destination import Destination, lay_out, prepare, to_part
from watcher.deliver.channels.parts import Part
from watcher.model import Channel, Message

MakeChannel = Callable[[str], Channel]


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
def test_what_apprise_takes_is_usable(url: str, channel: MakeChannel) -> None:
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
        ("mailto://u:gehe%C3%AFm@example.org", "user and password of a mail server must be ASCII"),
        ("mmost://chat.example.org/abcdefghijklmnopqrstuvwx24?to=one,two", ONE_RECIPIENT),
        ("tgram://123456789:abcdefg_hijklmnop/12315544/12315545/", ONE_RECIPIENT),
    ],
)
def test_why_a_channel_is_unusable_is_told_without_its_secrets(url: str, reason: str, channel: MakeChannel) -> None:
    assert check_channel(channel(url)) == reason


def _prepared(channel: Channel, seconds: float = 60) -> Destination:
    prepared = prepare(channel, timedelta(seconds=seconds))
    assert isinstance(prepared, Destination)
    return prepared


def fit(message: Message, destination: Destination) -> tuple[Part, ...]:
    """The messages as they go out."""
    texts = lay_out(message, destination)
    pieces = [replace(message, text=text) for text in texts]
    return tuple(
        to_part(piece, destination, number, len(texts), possible_repeat=False) for number, piece in enumerate(pieces, 1)
    )


def test_timeouts_leave_room_for_a_late_answer_unless_the_url_sets_them(channel: MakeChannel) -> None:
    def timeouts(url: str, seconds: float = 60) -> tuple[float, float]:
        service = _prepared(channel(url), seconds).service
        return service.socket_connect_timeout, service.socket_read_timeout

    assert timeouts("json://hooks.example.org/desk") == (15.0, 300.0)
    assert timeouts("json://hooks.example.org/desk", seconds=10) == (5.0, 300.0)
    assert timeouts("json://hooks.example.org/desk?cto=2.5&rto=9") == (2.5, 9.0)
    assert timeouts("mailto://u:p@example.org?cto=40")[0] == 40.0


def test_chats_get_the_plain_text(channel: MakeChannel, message: Message) -> None:
    for url in ("mmost://chat.example.org/abcdefghijklmnopqrstuvwx24", "matrix://u:p@example.org/#room"):
        assert fit(message, _prepared(channel(url))) == (Part(message.subject, message.text.strip()),)


def test_telegram_gets_the_text_escaped_as_html_with_its_blank_lines(channel: MakeChannel) -> None:
    telegram = _prepared(channel("tgram://123456789:abcdefg_hijklmnop/12315544/"))

    assert fit(Message("a < b", "Khan & Tuman\n\n<i>", ""), telegram) == (
        Part(
            "a &lt; b",
            "Khan &amp; Tuman\n\n&lt;i&gt;",
            is_html=True,
            plainer=Part("a ‹ b", "Khan + Tuman\n\n‹i›", is_html=True),
        ),
    )


def test_an_email_service_behind_a_web_api_gets_the_html_page(channel: MakeChannel, message: Message) -> None:
    mailgun = _prepared(channel("mailgun://watcher@example.org/key-0123456789/desk@example.org"))

    plainer = Part(message.subject, message.text.strip())
    assert fit(message, mailgun) == (Part(message.subject, message.html, is_html=True, plainer=plainer),)


def test_where_punctuation_is_escaped_for_markdown_a_part_holds_less(channel: MakeChannel) -> None:
    rocket = _prepared(channel("rocket://user:word@example.org/#room"))

    parts = fit(Message("new", "\n\n".join(["(*)" * 10] * 40), ""), rocket)

    assert all(2 * len(part.text.replace("\n", "")) <= 980 for part in parts)
    assert len(parts) > 2
