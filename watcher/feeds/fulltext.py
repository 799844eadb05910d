"""The page behind an item: whether it is wanted, what came of asking for it, and when it is asked for again.

Pure. The item was detected on the feed's own words when it came; a page only ever adds to that, so nothing waits for
it. Finding the article in the page is extract's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta

from watcher.feeds.decode import decode
from watcher.feeds.items.identity import words
from watcher.model import Failure, FailureReason, Feed, FullText, Item, Page, Response

SHORT = 80  # words; the excerpts of WordPress have 55, and a report that says who, where and when has more than that
MOST_READS = 5  # of one page: feeds that change an item's words at every poll are not worth more
ATTEMPTS = (timedelta(minutes=2), timedelta(minutes=20), timedelta(hours=2))  # the waits after each passing failure
_CUT_SHORT = re.compile(r"(?:…|\.\.\.|\[(?:…|\.\.\.)\]|(?:read more|continue reading)\W*)$", re.IGNORECASE)
_HTML = ("text/html", "application/xhtml+xml")
_HTML_START = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<body)", re.IGNORECASE)
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096  # in which the charset has to be told (HTML Living Standard, 4.2.5.4: within 1024)
_LETTERS = 4  # shorter words stand on every page
_SHARED = 0.4  # of the longer words of the title that a page about it repeats
_LASTING = frozenset(
    (
        *(FailureReason.NOT_FOUND, FailureReason.GONE, FailureReason.FORBIDDEN, FailureReason.UNAUTHORIZED),
        *(FailureReason.BAD_URL, FailureReason.REDIRECTS, FailureReason.TOO_LARGE, FailureReason.NOT_A_FEED),
        *(FailureReason.CHALLENGED, FailureReason.TLS, FailureReason.EMPTY),
    )
)


def wants_page(item: Item, feed: Feed, max_age: timedelta, *, is_held: bool) -> bool:
    """Whether the page behind a new or edited item is to be read.

    Not of what alerts nobody anyway, for what its feed held back or for its age: an archive is not fetched again.
    """
    if feed.full_text is FullText.NEVER or item.url is None or is_held:
        return False
    if item.first_seen_at - item.dated_at > max_age:
        return False
    return feed.full_text is FullText.ALWAYS or is_short(item.text)


def is_short(text: str) -> bool:
    """Whether a feed's text is the beginning of one only.

    >>> is_short("Rebels captured the town. Continue reading")
    True
    """
    return len(text.split()) < SHORT or _CUT_SHORT.search(text.rstrip()) is not None


def page_source(response: Response) -> str | Failure:
    """The HTML of an answer; or why it is no page."""
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    told = response.headers.get("content-type", "")
    if "charset" not in told.lower() and (meta := _META.search(response.body[:_HEAD_BYTES])):
        told = f"{told}; charset={meta[1].decode('ascii', 'replace')}"
    text = decode(response.body, told).text
    if kind not in _HTML and not _HTML_START.match(text):
        return Failure(FailureReason.NOT_A_FEED, f"what stands there is no page but {kind or 'of no told type'}")
    return text


def why_unbelievable(item: Item, text: str) -> str | None:
    """Why this cannot be the article of an item, if so: a log-in, a consent form, another article."""
    wanted = _telling(item.title) or _telling(item.text)
    shared = wanted & _telling(text)
    if len(shared) < _SHARED * len(wanted):
        return f"the page is about something else: {len(shared)} of {len(wanted)} words of the title are in it"
    return None


def after_text(page: Page, text: str, now: datetime) -> Page:
    """The page when its text was read."""
    return replace(
        page, due_at=None, attempts=page.attempts + 1, reads=page.reads + 1, read_at=now, text=text, reason=None
    )


def after_page_failure(page: Page, failure: Failure, now: datetime, jitter: float) -> Page:
    """The page when it could not be read: asked for again a few times, if that may help."""
    if failure.reason is FailureReason.NOT_ASKED:
        return replace(page, due_at=now)
    is_last = failure.reason in _LASTING or page.attempts >= len(ATTEMPTS)
    wait = timedelta(0) if is_last else ATTEMPTS[page.attempts] * (1 + jitter / 10)
    if failure.retry_after is not None and not is_last:
        wait = max(wait, min(failure.retry_after, timedelta(hours=6)))
    due_at = None if is_last else now + wait
    return replace(page, due_at=due_at, attempts=page.attempts + 1, reason=str(failure))


def unreadable(pages: tuple[Page, ...], many: int) -> str | None:
    """What is wrong when the last ``many`` pages of a feed all gave nothing, in words; ``pages`` are the latest."""
    if len(pages) < many or any(page.reason is None for page in pages[:many]):
        return None
    return f"the pages of its last {many} items could not be read: {pages[0].reason}"


def say_what_was_read(page: Page | None) -> str:
    """What of an item was read, in words."""
    if page is None:
        return "the feed's own text"
    if page.text is not None and page.read_at is not None:
        return f"the feed's own text, and the page ({len(page.text.split())} words, {page.read_at:%Y-%m-%d %H:%M} UTC)"
    if page.due_at is not None:
        return f"the feed's own text; the page is still to be read{f' ({page.reason})' if page.reason else ''}"
    return f"the feed's own text; the page could not be read: {page.reason}"


def _telling(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text).split() if len(word) >= _LETTERS)
