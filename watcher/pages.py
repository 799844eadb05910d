"""Beside step 2 of the pipeline: the pages behind items -> what they tell beyond the feed's words -> incidents.

An item is matched and told on its feed's words in the poll that brings it. Which page is to be read stands in the store
since that same transaction; here it is fetched, politely (one page of a host at a time, each waiting for its turn),
and what its text gives beyond what was found before is filed as if the item had been edited.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from watcher.copies.shingles import sketch
from watcher.copying import index_marked, mark_copies
from watcher.corrections import take_back
from watcher.feeds.fulltext import after_page_failure, after_text, page_source, why_unbelievable
from watcher.feeds.polling import host_of
from watcher.filing import file_findings, weigh_again
from watcher.intake import breakdown, match_item, unheard
from watcher.model import Failure, FailureReason, FetchRequest, FullText, Item, ItemId, Page, ReadFrom
from watcher.ports import Ports, Setup
from watcher.store import items, pages
from watcher.store.database import Session

log = structlog.get_logger()

AT_ONCE = 40  # pages in one round
OF_ONE_HOST = 5
_LOOKED_AT = 500  # due pages among which a round is chosen, so that one host's many do not keep out the others
LEASE = timedelta(minutes=10)  # for a round: five pages of one host, each with its turn, its deadline and a worker


@dataclass(frozen=True, slots=True)
class Reading:
    """A page as it was taken, and what it gave."""

    page: Page
    item: Item
    outcome: str | Failure


async def read_due_pages(ports: Ports, setup: Setup) -> tuple[Page, ...]:
    """Read the pages that are due, the hosts side by side; return them with what came of it."""
    by_host: defaultdict[str, list[Page]] = defaultdict(list)
    for page in await asyncio.to_thread(_claim, ports, setup):
        by_host[host_of(page.url)].append(page)
    rounds = await asyncio.gather(*(_read_in_turn(ports, setup, some) for some in by_host.values()))
    return tuple(page for some in rounds for page in some)


def _claim(ports: Ports, setup: Setup) -> list[Page]:
    if all(feed.full_text is FullText.NEVER for feed in setup.config.feeds):
        return []
    now = ports.clock.now()
    with ports.database.reading() as session:
        due = pages.due_pages(session, now, _LOOKED_AT)
    taken: list[Page] = []
    counts: defaultdict[str, int] = defaultdict(int)
    for page in due:
        counts[host_of(page.url)] += 1
        if counts[host_of(page.url)] <= OF_ONE_HOST and len(taken) < AT_ONCE:
            taken.append(page)
    if taken:
        with ports.database.writing() as session:
            pages.claim_pages(session, [page.item_id for page in taken], now + LEASE)
    return taken


async def _read_in_turn(ports: Ports, setup: Setup, some: list[Page]) -> list[Page]:
    return [await _read(ports, setup, page) for page in some]


async def _read(ports: Ports, setup: Setup, page: Page) -> Page:
    """One page; a bug with it is logged, and costs itself."""
    with structlog.contextvars.bound_contextvars(feed=page.feed_id, item=page.item_id):
        try:
            reading = await _look_at(ports, setup, page)
            return await asyncio.to_thread(_take_in, ports, setup, reading)
        except Exception as error:
            log.exception("page_broken")
            return replace(page, reason=str(breakdown(error)))  # its lease runs out, and it is due again


async def _look_at(ports: Ports, setup: Setup, page: Page) -> Reading:
    """What stands at the page's address, asked for only if nobody has read it since it is wanted."""
    item, known = await asyncio.to_thread(_look_up, ports, page)
    feed = next((feed for feed in setup.config.feeds if feed.id == page.feed_id), None)
    if feed is None or feed.full_text is FullText.NEVER:
        return Reading(page, item, Failure(FailureReason.BAD_URL, "pages of this feed are not wanted any more"))
    if known is not None:
        return Reading(page, item, known)
    fetched = await ports.http.fetch(FetchRequest(page.url, feed_id=page.feed_id, is_page=True))
    if isinstance(fetched, Failure):
        return Reading(page, item, fetched)
    source = await asyncio.to_thread(page_source, fetched)
    text = source if isinstance(source, Failure) else await ports.parser.article(source, fetched.url)
    return Reading(page, item, text)


def _look_up(ports: Ports, page: Page) -> tuple[Item, str | None]:
    """The item, and the text of its page if another item has led there already."""
    with ports.database.reading() as session:
        item = items.get_item(session, page.item_id)
        known = pages.text_at(session, page.url, since=page.wanted_at if page.reads else None)
    assert item is not None, "a page refers to an item that is stored"
    return item, known[0] if known else None


def _take_in(ports: Ports, setup: Setup, reading: Reading) -> Page:
    """Store what came of a page and what it tells, in one transaction."""
    now = ports.clock.now()
    page, item, text = reading.page, reading.item, reading.outcome
    if not isinstance(text, Failure) and (doubt := why_unbelievable(item, text)) is not None:
        text = Failure(FailureReason.NOT_A_FEED, doubt)
    if isinstance(text, Failure):
        after = after_page_failure(page, text, now, ports.jitter())
        with ports.database.writing() as session:
            pages.save_page(session, after)
        log.info("page_unread", reason=after.reason, again_at=after.due_at and after.due_at.isoformat())
        return after
    after = after_text(page, text, now)
    read = replace(item, text=text)
    findings, keys = match_item(setup, read), {item.id: sketch(text)}
    with ports.database.writing() as session:
        if pages.save_page(session, after):
            item = _mark(session, setup, read, keys, now)
            new = unheard(findings, items.findings_of(session, item.id))
            if page.reads:  # it was read before, and may have been edited since
                tells_now = (*findings, *match_item(setup, reading.item))
                take_back(session, setup, item, tells_now, now, shortened=False)
            items.add_matches(session, {item.id: new}, setup.book.version, now, ReadFrom.PAGE)
            held = items.hold_reasons(session, [item.id]).get(item.id)
            file_findings(session, setup, item, new, now, held_because=held, read_from=ReadFrom.PAGE)
    log.info("page_read", words=len(text.split()), findings=len(findings))
    return after


def _mark(session: Session, setup: Setup, read: Item, keys: Mapping[ItemId, tuple[int, ...]], now: datetime) -> Item:
    """Tell by the text of the page whether the item is a copy: it says more than the feed's beginning of it."""
    marked = mark_copies(session, [read], keys, setup.book.names, now)
    index_marked(session, marked, now)
    (item,) = marked.items
    if items.mark_copy(session, item) != item.copy_of:
        weigh_again(session, setup, item, now)
    return item
