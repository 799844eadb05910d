"""Odd feeds, read by plain feedparser and by us: who finds how many entries, and whose text is whole.

``python -m benchmarks feed_cases`` prints a table of the test cases; ``FEED_CASES=FOLDER:FOLDER`` names other folders.
A file may name HTTP headers that it is to be served with, as those of feedparser's own suite do ("Header:" in its first
comment); both sides are given them.
"""

from __future__ import annotations

import os
import re
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import feedparser

from watcher.feeds.decode import decode
from watcher.feeds.items import clean_text
from watcher.feeds.parse import parse, parse_plain
from watcher.model import Document, Entry, Failure

CASES = Path(__file__).parent.parent / "tests" / "data" / "feed_cases"
URL = "https://cases.example/feed"
_SUFFIXES = (".xml", ".rss", ".atom", ".rdf", ".json", ".feed", ".txt", ".html")
_HEADER = re.compile(rb"^\s*Header:\s*([\w-]+)\s*:\s*(.+?)\s*$", re.MULTILINE | re.IGNORECASE)
_WIDEST = 110
_WORD = re.compile(r"[^\W_]+")
_DAMAGE = re.compile("\ufffd|[\u00c3\u00d8\u00d9\u00e2][\u0080-\u00bf\u20ac\u201e\u2020\u2026]")


@dataclass(frozen=True, slots=True)
class Compared:
    """One file: entries that each side found, texts of theirs that we lack, and what our side says about it."""

    name: str
    theirs: int
    ours: int
    worse: tuple[str, ...]
    better: int
    note: str
    cpu_s: float

    @property
    def verdict(self) -> str:
        if self.ours != self.theirs:
            return "more" if self.ours > self.theirs else "FEWER"
        return "WORSE TEXT" if self.worse else "better text" if self.better else "equal"


def files_in(folders: Iterable[Path]) -> Iterator[Path]:
    """The feed files in folders, at any depth, by name."""
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def compare(name: str, body: bytes) -> Compared:
    """Read a document both ways. Raises whatever our side raises: that would be a bug."""
    headers = {key.decode("ascii").lower(): value.decode("latin-1") for key, value in _HEADER.findall(body[:5000])}
    theirs, their_encoding = _plain_feedparser(body, headers)
    started_s = time.process_time()
    decoded = decode(body, headers.get("content-type"))
    document = parse_plain(decoded.text, URL) or parse(decoded.text, URL)
    cpu_s = time.process_time() - started_s
    ours = document.entries if isinstance(document, Document) else ()
    return Compared(
        name=name,
        theirs=len(theirs),
        ours=len(ours),
        worse=tuple(_worse(theirs, ours, their_encoding, decoded.encoding)),
        better=sum(_is_better(one, other) for one, other in _pairs(theirs, ours)),
        note=str(document) if isinstance(document, Failure) else "; ".join((*decoded.notes, *document.notes)),
        cpu_s=cpu_s,
    )


def main() -> None:
    """Print the table, and what it comes to; the folders are named in FEED_CASES, apart by colons."""
    folders = [Path(name) for name in os.environ.get("FEED_CASES", "").split(":") if name] or [CASES]
    rows = [compare(path.name, path.read_bytes()) for path in files_in(folders)]
    print(f"{table(rows)}\n\n{summary(rows)}; slowest {max((row.cpu_s for row in rows), default=0.0):.2f} s")


def table(rows: Iterable[Compared]) -> str:
    """One line for each file, in Markdown."""
    lines = [f"| {row.name} | {row.theirs} | {row.ours} | {row.verdict} | {_cell(row)} |" for row in rows]
    return "\n".join(
        ["| file | plain feedparser | Watcher | verdict | what Watcher notes |", "|---|---|---|---|---|", *lines]
    )


def summary(rows: Iterable[Compared]) -> str:
    """How many files are how, in one line."""
    verdicts = [row.verdict for row in rows]
    kinds = ("equal", "more", "FEWER", "better text", "WORSE TEXT")
    return f"{len(verdicts)} files: {', '.join(f'{verdicts.count(kind)} {kind.lower()}' for kind in kinds)}"


def _plain_feedparser(body: bytes, headers: dict[str, str]) -> tuple[list[Any], str]:
    """The entries, and the encoding that was used."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = feedparser.parse(BytesIO(body), response_headers=headers)
        except Exception:  # noqa: BLE001  what is compared with may fail as it likes
            return [], "utf-8"
        return list(found.entries), found.get("encoding") or "utf-8"


def _their_text(entry: Any) -> str:
    content = entry.get("content") or [{}]
    texts = [entry.get("summary"), *(part.get("value") for part in content)]
    longest = max((text for text in texts if isinstance(text, str)), key=len, default="")
    title = entry.get("title")
    return clean_text(f"{title if isinstance(title, str) else ''} \n\n {longest}")


def _our_text(entry: Entry) -> str:
    return clean_text(f"{entry.title} \n\n {max(entry.summary, entry.content, key=len)}")


def _pairs(theirs: list[Any], ours: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    """Texts of the same entry: by its place, as both keep the order of the document."""
    yield from ((_their_text(one), _our_text(other)) for one, other in zip(theirs, ours, strict=False))


def _worse(theirs: list[Any], ours: tuple[Entry, ...], their_encoding: str, our_encoding: str) -> Iterator[str]:
    for number, (their, our) in enumerate(_pairs(theirs, ours), start=1):
        meant = _as_meant(their, their_encoding, our_encoding)
        lacking = len(_WORD.findall(meant)) - len(_WORD.findall(our))
        if lacking > 0 and len(our) < len(their):
            yield f"entry {number} has {lacking} words less"
    damage = [(_damage(their), _damage(our)) for their, our in _pairs(theirs, ours)]
    if sum(our for _, our in damage) > sum(their for their, _ in damage):  # a bad byte may cost one entry, or all
        yield "more damaged characters"


def _is_better(their: str, our: str) -> bool:
    return _damage(our) < _damage(their) or len(_WORD.findall(our)) > len(_WORD.findall(their))


def _as_meant(text: str, their_encoding: str, our_encoding: str) -> str:
    """A text that they read in another encoding, in ours: "â€™" is no wealth of words, whoever is right.

    Nothing, if it cannot be: then it was pieced together from several encodings, and its words cannot be counted.
    """
    try:
        return text.encode(their_encoding).decode(our_encoding, "replace")
    except (LookupError, UnicodeEncodeError):
        return ""


def _damage(text: str) -> int:
    """Characters that a wrong decoding leaves: U+FFFD, and pairs such as "Ø­" or "â€" that no language writes."""
    return len(_DAMAGE.findall(text))


def _cell(row: Compared) -> str:
    shown = " ".join("; ".join((*row.worse, row.note)).split()).replace("|", "/")
    return shown if len(shown) <= _WIDEST else f"{shown[: _WIDEST - 1]}…"
