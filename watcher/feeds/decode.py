"""From a body's bytes to clean text that an XML parser accepts, before anything looks for entries in it.

Pure. One bad byte must not blind an Arabic feed: what the bytes say counts more than what their labels say. Sits
between fetch and parse.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import charset_normalizer

_BYTE_ORDER_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNLIKE_ASCII = (  # how "<" or "{" and what follows looks in encodings that are no superset of ASCII (XML 1.0, F.1)
    (re.compile(rb"\x00\x00\x00[<{]"), "utf-32-be"),
    (re.compile(rb"[<{]\x00\x00\x00"), "utf-32-le"),
    (re.compile(rb"\x00[<{]\x00[^\x00]"), "utf-16-be"),
    (re.compile(rb"[<{]\x00[^\x00]\x00"), "utf-16-le"),
)
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm"
_MEANT = {  # what documents labelled so really hold (WHATWG Encoding Standard, 4.2)
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_LATIN = ("cp1252", "iso8859-15")  # labels that software writes unasked: believed only if the letters agree
# Disproved by the time that labels are looked at, or no charset at all
_NEVER = re.compile(r"utf-(?:7|8|16|32).*|idna|punycode|undefined|(?:raw[-_])?unicode[-_]escape")
_NAMES = {
    "cp1252": "windows-1252",
    "cp1256": "windows-1256",
    "iso8859-15": "iso-8859-15",
    "iso8859-6": "iso-8859-6",
}  # as people write them

_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']\s*([^"'>\s]+)""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([^"'>;\s]+)""", re.IGNORECASE)

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_STRAY = re.compile("[\udc80-\udcff]")  # how "surrogateescape" keeps a byte that is not UTF-8
_STRAY_IN_ASCII = re.compile("(?<=[A-Za-z])[\udc80-\udcff](?=[\x00-\x7f])|(?<=[\x00-\x7f])[\udc80-\udcff](?=[A-Za-z])")
_FEW = 0.05  # the share of non-ASCII characters that may be broken before a decoding is no longer believed

# What XML 1.0 (2.2) forbids. Old separators become spaces, so that no two words are glued together.
_SEPARATOR = re.compile("[\x0b\x0c\x1c-\x1f]")
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1b\ufffe\uffff\ud800-\udfff]")
_EITHER = re.compile(f"{_SEPARATOR.pattern[:-1]}{_FORBIDDEN.pattern[1:]}")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));")
_LAST_CODE_POINT = 0x10FFFF
_LONGEST_REFERENCE = 7  # digits of the last code point, in decimal
_BEGINNING = re.compile(r"<(?:(\?xml\s)|(?:rss|feed|rdf:rdf|channel|item|entry|html|!doctype)[\s>])", re.IGNORECASE)
_JUNK_LIMIT = 10_000  # characters; what begins later than that is something else

_ARABIC_LETTER = "\u0621-\u063a\u0641-\u064a\u067e\u0679\u0686\u0688\u0691\u0698\u06a9\u06af\u06ba\u06be\u06c1\u06d2"
_ARABIC_WORD = re.compile(f"(?<![A-Za-z])[{_ARABIC_LETTER}]{{2,}}(?![A-Za-z])")
_HIGH_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")
_ARABIC_SHARE = 0.9  # of the high letters that stand in Arabic words; Cyrillic, Hebrew and Greek bytes give 0.3 to 0.7
_COMMON_LETTERS = re.compile("[لمنهوي]")  # a third of Arabic text; capitals in KOI8-R, whose small letters look Arabic
_COMMON_SHARE = 0.15
_ARABIC = ("cp1256", "iso8859-6")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LONG_RUN = 3
_TELLING_BYTES = 20  # in long runs; fewer tell nothing
_SAMPLE = 50_000  # bytes that a guess is made from
_OTHER_SCRIPTS = ("cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1251", "koi8_r", "cp1253", "cp1255", "cp874")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text: ``encoding`` is the one that was used, ``notes`` what had to be repaired."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(body: bytes, content_type: str | None) -> Decoded:
    """Read ``body`` in the encoding that fits it best, and strike out what XML forbids."""
    read = _unlike_ascii(body) or _utf_8(body) or _labelled(body, content_type)
    text, struck_out = _strike_out_forbidden(read.text)
    text, cut = _cut_junk(text)
    return Decoded(text, read.encoding, read.notes + struck_out + cut)


