"""Step 2 of the pipeline: responses -> items, findings, incidents, alerts owed: no document is in two transactions.

What is new or held, and when the feed is polled next, is decided in feeds/; here it is looked up for and stored. After
a crash either all of a document is there or none of it, and then the poll is repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from watcher.copies.shingles import sketch, told_text
from watcher.copying import index_marked, mark_copies
from watcher.corrections import is_shortened, take_back, what_is_told
from watcher.errors import StoreError, WatcherError
from watcher.feeds.fulltext import MOST_READS, wants_page
from watcher.feeds.hints import older_page
from watcher.feeds.news import NOTHING_NEW, News, judge, needs_titles, sort_out
from watcher.feeds.polling import after_failure, after_outage, after_response, rest_of
from watcher.feeds.reading import Contents, Source
from watcher.filing import file_findings, weigh_again
from watcher.model import (
    Document,
    Failure,
    FailureReason,
    Feed,
    FeedState,
    Finding,
    FullText,
    Item,
    ItemId,
    PollRecord,
    ProblemKind,
    Response,
)
from watcher.ports import Ports, Setup
from watcher.store import feeds, hosts, items, pages, problems
from watcher.store.database import Session

TITLES_COMPARED = 2000  # of the items that a feed gave last


@dataclass(frozen=True, slots=True)
class Reading:
    """A response and what it was read as; without a ``document`` it is the same as before."""

    response: Response
    contents: Contents | Failure | None = None

    @property
    def document(self) -> Document | Failure | None:
        return self.contents.document if isinstance(self.contents, Contents) else self.contents

    @property
    def sketches(self) -> Mapping[ItemId, tuple[int, ...]]:
        return self.contents.sketches if isinstance(self.contents, Contents) else {}


@dataclass(frozen=True, slots=True)
class ReadItem:
    """What an item says: its findings, and the keys by which copies of it are found."""

    findings: tuple[Finding, ...]
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """A feed, its state when it was claimed, and what its server's answer was read as."""

    feed: Feed
    state: FeedState
    reading: Reading


class RecallError(WatcherError):
    """What was recalled of a feed's last document is not what the store has: it must be read in full."""


async def read(
    ports: Ports,
    feed: Feed,
    state: FeedState,
    fetched: Response | Failure,
    *,
    known_hash: str | None = None,
    recall: bytes = b"",
) -> Reading | Failure:
    """Read what was fetched, where it can be killed; a document of ``known_hash`` is not read again.

    Nor are the texts of entries that ``recall`` has (feeds/recall.py).
    """
    if isinstance(fetched, Failure):
        return fetched
    if fetched.status == 304:  # noqa: PLR2004  RFC 9110, 15.4.5
        return Reading(fetched)
    source = Source(
        feed=feed,
        url=fetched.url,
        body=fetched.body,
        content_type=fetched.headers.get("content-type"),
        now=ports.clock.now(),
        known_hash=known_hash,
        composite_keys=state.composite_keys,
        is_first=state.last_success_at is None,
        recall=recall,
    )
    return Reading(fetched, await ports.parser.read(source))


@dataclass(frozen=True, slots=True)
class Taken:
    """What was stored of a poll. ``has_gap``: older pages of the feed are to be read (paging.py)."""

    record: PollRecord
    has_gap: bool


def take_in(ports: Ports, setup: Setup, polls: Sequence[Poll]) -> list[Taken | Exception]:
    """Find what is new or edited, match it, and store everything that follows from it.

    The polls share a transaction: to write it to the disk costs more than most polls. If one of them breaks, each
    gets a transaction of its own, and an error stands in its place.
    """
    try:
        return list(_take_in(ports, setup, polls, ports.clock.now()))
    except Exception as error:  # noqa: BLE001  a bug, or the disk is full: told by the caller, who goes on with others
        if len(polls) == 1:
            return [error]
    results: list[Taken | Exception] = []
    for poll in polls:
        if len(results) > 1 and all(isinstance(result, StoreError) for result in results[-2:]):
            results.append(results[-1])  # it is the store, not the polls: each would wait for it in vain
        else:
            results += take_in(ports, setup, [poll])
    return results


