"""What the bytes say, against what they are labelled as."""

from __future__ import annotations

import codecs
import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.feeds.decode import decode

ARABIC = "سيطرت قوات محلية على بلدة تل رفعت شمال حلب، وانسحبت منها الفصائل مساء الأربعاء «بعد معارك»."
PLAIN_ARABIC = ARABIC.replace("«", "").replace("»", "")
AS_LETTERS = "read as iso-8859-6, as its letters show"
FRENCH = "La région d'Alep : l'été dernier, où ça ? Un garçon naïf à Noël, déjà reçu."
DECLARATION = '<?xml version="1.0" encoding="{}"?>'


def _feed(text: str, encoding: str, declared: str | None = None) -> bytes:
    declaration = DECLARATION.format(declared) if declared else ""
    return f"{declaration}<rss><channel><item><title>{text}</title></item></channel></rss>".encode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "declared", "content_type", "used", "notes"),
    [
        (ARABIC, "utf-8", "utf-8", None, "utf-8", ()),
        (ARABIC, "utf-8", None, None, "utf-8", ()),
        (ARABIC, "utf-8", "iso-8859-1", "text/xml; charset=ISO-8859-1", "utf-8", ()),
        (ARABIC, "utf-8", "windows-1256", None, "utf-8", ()),
        (ARABIC, "cp1256", "windows-1256", None, "windows-1256", ()),
        (ARABIC, "cp1256", None, 'text/xml; charset="Windows-1256"', "windows-1256", ()),
        (ARABIC, "cp1256", None, None, "windows-1256", ("read as windows-1256, as its letters show",)),
        (
            ARABIC,
            "cp1256",
            "utf-8",
            "text/xml; charset=utf-8",
            "windows-1256",
            (
                "XML says utf-8, but the bytes do not",
                "HTTP says utf-8, but the bytes do not",
                "read as windows-1256, as its letters show",
            ),
        ),
        (
            ARABIC,
            "cp1256",
            "iso-8859-1",
            None,
            "windows-1256",
            ("XML says iso-8859-1, but the bytes do not", "read as windows-1256, as its letters show"),
        ),
        (
            ARABIC,
            "cp1256",
            "nonsense",
            "text/xml; charset=windows-1256",
            "windows-1256",
            ("XML says nonsense, but the bytes do not",),
        ),
        (PLAIN_ARABIC, "iso8859-6", "iso-8859-6", None, "iso-8859-6", ()),
        (
            ARABIC.replace("«", "").replace("»", ""),
            "iso8859-6",
            None,
            None,
            "iso-8859-6",
            (AS_LETTERS,),
        ),
        (
            ARABIC.replace("«", "").replace("»", ""),
            "iso8859-6",
            "utf-8",
            None,
            "iso-8859-6",
            ("XML says utf-8, but the bytes do not", AS_LETTERS),
        ),
        (FRENCH, "cp1252", "windows-1252", None, "windows-1252", ()),
        (FRENCH, "cp1252", "iso-8859-1", None, "windows-1252", ()),
        (FRENCH, "cp1252", "us-ascii", None, "windows-1252", ()),
        (FRENCH, "cp1252", None, "text/xml; charset=iso-8859-1", "windows-1252", ()),
        (FRENCH, "cp1252", None, None, "windows-1252", ("read as windows-1252",)),
        (FRENCH + "€", "iso8859-15", "iso-8859-15", None, "iso-8859-15", ()),
        ("informação não INFORMAÇÃO ações", "cp1252", None, None, "windows-1252", ("read as windows-1252",)),
        ("smörgåsbord åäö ÅÄÖ", "cp1252", None, None, "windows-1252", ("read as windows-1252",)),
        ("Новости города и области", "cp1251", "windows-1251", None, "cp1251", ()),
        ("新闻报道", "gb18030", "gb2312", None, "gb18030", ()),
        ("ニュース", "cp932", "Shift_JIS", None, "cp932", ()),
        ("뉴스", "cp949", "euc-kr", None, "cp949", ()),
        (ARABIC, "utf-16", "utf-16", None, "utf-16-le", ()),
        (ARABIC, "utf-16-be", "utf-16", None, "utf-16-be", ()),
        (ARABIC, "utf-32", "utf-32", None, "utf-32-le", ()),
        (ARABIC, "utf-32-le", "utf-32", None, "utf-32-le", ()),
        (FRENCH, "cp037", "cp037", None, "cp037", ()),
    ],
)
def test_the_text_comes_out_right(
    text: str, encoding: str, declared: str | None, content_type: str | None, used: str, notes: tuple[str, ...]
) -> None:
    decoded = decode(_feed(text, encoding, declared), content_type)

    assert f"<title>{text}</title>" in decoded.text
    assert (decoded.encoding, decoded.notes) == (used, notes)


