"""Where the entries of an XML feed begin and end in its source text, found without parsing it.

Pure. Counts what a parser should find, and shows whether the text was cut off: no parser tells either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_FEED_NAMESPACES = (  # in these, <x:entry> and <x:item> are entries; elsewhere (media, podcast …) they are not
    "http://www.w3.org/2005/atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/rss/1.0/",
    "http://my.netscape.com/rdf/" + "simple/0.9/",  # RSS 0.90
    "http://backend.userland.com/rss",
)
_NAMESPACE = re.compile(r"""\sxmlns:([\w.-]+)\s*=\s*["']([^"']*)["']""")
_MOST_PIECES = 5_000
_LONGEST_HEAD = 20_000  # characters
_HIDDEN = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?[^>]*>"  # text in which "<item>" is only talked about
_ROOT = re.compile(rf"{_HIDDEN}|<(?P<name>[A-Za-z_][\w.:-]*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Source:
    """The outline of a feed's source text.

    ``starts`` are the offsets of the entries' start tags. ``whole_until`` is where an entry begins that is not
    finished, if the text was cut off inside one; else the length of the text.
    """

    text: str
    root: str
    starts: tuple[int, ...]
    cut_off: bool
    whole_until: int

    @property
    def root_name(self) -> str:
        """The root element's name in lower case, without its namespace prefix."""
        return self.root.rpartition(":")[2].lower()

    @property
    def whole_entries(self) -> int:
        return sum(start < self.whole_until for start in self.starts)


def outline(text: str) -> Source:
    """The outline of ``text``; linear in its length, whatever it holds."""
    root = next((found["name"] for found in _ROOT.finditer(text) if found["name"]), "")
    starts: list[int] = []
    unfinished: int | None = None
    for tag in _entry_tags(text).finditer(text):
        if tag["slash"] is None:
            continue
        if tag["slash"]:
            unfinished = None
        else:
            starts.append(tag.start())
            unfinished = tag.start()
    after = unfinished if unfinished is not None else max(starts, default=0)
    end = re.compile(rf"</{re.escape(root)}\s*(?:>|\Z)|<{re.escape(root)}[^<>]*/>", re.IGNORECASE)
    cut_off = bool(root) and end.search(text, after) is None
    whole_until = unfinished if cut_off and unfinished is not None else len(text)
    return Source(text, root, tuple(starts), cut_off, whole_until)


def pieces(source: Source) -> tuple[str, ...]:
    """Each whole entry as a document of its own, under the head of the whole one: for when one entry spoils the rest.

    A very long head is left out but for the root element, whose namespaces are needed.
    """
    starts = [start for start in source.starts if start < source.whole_until][:_MOST_PIECES]
    if not starts:
        return ()
    head = source.text[: starts[0]]
    if len(head) > _LONGEST_HEAD:
        head = head[: head.find(">", head.find(f"<{source.root}")) + 1]
    ends = (*starts[1:], source.whole_until)
    closing = f"</channel></{source.root}>" if source.root_name == "rss" else f"</{source.root}>"
    return tuple(
        head + _up_to_its_end(source.text[start:end]) + closing for start, end in zip(starts, ends, strict=True)
    )


def _up_to_its_end(entry: str) -> str:
    """An entry's text up to its own end tag, if it has one: after the last entry, the document's end follows."""
    last = max(entry.rfind("</item"), entry.rfind("</entry"), entry.rfind(":item>"), entry.rfind(":entry>"))
    return entry[: entry.find(">", last) + 1] if last >= 0 and ">" in entry[last:] else entry


def _entry_tags(text: str) -> re.Pattern[str]:
    """Matches hidden text, and the start and end tags of entries (group "slash": "" or "/")."""
    prefixes = [
        re.escape(prefix) for prefix, uri in _NAMESPACE.findall(text[:10_000]) if uri.lower() in _FEED_NAMESPACES
    ]
    name = rf"(?:(?:{'|'.join(prefixes)}):)?(?:item|entry)" if prefixes else "(?:item|entry)"
    return re.compile(rf"{_HIDDEN}|<(?P<slash>/?){name}(?=[\s/>])", re.DOTALL | re.IGNORECASE)