def _unlike_ascii(body: bytes) -> Decoded | None:
    """The text, if a byte order mark or its first characters show UTF-16, UTF-32 or EBCDIC."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return _few_broken(body[len(mark) :], encoding) if encoding != "utf-8" else None
    if body.startswith(_EBCDIC):
        label = _DECLARED.match(body[:200].decode("cp037").encode("latin-1"))
        return _few_broken(body, (label and _codec(label[1].decode("latin-1"))) or "cp037")
    return next((_few_broken(body, encoding) for pattern, encoding in _UNLIKE_ASCII if pattern.match(body)), None)


def _utf_8(body: bytes) -> Decoded | None:
    """The text, if it is UTF-8 but for a few stray bytes.

    Valid sequences do not come about by chance in any other encoding, so when they outnumber the stray bytes the
    document is UTF-8 with insertions from a Windows editor. When those are very few, they may as well be damage: then
    only those amid ASCII letters ("didn’t") are read so, and each other one becomes U+FFFD.
    """
    body = body.removeprefix(codecs.BOM_UTF8)
    try:
        return Decoded(body.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "surrogateescape")
    stray = len(_STRAY.findall(text))
    whole = len(re.findall("[^\x00-\x7f\udc80-\udcff]", text))
    if stray > whole and stray > _FEW * (stray + whole):
        return None
    is_few = stray <= _FEW * (stray + whole)
    repaired, read = (_STRAY_IN_ASCII if is_few else _STRAY).subn(_as_windows_1252, text)
    repaired, replaced = _STRAY.subn("\ufffd", repaired)
    notes = [f"{_count(read, 'byte')} not valid in utf-8, read as windows-1252"] if read else []
    notes += [f"{_count(replaced, 'byte')} not valid in utf-8, replaced"] if replaced else []
    return Decoded(repaired, "utf-8", tuple(notes))


def _labelled(body: bytes, content_type: str | None) -> Decoded:
    """The text by the XML declaration, else by the HTTP header, else by what its letters look like."""
    declared, charset = _DECLARED.match(body[:1000]), _CHARSET.search(content_type or "")
    labels = [("XML", declared[1].decode("latin-1"))] if declared else []
    labels += [("HTTP", charset[1])] if charset else []
    arabic = _arabic_encoding(body)
    notes: tuple[str, ...] = ()
    for source, label in labels:
        encoding = _codec(label)
        if encoding in _LATIN and not arabic:
            return Decoded(body.decode(encoding, "replace"), _NAMES[encoding], notes)
        if encoding is not None and encoding not in _LATIN and (found := _few_broken(body, encoding)):
            return Decoded(found.text, found.encoding, notes + found.notes)
        notes += (f"{source} says {label[:40]}, but the bytes do not",)
    by_letters = arabic or _other_script(body)
    if by_letters is not None:
        name = _NAMES.get(by_letters, by_letters)
        return Decoded(body.decode(by_letters, "replace"), name, (*notes, f"read as {name}, as its letters show"))
    return Decoded(body.decode("cp1252", "replace"), "windows-1252", (*notes, "read as windows-1252"))


def _codec(label: str) -> str | None:
    """Python's codec for an encoding's label; None for what is unknown, disproved by now, or no charset at all."""
    try:
        name = codecs.lookup(label).name
        b"<".decode(name, "replace")
    except (LookupError, ValueError):  # a codec that is none for text is a LookupError, a null byte a ValueError
        return None
    return None if _NEVER.fullmatch(name) else _MEANT.get(name, name)


def _few_broken(body: bytes, encoding: str) -> Decoded | None:
    """``body`` in ``encoding``, if at most a few of its non-ASCII characters are broken."""
    text = body.decode(encoding, "replace")
    broken = text.count("\ufffd")
    if broken > _FEW * len(_NOT_ASCII.findall(text)):
        return None
    notes = (f"{_count(broken, 'character')} not valid in {encoding}, replaced",) if broken else ()
    return Decoded(text, _NAMES.get(encoding, encoding), notes)


def _as_windows_1252(stray: re.Match[str]) -> str:
    return bytes((ord(stray[0]) - 0xDC00,)).decode("cp1252", "replace")


def _arabic_encoding(body: bytes) -> str | None:
    """The encoding in which these bytes are Arabic words, if there is one."""
    return next((encoding for encoding in _ARABIC if _looks_arabic(body.decode(encoding, "replace"))), None)


def _looks_arabic(text: str) -> bool:
    """Whether a text that was decoded on trial is Arabic.

    In Western text high bytes stand alone among ASCII letters (and windows-1256 has the French ones at the same
    places); in Arabic they fill whole words, and some letters are far more frequent than others. The wrong one of the
    Arabic encodings breaks the words: it has other letters, or none, at the places of the most frequent ones.
    """
    letters = len(_HIGH_LETTER.findall(text)) + text.count("\ufffd")
    words = "".join(_ARABIC_WORD.findall(text))
    common = len(_COMMON_LETTERS.findall(words))
    return bool(words) and len(words) >= _ARABIC_SHARE * letters and common >= _COMMON_SHARE * len(words)


def _other_script(body: bytes) -> str | None:
    """The encoding of text that is neither Arabic nor Western, as charset_normalizer guesses it; None if it is Western.

    Western text has its high bytes among ASCII letters; where they fill whole words, they are another script.
    """
    runs = _HIGH_RUN.findall(body)
    in_words = sum(len(run) for run in runs if len(run) >= _LONG_RUN)
    if in_words < _TELLING_BYTES or 2 * in_words <= sum(len(run) for run in runs):
        return None
    start = max(0, body.find(next(run for run in runs if len(run) >= _LONG_RUN)) - _SAMPLE // 10)
    sample = body[start : start + _SAMPLE]
    sample = sample[: sample.rfind(b"<")] if b"<" in sample else sample  # not in the middle of a character
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_OTHER_SCRIPTS), threshold=0.3).best()
    return None if best is None else codecs.lookup(best.encoding).name


def _strike_out_forbidden(text: str) -> tuple[str, tuple[str, ...]]:
    """Without the characters that XML forbids, written out or as numeric references."""
    separators = forbidden = 0
    if _EITHER.search(text):  # one look is enough for most
        text, separators = _SEPARATOR.subn(" ", text)
        text, forbidden = _FORBIDDEN.subn("", text)
    before = len(text)
    text = _REFERENCE.sub(_allowed_reference, text)
    notes = []
    if separators + forbidden:
        notes.append(f"{_count(separators + forbidden, 'control character')} removed")
    if len(text) != before:
        notes.append("references to characters that XML forbids removed")
    return text, tuple(notes)


def _allowed_reference(reference: re.Match[str]) -> str:
    digits = (reference[1] or reference[2]).lstrip("0")
    code = int(digits or "0", 16 if reference[1] else 10) if len(digits) <= _LONGEST_REFERENCE else -1
    if not 0 <= code <= _LAST_CODE_POINT:
        return ""
    if _SEPARATOR.match(chr(code)):
        return " "
    return "" if _FORBIDDEN.match(chr(code)) else reference[0]


def _cut_junk(text: str) -> tuple[str, tuple[str, ...]]:
    """Without what stands before the document: blank lines, warnings of a server's script, a second byte order mark."""
    text = text.lstrip(" \t\r\n\ufeff")
    if text.startswith("{"):  # JSON Feed
        return text, ()
    beginning = _BEGINNING.search(text, 0, _JUNK_LIMIT)
    start = beginning.start() if beginning and beginning[1] else max(text.find("<"), 0)
    notes = (f"{_count(start, 'character')} before the document removed",) if start else ()
    return text[start:], notes


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
