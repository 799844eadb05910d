"""Fits a plain text to a chat channel: split at blank lines, numbered, mentions defused. Pure: no I/O.

The text of a feed is hostile: nobody may ring every phone of a desk by putting ``@everyone`` into a headline.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass

ZERO_WIDTH_SPACE = "\u200b"
POSSIBLE_REPEAT = "[possible repeat] "
NUMBER = " ({number}/{total})"
# Room that is kept in every title, marked or not: a retry must cut a text into the same parts.
RESERVED = len(POSSIBLE_REPEAT) + len(NUMBER.format(number=999, total=999))
SHORTEST_TITLE = 12

Size = tuple[int, int, int]  # UTF-16 units with escapes, bytes as UTF-8, characters as JSON
_ANY = sys.maxsize

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

    def measure(self, text: str) -> Size:
        """How much of each bound ``text`` takes; of two texts together, the sum."""
        escapes = len(_ESCAPED_IN_MARKDOWN.findall(text)) if self.markdown else 0
        utf8 = 0 if self.utf8_bytes is None else len(text.encode())
        characters = 0 if self.json_characters is None else len(json.dumps(text)) - len('""')
        return (_units(text) + escapes, utf8, characters)

    def room(self, title_units: int) -> Size:
        """How much fits into one message beside a title of ``title_units``."""
        units = self.text - (title_units + len("\r\n") if self.title_shares else 0)
        characters = _ANY if self.json_characters is None else self.json_characters - len('""')
        return (units, _ANY if self.utf8_bytes is None else self.utf8_bytes, characters)


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a chat. ``is_html``: both are HTML, else both are plain text.

    ``plainer`` is the same without anything that could be taken for markup, should the service refuse the format.
    """

    title: str
    text: str
    is_html: bool = False
    plainer: Part | None = None


def split(subject: str, text: str, limits: Limits) -> tuple[str, ...]:
    """Return the texts of the messages that carry ``text`` under this subject; each fits beside its title.

    An entry (what stands between blank lines) is cut only when it does not fit into a message of its own. The time
    taken grows with the text, not with its square.
    """
    titled = _units(_shorten(_one_line(subject), limits)) + RESERVED
    text = defuse(text).strip("\n")
    room = limits.room(titled)
    if _fits(limits.measure(text), room):
        return (text,)
    return tuple(_pack(_BLANK_LINES.split(text), ("\n\n", "\n", " "), limits, room))


def to_title(subject: str, limits: Limits, number: int, total: int, *, possible_repeat: bool = False) -> str:
    """The title of one message: marked if it may be a repeat, numbered if it is one of several."""
    mark = POSSIBLE_REPEAT if possible_repeat else ""
    counted = NUMBER.format(number=number, total=total) if total > 1 else ""
    return f"{mark}{_shorten(_one_line(subject), limits)}{counted}"


def _one_line(subject: str) -> str:
    return defuse(" ".join(subject.split()))


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


def _pack(pieces: list[str], glues: tuple[str, ...], limits: Limits, room: Size) -> list[str]:
    """Join ``pieces`` with the first glue to as few texts as fit; cut a piece that is too long at the next glue."""
    glue, *finer = glues
    glue_size = limits.measure(glue)
    full: list[str] = []
    current: list[str] = []
    size: Size = (0, 0, 0)
    for piece in pieces:
        own = limits.measure(piece)
        joined = _sum(_sum(size, glue_size), own) if current else own
        if _fits(joined, room):
            current.append(piece)
            size = joined
            continue
        if current:
            full.append(glue.join(current))
        if not _fits(own, room):
            *done, piece = (  # noqa: PLW2901  the rest of the piece takes its place
                _pack(piece.split(finer[0]), tuple(finer), limits, room) if finer else _cut(piece, limits, room)
            )
            full += done
            own = limits.measure(piece)
        current, size = [piece], own
    return [*full, glue.join(current)] if current else full


def _cut(word: str, limits: Limits, room: Size) -> list[str]:
    """Cut what holds no space, each piece as long as fits, at least one character."""
    pieces: list[str] = []
    start = 0
    while start < len(word):
        low, high = 1, min(len(word) - start, max(room[0], 1))
        while low < high:
            middle = (low + high + 1) // 2
            if _fits(limits.measure(word[start : start + middle]), room):
                low = middle
            else:
                high = middle - 1
        pieces.append(word[start : start + low])
        start += low
    return pieces


def _fits(size: Size, room: Size) -> bool:
    return size[0] <= room[0] and size[1] <= room[1] and size[2] <= room[2]


def _sum(one: Size, other: Size) -> Size:
    return (one[0] + other[0], one[1] + other[1], one[2] + other[2])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
