"""Cuts a sample feed down to what its publisher had put out by a given moment.

The files in seeds/feeds are whole feed documents, with every entry and every later version of an entry. They are cut
between entries, as bytes: what is shown keeps its encoding, its layout and its faults. Pure: no I/O, no clock.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from itertools import pairwise
from typing import Any

NEWEST = 12  # how many entries a feed shows at a time, as a real one does

_ENTRY = re.compile(rb"[ \t]*<(item|entry)[\s>].*?</\1>[ \t]*\r?\n?", re.DOTALL)
_KEY = re.compile(rb"<(?:guid|id)(?:\s[^>]*)?>([^<]+)<|<item\s+rdf:about=\"([^\"]+)\"")
_LINK = re.compile(rb"<link>([^<]+)<")
_PUBLISHED = re.compile(rb"<(pubDate|published|dc:date)>([^<]+)<")
_UPDATED = re.compile(rb"<(?:atom:)?updated>([^<]+)<")
_TABLE_OF_CONTENTS = re.compile(rb"[ \t]*<rdf:li\s+rdf:resource=\"([^\"]+)\"\s*/>[ \t]*\r?\n?")  # RSS 1.0, 5.3.5
_BUILT = re.compile(rb"(<lastBuildDate>)[^<]*")
_FEED_UPDATED = re.compile(rb"(<updated>)[^<]*")


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one entry: ``key`` is what the feed identifies it by, ``out_at`` when this version came out."""

    key: str
    published_at: datetime
    out_at: datetime
    source: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """A feed document as it was at some moment, and when it had last changed (None: it held nothing yet)."""

    body: bytes
    entries: int
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SampleDocument:
    """A whole feed document in pieces. ``head`` and ``tail`` are what stands before and after the entries."""

    head: bytes
    versions: tuple[Version, ...]
    tail: bytes
    is_json: bool = False

    def until(self, moment: datetime) -> Shown:
        """The document with the latest version of each entry that was out by ``moment``, the newest entries only."""
        latest: dict[str, Version] = {}
        for version in self.versions:
            shown = latest.get(version.key)
            if version.out_at <= moment and (shown is None or shown.out_at < version.out_at):
                latest[version.key] = version
        kept = sorted(latest.values(), key=lambda version: version.published_at, reverse=True)[:NEWEST]
        changed_at = max((version.out_at for version in kept), default=None)
        body = self._json(kept) if self.is_json else self._xml(kept, changed_at)
        return Shown(body, len(kept), changed_at)

    def _xml(self, kept: list[Version], changed_at: datetime | None) -> bytes:
        keys = {version.key.encode() for version in kept}
        head = _TABLE_OF_CONTENTS.sub(lambda line: line[0] if line[1] in keys else b"", self.head)
        if changed_at is not None:
            built = format_datetime(changed_at, usegmt=True).encode()
            head = _BUILT.sub(rb"\g<1>" + built, head)
            head = _FEED_UPDATED.sub(rb"\g<1>" + changed_at.isoformat().encode(), head)
        return b"".join((head, *(version.source for version in kept), self.tail))

    def _json(self, kept: list[Version]) -> bytes:
        feed: dict[str, Any] = json.loads(self.head)
        feed["items"] = [json.loads(version.source) for version in kept]
        return json.dumps(feed, ensure_ascii=False, indent=2).encode() + b"\n"


def read_document(content: bytes) -> SampleDocument:
    """Take a feed document (RSS, RDF, Atom or JSON Feed) apart.

    Raises:
        ValueError: an entry has no date or no identity, or something other than white space stands between entries.
    """
    if content.lstrip().startswith(b"{"):
        return _read_json(content)
    found = list(_ENTRY.finditer(content))
    if not found:
        raise ValueError("no entries")
    for before, after in pairwise(found):
        if between := content[before.end() : after.start()].strip():
            raise ValueError(f"{between[:40]!r} stands between two entries")
    versions = tuple(_version(match[0]) for match in found)
    return SampleDocument(content[: found[0].start()], versions, content[found[-1].end() :])


def _version(source: bytes) -> Version:
    key = _KEY.search(source) or _LINK.search(source)
    published = _PUBLISHED.search(source)
    if key is None or published is None:
        raise ValueError(f"an entry without identity or date: {source.strip()[:80]!r}")
    published_at = _moment(published[2].decode("ascii"))
    updated = _UPDATED.search(source)
    out_at = published_at if updated is None else max(published_at, _moment(updated[1].decode("ascii")))
    return Version((key[1] or key[2]).decode("ascii"), published_at, out_at, source)


def _read_json(content: bytes) -> SampleDocument:
    feed: dict[str, Any] = json.loads(content)
    items: list[dict[str, str]] = feed.pop("items", [])
    if not items:
        raise ValueError("no entries")
    versions = []
    for item in items:
        try:
            key, published_at = item["id"], _moment(item["date_published"])
        except KeyError as error:
            raise ValueError(f"an item without {error}: {item.get('title', '')!r}") from error
        out_at = max(published_at, _moment(item.get("date_modified", item["date_published"])))
        versions.append(Version(key, published_at, out_at, json.dumps(item, ensure_ascii=False).encode()))
    feed["items"] = []
    return SampleDocument(json.dumps(feed, ensure_ascii=False).encode(), tuple(versions), b"", is_json=True)


def _moment(text: str) -> datetime:
    """An RFC 3339 or RFC 822 date with a zone, in UTC."""
    text = text.strip()
    moment = datetime.fromisoformat(text) if text[:4].isdigit() else parsedate_to_datetime(text)
    if moment.tzinfo is None:
        raise ValueError(f"a date without a zone: {text!r}")
    return moment.astimezone(UTC)
