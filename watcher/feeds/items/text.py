"""From HTML to the text that a reader would see, with its paragraphs. Pure.

Nothing here judges the text; detection has its own normalisation and needs offsets into exactly this text.
The tags are found with one pattern that is linear in any input: html.parser of Python 3.11 takes two minutes for
100 kB of "<a <a <a", and one description must not hold up the other feeds.
"""

from __future__ import annotations

import html
import re

_PARAGRAPH = re.compile(
    r"address|article|aside|blockquote|body|center|d[dlt]|details|dialog|div|fieldset|fig(?:caption|ure)|footer|form"
    r"|h[1-6]|head(?:er)?|hr|html|main|nav|[ou]l|p|pre|section|summary|table|t(?:body|foot|head|itle|r)"
)
_LINE = re.compile("br|li")
_SPACE = re.compile("t[dh]|option")
_INLINE = re.compile(
    "a|abbr|acronym|audio|b|bd[io]|big|cite|code|data|del|dfn|em|embed|font|i|iframe|img|input|ins|kbd|label|link|map|mark"
    "|meta|meter|object|param|picture|q|rp|rt|ruby|s|samp|small|source|span|strike|strong|su[bp]|time|track|tt|u|var|video|wbr"
)
_UNSEEN = re.compile("script|style|template|noscript|svg|math|select|textarea")

_TAG = re.compile(
    r"(?P<comment><!--.*?(?P<end>-->|\Z))"
    r"|<!\[CDATA\[|\]\]>|<[!?][a-zA-Z][^<>]*+>"
    r"|<(?P<close>/?)(?P<name>[a-zA-Z][\w:-]*+)"
    r"""(?:(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>|[^<>]*+>)""",
    re.DOTALL,
)
# Zero-width and direction marks, which split words that look whole: soft hyphen, Arabic letter mark, U+200B-F,
# embeddings, word joiner and invisible operators, isolates, byte order mark. And control characters.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff]"
)
_SPACE_BUT_BLANK = re.compile(r"[^\S\n ]")
_BLANK_LINES = re.compile(r"\n{3,}")
_LINE_END = re.compile("\r\n?|\x85|\u2028")
_ANY_LINE_END = re.compile("\r\n?|[\n\x85\u2028]")
_PARAGRAPH_END = re.compile(r"\n[^\S\n]*+\n\s*+|\u2029")
_ESCAPED_TWICE = re.compile(r"</?(?:p|br|div|a|b|em|strong|span|img|li)(?:\s[^<>]*)?/?>", re.IGNORECASE)


def clean_text(markup: str) -> str:
    r"""The text of ``markup``: entities resolved, scripts dropped, white space folded, paragraphs as blank lines.

    Plain text is taken too: its blank lines are kept as well, and what only looks like a tag stays.

    >>> clean_text("<p>Fish &amp; chips</p><p>for <b>all</b><script>x()</script></p>")
    'Fish & chips\n\nfor all'
    """
    text = _seen_text(markup)
    if text != markup and _ESCAPED_TWICE.search(text):
        text = _seen_text(text)
    return _fold(text).strip()


def _fold(text: str) -> str:
    """Without invisible characters, runs of blanks, blanks around a line break, and more than one blank line."""
    if not text.replace("\n", "").isprintable():  # most are: blanks are the only spaces, and nothing is invisible
        text = _SPACE_BUT_BLANK.sub(" ", _INVISIBLE.sub("", text))
    while "  " in text:
        text = text.replace("  ", " ")
    if "\n" in text:
        text = _BLANK_LINES.sub("\n\n", text.replace(" \n", "\n").replace("\n ", "\n"))
    return text


def clean_line(markup: str) -> str:
    """The text of ``markup`` on one line, for titles."""
    return " ".join(clean_text(markup).split())


def _seen_text(markup: str) -> str:
    page = _Page()
    position = 0
    for tag in _TAG.finditer(markup):
        page.add_text(html.unescape(markup[position : tag.start()]))
        position = tag.end()
        if tag["name"]:
            page.add_tag(tag["name"].lower(), tag[0], closes=bool(tag["close"]))
        elif tag["comment"] and not tag["end"]:  # never closed: rather too much text than none
            return page.text() + "\n\n" + _seen_text(tag[0].replace("<!--", " "))
    page.add_text(html.unescape(markup[position:]))
    return page.text()


class _Page:
    """Collects what a reader would see, while tags open and close."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._unseen: list[str] = []  # the open elements that hide what they hold, outermost first
        self._hidden: list[str] = []
        self._has_layout = False  # whether a tag has broken a line: if so, line breaks in the source are mere spaces

    def text(self) -> str:
        if self._unseen and self._unseen[0] not in ("script", "style"):
            self._pieces += self._hidden  # never closed: rather too much text than none
        text = "".join(self._pieces)
        return text if self._has_layout else _plain(text)

    def add_text(self, text: str) -> None:
        target = self._hidden if self._unseen else self._pieces
        if self._has_layout and not text.isprintable():
            text = _ANY_LINE_END.sub(" ", text)
        target.append(text)

    def add_tag(self, name: str, source: str, *, closes: bool) -> None:
        if _UNSEEN.fullmatch(name):
            self._hide(name, source, closes=closes)
        elif _PARAGRAPH.fullmatch(name):
            self._break("\n\n")
        elif _LINE.fullmatch(name) or _SPACE.fullmatch(name):
            if not closes:
                self._break("\n" if _LINE.fullmatch(name) else " ")
        elif not _INLINE.fullmatch(name):
            self.add_text(source)

    def _hide(self, name: str, source: str, *, closes: bool) -> None:
        if closes:
            if name in self._unseen:
                del self._unseen[self._unseen.index(name) :]
        elif not source.endswith("/>"):  # <script/> holds nothing; as an open tag it would hide all that follows
            if not self._unseen:
                self._hidden = []
            self._unseen.append(name)

    def _break(self, white_space: str) -> None:
        if self._unseen:
            return
        if not self._has_layout:
            self._has_layout = True
            self._pieces = [_plain("".join(self._pieces))]
        self._pieces.append(white_space)


def _plain(text: str) -> str:
    """Plain text with its paragraphs, other line breaks folded: feeds wrap lines at will."""
    paragraphs = _PARAGRAPH_END.split(_LINE_END.sub("\n", text))
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
