"""After a window moved on unseen: the older pages of a feed, one by one. Beside step 2 of the pipeline.

Bounded (five pages for a gap) and polite (one after the other, each waiting for its host's turn). A crash in between
leaves the gap open, and the next poll goes on with it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import structlog

from watcher.feeds.hints import older_page
from watcher.feeds.reading import Contents
from watcher.intake import Reading, look_up, read, read_news, store_news
from watcher.model import Document, Failure, FailureReason, Feed, FeedState, FetchRequest, Gap
from watcher.ports import Ports, Setup
from watcher.store import items, problems

log = structlog.get_logger()

MOST_PAGES = 5


async def page_back(ports: Ports, setup: Setup, feed: Feed, state: FeedState) -> None:
    """Read the pages before a feed's last gap until one holds what was known before it."""
    gap = await asyncio.to_thread(_last_gap, ports, feed)
    while gap is not None and gap.closed_because is None and gap.next_url is not None:
        fetched = await ports.http.fetch(FetchRequest(gap.next_url, feed_id=feed.id))
        if isinstance(fetched, Failure) and fetched.reason is FailureReason.NOT_ASKED:
            return  # the gap stays open
        reading = await read(ports, feed, state, fetched)
        gap = await asyncio.to_thread(_take_in_page, ports, setup, feed, gap, reading)
    if gap is not None:
        log.info("feed_paged_back", pages=gap.pages, recovered=gap.recovered, ended=gap.closed_because)


def _last_gap(ports: Ports, feed: Feed) -> Gap | None:
    with ports.database.reading() as session:
        return problems.last_gap(session, feed.id)


def _take_in_page(ports: Ports, setup: Setup, feed: Feed, gap: Gap, reading: Reading | Failure) -> Gap:
    """Store what one older page holds, and say how it goes on; all in one transaction."""
    page = gap.pages + 1
    document = reading if isinstance(reading, Failure) else reading.document
    if isinstance(reading, Failure) or not isinstance(reading.contents, Contents) or not isinstance(document, Document):
        ended = replace(gap, pages=page, next_url=None, closed_because=f"older page {page} gives nothing: {document}")
        with ports.database.writing() as session:
            problems.save_gap(session, ended)
        return ended
    now = ports.clock.now()
    found = reading.contents.items
    with ports.database.reading() as session:
        read_already = read_news(setup, [look_up(session, feed, found)])
    with ports.database.writing() as session:
        known = items.known_items(session, feed.id, [key for item in found for key in item.keys])
        reached = items.seen_before(session, set(known.values()), gap.noticed_at)
        news = replace(look_up(session, feed, found), edited=())  # an older page may be an older copy as well
        store_news(session, setup, [news], read_already, now)
        next_url = older_page(document, reading.response.url)
        reason = _why_ended(page, len(found), reached=bool(reached), has_more=next_url is not None)
        after = replace(
            gap,
            pages=page,
            recovered=gap.recovered + len(news.new),
            next_url=None if reason else next_url,
            closed_because=reason,
        )
        problems.save_gap(session, after)
    return after


def _why_ended(page: int, found: int, *, reached: bool, has_more: bool) -> str | None:
    if reached:
        return f"older page {page} holds items known before: nothing is missing"
    if not found or not has_more:
        return f"older page {page} is the last, and the gap was not closed"
    return f"after {page} older pages the gap was not closed" if page >= MOST_PAGES else None