def _take_in(ports: Ports, setup: Setup, polls: Sequence[Poll], now: datetime) -> list[Taken]:
    """All of it in one transaction, or an exception and nothing. What is slow is done before it begins."""
    with ports.database.reading() as session:
        sorted_out = [_sort_out(session, setup, poll, now) for poll in polls]
    sketches = {item_id: keys for poll in polls for item_id, keys in poll.reading.sketches.items()}
    read_already = read_news(setup, sorted_out, sketches)
    with ports.database.writing() as session:
        unpolled = feeds.unpolled_since(session, [poll.state for poll in polls])
        news = [
            found if poll.feed.id in unpolled else _sort_out(session, setup, poll, now)
            for poll, found in zip(polls, sorted_out, strict=True)
        ]
        store_news(session, setup, news, read_already, now)
        outcomes = [_conclude(ports, poll, found, now) for poll, found in zip(polls, news, strict=True)]
        feeds.record_polls(session, [record for record, _ in outcomes])
        feeds.save_states(session, [after for _, after in outcomes])
        for poll, found, (_, after) in zip(polls, news, outcomes, strict=True):
            _note_oddities(session, poll, after, found, now)
        with_gaps = problems.feeds_with_gaps(session, [poll.feed.id for poll in polls])
    return [Taken(record, record.feed_id in with_gaps) for record, _ in outcomes]


def _conclude(ports: Ports, poll: Poll, news: News, now: datetime) -> tuple[PollRecord, FeedState]:
    if isinstance(poll.reading.document, Failure):
        return _failure(ports, poll.feed, poll.state, poll.reading.document, now, poll.reading.response)
    record = _record(poll.feed, poll.reading, news, now)
    return record, _after(ports, poll, record, missed=news.missed)


def _sort_out(session: Session, setup: Setup, poll: Poll, now: datetime) -> News:
    """What of a document is news; nothing if it is the same as before.

    Raises: RecallError when an item whose text was not read is news.
    """
    if not isinstance(poll.reading.contents, Contents) or not isinstance(poll.reading.document, Document):
        return NOTHING_NEW
    news = look_up(session, poll.feed, poll.reading.contents.items)
    if any(item.keys[0] in poll.reading.contents.recalled for item in (*news.new, *news.edited)):
        raise RecallError(f"feed '{poll.feed.id}': an item that was stored before is not in the store as it was")
    titles = items.recent_titles(session, poll.feed.id, TITLES_COMPARED) if needs_titles(news, poll.state) else ()
    return judge(news, poll.state, titles, setup.config.alerts.first_poll_window, now)


def look_up(session: Session, feed: Feed, found: tuple[Item, ...]) -> News:
    """What of these items the store does not know."""
    known = items.known_items(session, feed.id, [key for item in found for key in item.keys])
    return sort_out(found, known, items.content_hashes(session, set(known.values())))


def read_news(
    setup: Setup, news: Iterable[News], sketches: Mapping[ItemId, tuple[int, ...]] = MappingProxyType({})
) -> dict[ItemId, ReadItem]:
    """What each new or edited item says: slow, so outside of any writing. Some have their ``sketches`` already."""
    fresh = (item for one in news for item in (*one.new, *one.edited))
    return {item.id: _read_item(setup, item, sketches.get(item.id)) for item in fresh}


def _read_item(setup: Setup, item: Item, keys: tuple[int, ...] | None = None) -> ReadItem:
    return ReadItem(match_item(setup, item), sketch(told_text(item.title, item.text)) if keys is None else keys)


def store_news(
    session: Session, setup: Setup, news: Sequence[News], read_already: Mapping[ItemId, ReadItem], now: datetime
) -> None:
    """Store the items with what was found in them, and let that open or join incidents.

    What was not ``read_already`` (it was new a moment ago, and is edited now) is read here.
    """
    edited = [item for one in news for item in one.edited]
    fresh = (*edited, *(item for one in news for item in one.new))
    held = {item_id: reason for one in news for item_id, reason in one.held.items()}
    if fresh:
        _store_fresh(session, setup, fresh, len(edited), held, read_already, now)
    for one in news:
        for item_id, keys in one.further_keys.items():
            items.add_keys(session, item_id, keys)


