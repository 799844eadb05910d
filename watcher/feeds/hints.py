"""What a feed's source text says about itself, before its first entry: how often to come, and where older entries are.

Pure. Beside parse, for polling. Nothing here is trusted: polling keeps wishes between a floor and a cap.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from watcher.model import Document, Wishes

_LONGEST_HEAD = 50_000
_FIRST_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s/>]|\"items\"\s*:", re.IGNORECASE)
_GENERATOR = re.compile(r"<generator[^>]*>([^<]{0,300})", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(r"<sy:updatePeriod>\s*(\w+)", re.IGNORECASE)
_FREQUENCY = re.compile(r"<sy:updateFrequency>\s*(\d{1,6})", re.IGNORECASE)
_SKIPPED = re.compile(r"<skip(?:Hours|Days)>(.{0,2000}?)</skip(?:Hours|Days)>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*(\w+)\s*</day>", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w+:)?link\s([^<>]{0,3000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_NEXT_URL = re.compile(r'"next_url"\s*:\s*("(?:[^"\\]|\\.){1,2000}")')
_OLDER = ("prev-archive", "next", "previous")  # RFC 5005: archives; pages, of which the next is the older one
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PERIODS = {"hourly": 1, "daily": 24, "weekly": 7 * 24, "monthly": 30 * 24, "yearly": 365 * 24}  # hours
_WORDPRESS = "wordpress"
_PAGE = "paged"


def with_hints(document: Document, text: str, url: str) -> Document:
    """The document with its feed's wishes, generator and the address of older entries; ``url`` is where it came from.

    Source: RSS 2.0 (ttl, skipHours, skipDays), RSS 1.0 syndication module, RFC 5005, JSON Feed 1.1 (next_url).
    """
    first = _FIRST_ENTRY.search(text)
    head = text[: min(first.start() if first else len(text), _LONGEST_HEAD)]
    generator = _GENERATOR.search(head)
    named = html.unescape(generator[1]).strip() if generator else ""
    older = _older(head, text if head.lstrip().startswith("{") else "")
    return replace(
        document,
        wishes=_wishes(head, is_default=_WORDPRESS in named.lower()),
        older=urljoin(url, older) if older else None,
        generator=named,
    )


def older_page(document: Document, url: str) -> str | None:
    """Where the entries before those of this document are; ``url`` is its own address. Never on another host."""
    if document.older is not None:
        same_host = urlsplit(document.older).netloc.lower() == urlsplit(url).netloc.lower()
        return document.older if same_host and document.older != url else None
    if _WORDPRESS not in document.generator.lower():
        return None
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    page = query.get(_PAGE, "1")
    query[_PAGE] = str(int(page) + 1 if page.isascii() and page.isdigit() and len(page) < len("1000") else 2)
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def _wishes(head: str, *, is_default: bool) -> Wishes:
    """``is_default``: the software writes sy:update* into every feed, so that it is nobody's wish."""
    intervals = [timedelta(minutes=int(found[1])) for found in _TTL.finditer(head)]
    period = _PERIOD.search(head)
    if period and not is_default and period[1].lower() in _PERIODS:
        frequency = _FREQUENCY.search(head)
        intervals.append(timedelta(hours=_PERIODS[period[1].lower()]) / max(1, int(frequency[1]) if frequency else 1))
    skipped = "".join(found[1] for found in _SKIPPED.finditer(head))
    hours = {int(found[1]) % 24 for found in _HOUR.finditer(skipped)}
    days = {_DAYS.index(found[1].lower()) for found in _DAY.finditer(skipped) if found[1].lower() in _DAYS}
    return Wishes(max(intervals, default=None), tuple(sorted(hours)), tuple(sorted(days)))


def _older(head: str, json_text: str) -> str | None:
    if json_text:
        found = _NEXT_URL.search(json_text)
        return _json_string(found[1]) if found else None
    links: dict[str, str] = {}
    for link in _LINK.finditer(head):
        attributes = {name.lower(): html.unescape(one or other) for name, one, other in _ATTRIBUTE.findall(link[1])}
        links.setdefault(attributes.get("rel", "").lower(), attributes.get("href", "").strip())
    return next((links[rel] for rel in _OLDER if links.get(rel)), None)


def _json_string(literal: str) -> str | None:
    try:
        value = json.loads(literal)
    except ValueError:
        return None
    return value if isinstance(value, str) else None
