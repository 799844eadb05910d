"""From HTML to the text that a reader sees."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.feeds.items import clean_text
from watcher.feeds.items.text import clean_line


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One.\n  still one</p>\n\n\n<p>Two.", "One. still one\n\nTwo."),
        ("<div>One<div>Two</div></div>Three", "One\n\nTwo\n\nThree"),
        ("one<br>two<br/>three<br><br>four", "one\ntwo\nthree\n\nfour"),
        ("<ul><li>a</li><li>b</ul>c", "a\nb\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><th>c<th>d</table>", "a b\n\nc d"),
        ("<h2>Head</h2>text", "Head\n\ntext"),
        ("in<b>si</b>de <a href='x'>a link</a>, done", "inside a link, done"),
        ("<P CLASS=x>Upper</P>", "Upper"),
        ("wrapped\nat will\nhere", "wrapped at will here"),
        ("para one\n\npara\r\ntwo\r\n \t\r\n\r\npara three", "para one\n\npara two\n\npara three"),
        ("lead\n\n<p>the\nrest</p>", "lead\n\nthe rest"),
        ("Fish &amp; chips &lt;3 &#1581;&#x644;&#1576; &eacute; &hellip;", "Fish & chips <3 حلب é …"),
        ("AT&T, R&D, 5 < 6 > 4, a & b", "AT&T, R&D, 5 < 6 > 4, a & b"),
        ("the <Qalam> agency", "the <Qalam> agency"),
        ("&lt;p&gt;twice&lt;/p&gt;&lt;p&gt;escaped&lt;/p&gt;", "twice\n\nescaped"),
        ("<![CDATA[<p>left over</p>]]>", "left over"),
        ("a<!-- hidden <p> words -->b", "ab"),
        ("a <!-- never closed <p>words</p> <!-- more", "a\n\nnever closed\n\nwords\n\nmore"),
        ("<!DOCTYPE html><?php echo?><p>x", "x"),
        ("<script>var x = '<p>no</p>';</script>yes<style>p {}</style>", "yes"),
        ("<script src='x'/>yes", "yes"),
        ("<noscript><img src=x>no</noscript>yes", "yes"),
        ("<svg><title>no</title></svg>yes<iframe src='x'> and so</iframe>", "yes and so"),
        ("<html><head><title>A headline</title><style>p {}</style></head><body>and text", "A headline\n\nand text"),
        ("yes<script>no", "yes"),
        ("yes</script></svg> yes", "yes yes"),
        ("yes <iframe src='x'>the rest of the article", "yes the rest of the article"),
        ("<p title='a > b' data-x=\"c > d\">x</p>", "x"),
        ("<p class=it's>x</p>", "x"),
        ("a\u00a0b\u2003c\td", "a b c d"),
        ("م\u200fدينة ح\u200bلب\u202c \u2066x\u2069 co\u00adop\ufeff", "مدينة حلب x coop"),
        ("one\u2028two\u2029three", "one two\n\nthree"),
        ("a\x00b\x1b[31mc&#27;d\x85e", "ab[31mcd e"),
        ("trailing <", "trailing <"),
        ("trailing <p", "trailing <p"),
    ],
)
def test_the_text_is_what_a_reader_sees(markup: str, expected: str) -> None:
    assert clean_text(markup) == expected


def test_a_title_is_one_line() -> None:
    assert clean_line("<p>Two</p>\n<p>lines</p>") == "Two lines"


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<a b='",
        "<!--",
        "<!",
        "</a",
        "&",
        "&#",
        "<![CDATA[",
        "<script>",
        "<div>x",
        " ",
        "\n",
        " \n",
        "<p a=\"b'",
    ],
)
def test_cost_grows_with_length_only(piece: str) -> None:
    started = time.monotonic()

    clean_text(piece * (300_000 // len(piece)))

    assert time.monotonic() - started < 5  # html.parser of Python 3.11 takes twenty minutes for some of these


@given(st.text(st.sampled_from("<>/!-&;#[]\"'=ab p\n\u200b\u00a0حل"), max_size=60))
def test_clean_text_is_clean(markup: str) -> None:
    text = clean_text(markup)

    assert text == text.strip()
    assert "\n\n\n" not in text
    assert "  " not in text
    assert "\u200b" not in text
