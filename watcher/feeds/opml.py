"""Lists of feeds as OPML 2.0, in both directions; folders are tiers. Pure: text in, text out.

Hostile OPML is safe: a DOCTYPE is refused, so there are no entities but XML's own, and depth and number are bounded.
Source: http://opml.org/spec2.opml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from watcher.model import Feed

MOST_FEEDS = 10_000
_DEEPEST = 20
_TIER = re.compile(r"(?:tier|priority)\s*([123])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML list. ``folders`` are the names around it, outermost first; ``tier`` what they say, if any."""

    url: str
    title: str
    folders: tuple[str, ...]
    language: str | None = None

    @property
    def tier(self) -> int | None:
        found = [int(match[1]) for folder in self.folders if (match := _TIER.fullmatch(folder.strip()))]
        return found[-1] if found else None


class OpmlError(ValueError):
    """The text is no OPML that we read; the message says why."""


def read_opml(text: str | bytes) -> tuple[Outline, ...]:
    """The feeds of an OPML list in its order, each address once.

    Raises: OpmlError.
    """
    reader = _Reader()
    try:
        reader.parse(text)
    except expat.ExpatError as error:
        raise OpmlError(f"line {error.lineno}: no well-formed XML: {expat.errors.messages[error.code]}") from error
    if not reader.is_opml:
        raise OpmlError("the root element is not <opml>")
    return tuple({outline.url: outline for outline in reversed(reader.outlines)}.values())[::-1]


class _Reader:
    """Collects outlines while elements open and close."""

    def __init__(self) -> None:
        self.outlines: list[Outline] = []
        self.is_opml = False
        self._open: list[str | None] = []  # the name of each open outline that is a folder
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._refuse

    def parse(self, text: str | bytes) -> None:
        self._parser.Parse(text, True)

    def _refuse(self, *_: object) -> None:
        raise OpmlError(f"line {self._parser.CurrentLineNumber}: a DOCTYPE is not read")

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth == 1:
            self.is_opml = name.lower() == "opml"
        if self._depth > _DEEPEST:
            raise OpmlError(f"line {self._parser.CurrentLineNumber}: outlines are nested more than {_DEEPEST} deep")
        if name.lower() != "outline":
            return
        values = {key.lower(): " ".join(value.split()) for key, value in attributes.items()}
        title = values.get("title") or values.get("text") or ""
        url = values.get("xmlurl", "")
        self._open.append(None if url else title)
        if url:
            if len(self.outlines) >= MOST_FEEDS:
                raise OpmlError(f"more than {MOST_FEEDS} feeds")
            folders = tuple(folder for folder in self._open if folder)
            self.outlines.append(Outline(url, title or url, folders, values.get("language") or None))

    def _end(self, name: str) -> None:
        self._depth -= 1
        if name.lower() == "outline":
            self._open.pop()


def write_opml(feeds: Iterable[Feed]) -> str:
    """The feeds as OPML, one folder for each tier; what only Watcher knows (interval, outlet) is not in it."""
    by_tier: dict[int, list[Feed]] = {}
    for feed in feeds:
        by_tier.setdefault(feed.tier, []).append(feed)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "<head><title>Watcher</title></head>"]
    lines.append("<body>")
    for tier, members in sorted(by_tier.items()):
        lines.append(f'  <outline text="Tier {tier}">')
        for feed in members:
            language = f" language={quoteattr(feed.language)}" if feed.language else ""
            name = quoteattr(feed.name)
            lines.append(f'    <outline type="rss" text={name} title={name} xmlUrl={quoteattr(feed.url)}{language}/>')
        lines.append("  </outline>")
    return "\n".join([*lines, "</body>", "</opml>", ""])
