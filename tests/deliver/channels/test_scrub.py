from __future__ import annotations

import pytest

from watcher.deliver.channels.scrub import scrubber


@pytest.mark.parametrize(
    ("url", "text", "expected"),
    [
        ("mailto://user:s3cret@host", "login user / s3cret failed", "login *** / *** failed"),
        ("mailto://user:p%40ss%2Fword@host", "p@ss/word and p%40ss%2Fword and p%40ss/word", "*** and *** and ***"),
        ("mailto://user:p%40ss%2fword@host", "p%40ss%2Fword", "***"),
        ("json://user:geheim@host/", "Authorization: Basic dXNlcjpnZWhlaW0=", "Authorization: Basic ***"),
        ("mmost://chat.example/hooktoken123", "url: /hooks/hooktoken123 (timed out)", "url: /hooks/*** (timed out)"),
        ("slack://T0AAAAAAA/B0BBBBBBB/cccccccc/#room", "T0AAAAAAA/B0BBBBBBB/cccccccc", "***/***/***"),
        ("json://host/?+X-Api-Key=key%2Bvalue", "X-Api-Key: key+value", "X-Api-Key: ***"),
        ("json://host/?token=to%20ken", "token=to+ken or to ken or to%20ken", "token=*** or *** or ***"),
        ("tgram://123456789:abcdef_ghi/42424242/", "bot123456789:abcdef_ghi to 42424242", "bot***:*** to ***"),
        ('json://u:quo"te@host', r'{"password": "quo\"te"}', '{"password": "***"}'),
        ("json://u:пароль@host", r"b'\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c' пароль", "b'***' ***"),
        ("json://u:pw@host", "pw is short: pwd, spw, (pw)", "*** is short: pwd, spw, (***)"),
        ("json://host", "nothing secret about this", "nothing secret about this"),
    ],
)
def test_every_part_of_a_url_is_struck_out_in_every_form(url: str, text: str, expected: str) -> None:
    assert scrubber(url, shown=("host",))(text) == expected


def test_hosts_and_switches_stay_readable() -> None:
    scrub = scrubber(
        "mailtos://u:geheim@mail.example.org?verify=no&mode=starttls&to=desk@example.org",
        shown=("mail.example.org",),
        plain_options=("verify", "mode"),
    )

    assert (
        scrub("mail.example.org has no starttls for desk@example.org, geheim")
        == "mail.example.org has no starttls for ***, ***"
    )