@pytest.mark.parametrize(
    ("encoding", "text", "used"),
    [
        ("koi8-r", "Новости города и области, сообщают местные жители", "koi8-r"),
        ("cp1251", "Новости города и области, сообщают местные жители", "cp1251"),
        ("cp1253", "Νέα της πόλης και της περιοχής, λένε οι κάτοικοι", "cp1253"),
        ("cp1254", "Türkiye'nin güneyindeki şehir için çağrı yapıldı", "windows-1252"),
        ("cp1250", "Zażółć gęślą jaźń, mówią mieszkańcy", "windows-1252"),
        ("gb18030", "据当地居民说，这座城市的新闻报道", "gb18030"),
        ("euc-jp", "地元の住民によると、この町のニュース", "euc_jp"),
        ("cp932", "地元の住民によると、この町のニュースが読まれる", "cp932"),
    ],
)
def test_a_script_that_nothing_declares_is_guessed_if_it_is_not_western(encoding: str, text: str, used: str) -> None:
    assert decode(_feed(text, encoding), None).encoding == used


def test_hebrew_is_not_taken_for_arabic() -> None:
    body = _feed("חדשות העיר והאזור, לפי התושבים המקומיים", "cp1255")

    assert decode(body, None).encoding not in ("windows-1256", "iso-8859-6")


def test_a_label_that_does_not_fit_the_bytes_is_not_followed() -> None:
    decoded = decode(_feed(FRENCH, "cp1252", "shift_jis"), "text/xml; charset=windows-1252")

    assert FRENCH in decoded.text
    assert decoded.notes == ("XML says shift_jis, but the bytes do not",)


def test_one_bad_byte_does_not_blind_an_arabic_feed() -> None:
    whole = _feed(ARABIC * 3, "utf-8", "utf-8")
    damaged = whole.replace("حلب".encode(), b"\xff" + "حلب".encode(), 1)

    decoded = decode(damaged, "text/xml; charset=utf-8")

    assert decoded.encoding == "utf-8"
    assert "شمال \ufffdحلب" in decoded.text
    assert decoded.text.count("حلب") == 3
    assert decoded.notes == ("1 byte not valid in utf-8, replaced",)


def test_a_letter_cut_in_half_costs_that_letter() -> None:
    damaged = _feed(ARABIC * 3, "utf-8").replace("حلب".encode(), "حلب".encode()[:-1], 1)

    decoded = decode(damaged, None)

    assert "حل\ufffd" in decoded.text
    assert decoded.notes == ("1 byte not valid in utf-8, replaced",)


def test_quotes_pasted_from_windows_into_a_utf_8_feed_are_read_as_quotes() -> None:
    body = "<rss><title>é café naïve déjà vu".encode() + b" \x93quoted\x94</title></rss>"

    decoded = decode(body, "text/xml; charset=utf-8")

    assert "é café naïve déjà vu “quoted”" in decoded.text
    assert decoded.notes == ("2 bytes not valid in utf-8, read as windows-1252",)