def _store_fresh(
    session: Session,
    setup: Setup,
    fresh: Sequence[Item],
    edited_count: int,
    held: Mapping[ItemId, str],
    read_already: Mapping[ItemId, ReadItem],
    now: datetime,
) -> None:
    """The first ``edited_count`` of the items are stored already, in another wording."""
    told = {item.id: read_already.get(item.id) or _read_item(setup, item) for item in fresh}
    marked = mark_copies(session, fresh, {item.id: told[item.id].keys for item in fresh}, setup.book.names, now)
    edited, new = marked.items[:edited_count], marked.items[edited_count:]
    matches = {item.id: told[item.id].findings for item in new}
    for item in edited:
        matches[item.id] = unheard(told[item.id].findings, items.findings_of(session, item.id))
        _take_back(session, setup, item, told[item.id].findings, now)
        if items.edit_item(session, item) != item.copy_of:
            weigh_again(session, setup, item, now)
    items.add_items(session, new, held)
    index_marked(session, marked, now)
    items.add_matches(session, matches, setup.book.version, now)
    for item in sorted((*new, *edited), key=lambda item: item.dated_at):  # as told, not as listed
        file_findings(session, setup, item, matches[item.id], now, held_because=held.get(item.id))
    _want_pages(session, setup, fresh, now)


def _take_back(session: Session, setup: Setup, item: Item, findings: tuple[Finding, ...], now: datetime) -> None:
    """Withdraw what an item that is being edited tells no longer, neither in its new words nor in its page."""
    before = items.get_item(session, item.id)
    assert before is not None, "an edited item is stored"
    page = pages.page_of(session, item.id)
    in_page = () if page is None or page.text is None else match_item(setup, replace(item, text=page.text))
    shortened = before.title == item.title and is_shortened(before.text, item.text)
    take_back(session, setup, item, (*findings, *in_page), now, shortened=shortened)


def _want_pages(session: Session, setup: Setup, fresh: Iterable[Item], now: datetime) -> None:
    """Note which pages are to be read, in this transaction: what is wanted outlives a crash (pages.py)."""
    by_id = {feed.id: feed for feed in setup.config.feeds if feed.full_text is not FullText.NEVER}
    fresh = [item for item in fresh if item.feed_id in by_id]
    if not fresh:
        return
    held = items.hold_reasons(session, [item.id for item in fresh])
    max_age = setup.config.alerts.max_age
    wanted = [item for item in fresh if wants_page(item, by_id[item.feed_id], max_age, is_held=item.id in held)]
    pages.want_pages(session, wanted, now, MOST_READS)


def match_item(setup: Setup, item: Item) -> tuple[Finding, ...]:
    return setup.book.detector.match(
        item.title, item.text, published_at=item.dated_at, language=item.language, source=item.outlet
    )


