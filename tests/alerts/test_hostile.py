from __future__ import annotations

import pytest

from watcher.alerts.hostile import clean, clean_piece, defuse, isolate, safe_url


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rebels  seize\n\ttown ", "Rebels seize town"),
        ("a\x00b\x1b[31mc\x7fd\x9be", "ab[31mcde"),
        ("a\u202eb\u2066c\u2069\u200e\u200f\u061cd", "abcd"),
        ("a\u200bb\ufeffc\u00add", "abcd"),
        ("a\U000e0041b\ud800c", "abc"),
        ("a\u2028b\u2029c\u00a0d", "a b c d"),
        ("می\u200cخواهند", "می\u200cخواهند"),  # Persian needs its joiner
        ("\u200b\n", ""),
    ],
)
def test_what_cannot_be_seen_is_taken_out(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(" in ", " in "), ("in", "in"), ("\n", " "), ("\u202e", ""), ("", ""), ("a\u202e b", "a b")]
)
def test_a_piece_keeps_the_spaces_at_its_ends(text: str, expected: str) -> None:
    assert clean_piece(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@everyone and @here", "@|everyone and @|here"),
        ("＠everyone", "＠|everyone"),
        ("<@123> <!here> <#C1> <https://evil.example|bank>", "<|@|123> <|!here> <|#C1> <|https://evil.example|bank>"),
        ("[bank](https://evil.example) [a][b]", "[bank]|(https://evil.example) [a]|[b]"),
        ("5 < 6 at 7 @ 8", "5 < 6 at 7 @ 8"),
    ],
)
def test_mentions_and_links_of_chats_are_broken(text: str, expected: str) -> None:
    assert defuse(text).replace("\u200b", "|") == expected


def test_only_a_text_with_right_to_left_letters_is_isolated() -> None:
    assert isolate("Crescent Wire") == "Crescent Wire"
    assert isolate("قناة 7") == "\u2068قناة 7\u2069"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/a?b=1&c=2#d", "https://news.example/a?b=1&c=2#d"),
        ("HTTP://News.Example:8080/A", "http://news.example:8080/A"),
        ("https://news.example", "https://news.example"),
        ("https://news.example/خبر?q=حلب", "https://news.example/%D8%AE%D8%A8%D8%B1?q=%D8%AD%D9%84%D8%A8"),
        ("https://news.example/a%20b", "https://news.example/a%20b"),
        ("https://news.example/@everyone", "https://news.example/%40everyone"),
        ('https://news.example/"onclick=<b>|x', "https://news.example/%22onclick=%3Cb%3E%7Cx"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("https://[2001:db8::1]:8443/a", "https://[2001:db8::1]:8443/a"),
    ],
)
def test_an_http_address_is_linked_with_everything_odd_encoded(url: str, expected: str) -> None:
    assert safe_url(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://news.example/",
        "//news.example/a",
        "/a",
        "https://",
        "https://bank.example@evil.example/",
        "https://user:secret@evil.example/",
        "https://news.example/a b",
        "https://news.example/\u202egpj.exe",
        "https://news.example/\n",
        "https://news.example:port/",
        "https://news.example:99999/",
        "https://[bad/",
        "https://a..b/",
        "https://news.exam$ple/",
        "https://news.example/" + "a" * 2000,
    ],
)
def test_any_other_address_is_not_linked(url: str | None) -> None:
    assert safe_url(url) is None


def test_what_is_defused_twice_is_as_what_is_defused_once() -> None:
    once = defuse("@everyone <!here> <script> [x](http://y)")

    assert defuse(once) == once
