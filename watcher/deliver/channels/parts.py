"""Fits a plain text to a chat channel: split at blank lines, numbered, mentions defused. Pure: no I/O.

The text of a feed is hostile: nobody may ring every phone of a desk by putting ``@everyone`` into a headline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

ZERO_WIDTH_SPACE = "\u200b"
POSSIBLE_REPEAT = "[possible repeat] "
NUMBER = " ({number}/{total})"
# Room that is kept in every title, marked or not: a retry must cut a text into the same parts.
RESERVED = len(POSSIBLE_REPEAT) + len(NUMBER.format(number=999, total=999))
SHORTEST_TITLE = 12

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_ESCAPED_IN_MARKDOWN = re.compile(r"[\\_*\[\]()~`>#+=|{}.!&-]")
_CALL_TO_ALL = re.compile(r"@(?=(?:everyone|here|channel|all|room)\b)", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w.+-])@(?=[\w&])")  # @somebody, but not desk@example.org
_BRACKETED = re.compile(r"<(?=[@!#&]|[^<>|\s]*\|)")  # <@123>, <!channel>, <#room>, <https://meant|https://shown>


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel takes in one message, in UTF-16 code units (the strictest way in which services count).

    ``title_shares``: the title counts against ``text``. ``title`` 0: it has no place of its own and leads the text.
    ``utf8_bytes`` and ``json_characters`` bound the text's encoded forms too, where a service counts those.
    ``markdown``: Apprise will escape the punctuation of the text, which then counts twice.
    """

    text: int
    title: int
    title_shares: bool
    utf8_bytes: int | None = None
    json_characters: int | None = None
    markdown: bool = False

    def admit(self, text: str, title_units: int) -> bool:
        """Whether ``text`` fits into one message beside a title of ``title_units``."""
        room = self.text - (title_units + len("\r\n") if self.title_shares else 0)
        escapes = len(_ESCAPED_IN_MARKDOWN.findall(text)) if self.markdown else 0
        return (
            _units(text) + escapes <= room
            and (self.utf8_bytes is None or len(text.encode()) <= self.utf8_bytes)
            and (self.json_characters is None or len(json.dumps(text)) <= self.json_characters)
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a chat. ``is_html``: both are HTML, else both are plain text."""

    title: str
    text: str
    is_html: bool = False


def to_parts(subject: str, text: str, limits: Limits) -> tuple[Part, ...]:
    """Return the messages that carry ``text``, titled with the subject and, if there are several, "(1/3)".

    An entry (what stands between blank lines) is cut only when it does not fit into a message of its own.
    """
    title = _shorten(defuse(" ".join(subject.split())), limits)
    titled = _units(title) + RESERVED
    texts = _split(defuse(text).strip("\n"), lambda piece: limits.admit(piece, titled))
    if len(texts) == 1:
        return (Part(title, texts[0]),)
    return tuple(
        Part(title + NUMBER.format(number=number, total=len(texts)), piece) for number, piece in enumerate(texts, 1)
    )


def clean(text: str) -> str:
    """Return ``text`` with line feeds only, without control characters and halves of a surrogate pair.

    Feeds hold them; mail servers and web APIs choke on them.
    """
    text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def defuse(text: str) -> str:
    """Return ``text`` so that no chat takes a word of it for a mention, without control characters.

    >>> defuse("@everyone: see <!channel>") == "@\\u200beveryone: see <\\u200b!channel>"
    True
    """
    pieces, end = [], 0
    text = _BRACKETED.sub("<" + ZERO_WIDTH_SPACE, clean(text))
    for link in _LINK.finditer(text):
        pieces += [_break_mentions(text[end : link.start()]), _CALL_TO_ALL.sub("%40", link.group())]
        end = link.end()
    return "".join([*pieces, _break_mentions(text[end:])])


def _break_mentions(text: str) -> str:
    text = _CALL_TO_ALL.sub("@" + ZERO_WIDTH_SPACE, text)
    return _MENTION.sub("@" + ZERO_WIDTH_SPACE, text)


def _shorten(title: str, limits: Limits) -> str:
    """The title, with an ellipsis if it is too long; where it shares the text's room it gets a third of that."""
    longest = limits.title - RESERVED if limits.title > 0 else limits.text // 3
    if limits.title_shares:
        longest = min(longest, limits.text // 3)
    longest = max(longest, SHORTEST_TITLE)
    if _units(title) <= longest:
        return title
    while _units(title) >= longest:
        title = title[:-1]
    return title.rstrip() + "…"


def _split(text: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    if fits(text):
        return (text,)
    return tuple(_pack(_BLANK_LINES.split(text), ("\n\n", "\n", " ", ""), fits))


def _pack(pieces: list[str], glues: tuple[str, ...], fits: Callable[[str], bool]) -> list[str]:
    """Join ``pieces`` with the first glue to as few texts as fit; cut a piece that is too long at the next glue."""
    glue, *finer = glues
    full: list[str] = []
    current = ""
    for piece in pieces:
        joined = current + glue + piece if current else piece
        if fits(joined) or (not finer and not current):
            current = joined
            continue
        if current:
            full.append(current)
        if fits(piece) or not finer:
            current = piece
        else:
            cut = piece.split(finer[0]) if finer[0] else list(piece)
            *done, current = _pack(cut, tuple(finer), fits)
            full += done
    return [*full, current] if current else full


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