def test_a_byte_order_mark_is_no_proof() -> None:
    body = codecs.BOM_UTF8 + _feed(ARABIC, "cp1256")

    assert ARABIC in decode(body, None).text


@pytest.mark.parametrize(
    ("raw", "expected", "notes"),
    [
        (b"<rss>a\x00b\x1ac</rss>", "<rss>abc</rss>", ("2 control characters removed",)),
        (b"<rss>one\x0btwo\x0cthree</rss>", "<rss>one two three</rss>", ("2 control characters removed",)),
        (b"<rss>\t\r\n</rss>", "<rss>\t\r\n</rss>", ()),
        (
            b"<rss>a&#0;b&#x1F;c&#xD800;d&#1114112;e&#99999999999999999999;f</rss>",
            "<rss>ab cdef</rss>",
            ("references to characters that XML forbids removed",),
        ),
        (b"<rss>&#1581;&#x62d;&#010;&amp;&#38;</rss>", "<rss>&#1581;&#x62d;&#010;&amp;&#38;</rss>", ()),
        ("<rss>\ufffe\uffff</rss>".encode(), "<rss></rss>", ("2 control characters removed",)),
    ],
)
def test_what_xml_forbids_is_struck_out(raw: bytes, expected: str, notes: tuple[str, ...]) -> None:
    decoded = decode(raw, None)

    assert (decoded.text, decoded.notes) == (expected, notes)


@pytest.mark.parametrize(
    ("raw", "expected", "notes"),
    [
        (b"\n\n  <?xml version='1.0'?><rss/>", "<?xml version='1.0'?><rss/>", ()),
        (b"junk <rss/>", "<rss/>", ("5 characters before the document removed",)),
        (
            b"<br />\n<b>Warning</b>: deprecated in <b>x.php</b>\n<?xml version='1.0'?><rss/>",
            "<?xml version='1.0'?><rss/>",
            ("50 characters before the document removed",),
        ),
        (b"<!-- made by --><rss><![CDATA[<?xml ?>]]></rss>", "<!-- made by --><rss><![CDATA[<?xml ?>]]></rss>", ()),
        (b"<html><pre>&lt;</pre><?xml version='1.0'?></html>", "<html><pre>&lt;</pre><?xml version='1.0'?></html>", ()),
        ("\ufeff\ufeff<rss/>".encode(), "<rss/>", ()),
        (b' {"version": "a < b"}', '{"version": "a < b"}', ()),
        (b"no markup at all", "no markup at all", ()),
        (b"", "", ()),
    ],
)
def test_what_stands_before_the_document_is_removed(raw: bytes, expected: str, notes: tuple[str, ...]) -> None:
    decoded = decode(raw, None)

    assert (decoded.text, decoded.notes) == (expected, notes)


@pytest.mark.parametrize(
    "label",
    ["rot13", "base64", "idna", "punycode", "undefined", "unicode_escape", "utf-7", "utf-16", "\x00", "x" * 500, "حلب"],
)
def test_a_label_that_is_no_charset_is_not_followed(label: str) -> None:
    body = DECLARATION.format(label).encode() + _feed(FRENCH, "cp1252")

    decoded = decode(body, f"text/xml; charset={label}")

    assert FRENCH in decoded.text
    assert decoded.encoding == "windows-1252"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.none() | st.text(max_size=40))
def test_any_bytes_become_text_that_can_be_stored(body: bytes, content_type: str | None) -> None:
    decoded = decode(body, content_type)

    decoded.text.encode("utf-8")
    assert "\x00" not in decoded.text


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "cp1252"])
def test_random_damage_never_raises(encoding: str) -> None:
    body = bytearray(_feed(ARABIC if encoding != "cp1252" else FRENCH, encoding, encoding))
    noise = gzip.compress(bytes(range(256)))
    for position in range(0, len(body), 7):
        body[position] = noise[position % len(noise)]

    assert decode(bytes(body), None).text