def unheard(findings: Iterable[Finding], stored: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of an edited item that its former wordings did not give: only those are news."""

    heard = {what_is_told(finding) for finding in stored}
    return tuple(finding for finding in findings if what_is_told(finding) not in heard)


def _record(feed: Feed, reading: Reading, news: News, now: datetime) -> PollRecord:
    notes: tuple[str, ...] = ()
    entries = 0
    if isinstance(reading.contents, Contents) and isinstance(reading.document, Document):
        notes = (*reading.response.notes, *reading.contents.notes, *reading.document.notes)
        entries = len(reading.document.entries)
    if news.held:
        notes += (f"{len(news.held)} of {len(news.new)} new items held: {next(iter(news.held.values()))}",)
    return PollRecord(
        feed_id=feed.id,
        polled_at=now,
        outcome="new" if news.new or news.edited else "unchanged",
        reason="; ".join(notes) or None,
        entries=entries,
        new_items=len(news.new),
        edited_items=len(news.edited),
        body_bytes=len(reading.response.body),
        elapsed=reading.response.elapsed,
    )


def _note_oddities(session: Session, poll: Poll, after: FeedState, news: News, now: datetime) -> None:
    """What a person should hear of, once: a window that moved on, an archive re-issued, guids that collide, a move."""
    feed, before, reading = poll.feed, poll.state, poll.reading
    if isinstance(reading.document, Failure):
        _note_return(session, feed, before, after, now)
        return
    if news.missed and before.last_success_at is not None:
        assert isinstance(reading.document, Document)
        problems.add_gap(
            session, feed.id, before.last_success_at, now, older_page(reading.document, reading.response.url)
        )
    if news.held and before.last_success_at is not None:
        words = f"{len(news.held)} older items came as new ones: they are stored, and alert nobody"
        problems.open_problem(session, feed.id, ProblemKind.REISSUED, words, now)
    if after.composite_keys and not before.composite_keys:
        words = "different items share a guid: from now on guids count only together with links or titles"
        problems.open_problem(session, feed.id, ProblemKind.COLLIDING, words, now)
    _note_move(session, feed, before, after, now)


def _note_move(session: Session, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> None:
    if after.adopted_url != before.adopted_url and after.adopted_url is not None:
        feeds.note_url(session, feed.id, after.adopted_url, "permanent redirects led there for a day and more", now)
        words = f"it has moved for good and is polled at {after.adopted_url}: write that into feeds.yaml"
        problems.open_problem(session, feed.id, ProblemKind.MOVED, words, now)


# --- polls that give no document -----------------------------------------------------------------------------------


def note_failure(ports: Ports, feed: Feed, state: FeedState, failure: Failure, *, outage: bool = False) -> PollRecord:
    """Back off; in an ``outage`` it is not the feed's fault, and no failure of its own."""
    now = ports.clock.now()
    record, after = _failure(ports, feed, state, failure, now, outage=outage)
    with ports.database.writing() as session:
        feeds.record_poll(session, record)
        feeds.save_state(session, after)
        _note_return(session, feed, state, after, now)
        if failure.resting_host is not None:
            hosts.note_rest(session, failure.resting_host, now + rest_of(failure), now)
    return record


def _failure(
    ports: Ports,
    feed: Feed,
    state: FeedState,
    failure: Failure,
    now: datetime,
    response: Response | None = None,
    *,
    outage: bool = False,
) -> tuple[PollRecord, FeedState]:
    size, elapsed = (0, timedelta(0)) if response is None else (len(response.body), response.elapsed)
    record = PollRecord(feed.id, now, "failed", str(failure), 0, 0, 0, size, elapsed)
    follow = after_outage if outage else after_failure
    return record, follow(state, feed, failure, now, ports.jitter())


def _note_return(session: Session, feed: Feed, before: FeedState, after: FeedState, now: datetime) -> None:
    if after.adopted_url != before.adopted_url:
        feeds.note_url(session, feed.id, feed.url, "the adopted address went on failing", now)


def _after(ports: Ports, poll: Poll, record: PollRecord, *, missed: bool) -> FeedState:
    contents = poll.reading.contents if isinstance(poll.reading.contents, Contents) else None
    document = poll.reading.document if isinstance(poll.reading.document, Document) else None
    body_hash = poll.state.body_hash if contents is None else contents.body_hash
    return after_response(
        poll.state,
        poll.feed,
        poll.reading.response,
        body_hash,
        changed=body_hash != poll.state.body_hash,
        new_items=record.new_items,
        now=record.polled_at,
        jitter=ports.jitter(),
        complete=document is None or document.complete,
        document=document,
        missed=missed,
        collides=contents is not None and contents.collides,
    )


def breakdown(error: Exception) -> Failure:
    """An error of our own, as a failure of the poll."""
    if isinstance(error, StoreError):
        return Failure(FailureReason.STORE, str(error))
    return Failure(FailureReason.BROKEN, f"internal error, see the log: {type(error).__name__}: {error}")
