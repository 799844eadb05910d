"""START HERE: the main path, top to bottom, one screen per step.

    due feeds -> fetch -> decode -> parse -> items -> new? -> match -> findings -> incidents -> alerts
      -> digests -> messages -> outbox -> channel -> delivered

Each step calls the pure decisions of its room and keeps I/O to ``Ports``. What one poll of a feed yields (items,
findings, incidents, alerts owed and, last, the feed's validators) is one transaction: after a crash either all of it is
there or the poll is repeated. An expected failure is a value with a reason; a bug in one feed, route or delivery is
logged and never stops the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from watcher.batching import Intake
from watcher.composing import compose_due_digests
from watcher.copying import COPIES_WITHIN
from watcher.feeds.polling import request_for
from watcher.feeds.reading import Contents
from watcher.filing import close_quiet_incidents
from watcher.intake import Poll, Reading, RecallError, Taken, breakdown, read
from watcher.model import (
    Digest,
    Failure,
    FailureReason,
    Feed,
    FeedId,
    FeedState,
    PollRecord,
)
from watcher.outages import Unanswered, note_round
from watcher.pages import read_due_pages
from watcher.paging import page_back
from watcher.ports import Ports, Setup
from watcher.problems import review_feeds
from watcher.sending import deliver_due
from watcher.store import feeds
from watcher.store.sketches import prune_sketches
from watcher.undelivered import review_outbox

log = structlog.get_logger()

LEASE_MARGIN = timedelta(minutes=2)  # how long past its deadline a poll may take before another may claim the feed
PREPARED = 2  # times as many feeds are in the hands of a round as may be fetched at once


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one full cycle did."""

    polls: tuple[PollRecord, ...]
    digests: tuple[Digest, ...]
    sent: int
    failed: int


async def run_cycle(ports: Ports, setup: Setup) -> CycleReport:
    """Poll what is due, read the pages that are due, compose what is owed, send what is in the outbox."""
    polls = await poll_due_feeds(ports, setup)
    await read_due_pages(ports, setup)
    await asyncio.to_thread(close_quiet_incidents, ports, setup)
    digests = await asyncio.to_thread(compose_due_digests, ports, setup)
    digests += await asyncio.to_thread(review, ports, setup)
    results = await deliver_due(ports, setup)
    sent = sum(result.ok for result in results)
    return CycleReport(polls=polls, digests=digests, sent=sent, failed=len(results) - sent)


# --- step 1: due feeds -> responses --------------------------------------------------------------------------------


async def poll_due_feeds(ports: Ports, setup: Setup) -> tuple[PollRecord, ...]:
    """Claim the feeds that are due and poll them side by side; one that is slow or broken holds up no other.

    They are claimed as the round goes on, so that however many are due, few documents are in memory and none of them
    waits for its turn until it is given up.
    """
    by_id = {feed.id: feed for feed in setup.config.feeds}
    unpolled = dict(by_id)
    at_once = PREPARED * setup.config.polling.concurrency
    intake = Intake(ports, setup)
    finished: asyncio.Queue[PollRecord | Unanswered | None] = asyncio.Queue()
    results: list[PollRecord | Unanswered | None] = []

    async def poll(state: FeedState) -> None:
        finished.put_nowait(await _poll_feed(ports, setup, intake, by_id[state.feed_id], state))

    async with asyncio.TaskGroup() as group:
        running, more = 0, True
        while more or running:
            if more and running <= at_once // 2:
                due = await asyncio.to_thread(_claim_feeds, ports, setup, tuple(unpolled), at_once - running)
                more = len(due) == at_once - running
                running += len(due)
                for state in due:
                    del unpolled[state.feed_id]
                    group.create_task(poll(state))
            if running:
                results.append(await finished.get())
                running -= 1
    return await _end_round(ports, setup, by_id, results)


def _claim_feeds(ports: Ports, setup: Setup, ids: tuple[FeedId, ...], most: int) -> tuple[FeedState, ...]:
    lease = setup.config.polling.deadline + LEASE_MARGIN
    with ports.database.writing() as session:
        return feeds.claim_due_feeds(session, ids, ports.clock.now(), lease, most)


async def _end_round(
    ports: Ports, setup: Setup, by_id: Mapping[FeedId, Feed], results: Sequence[PollRecord | Unanswered | None]
) -> tuple[PollRecord, ...]:
    failed = [result for result in results if isinstance(result, Unanswered)]
    answered = [by_id[result.feed_id] for result in results if isinstance(result, PollRecord)]
    noted = await asyncio.to_thread(note_round, ports, setup, failed, answered)
    for record in noted:
        _log_poll(record)
    return (*(result for result in results if isinstance(result, PollRecord)), *noted)


async def _poll_feed(
    ports: Ports, setup: Setup, intake: Intake, feed: Feed, state: FeedState
) -> PollRecord | Unanswered | None:
    with structlog.contextvars.bound_contextvars(feed=feed.id):
        try:
            fetched = await ports.http.fetch(request_for(state, feed, ports.clock.now()))
            recall = ports.recall.of(feed.id)
            reading = await read(ports, feed, state, fetched, known_hash=state.body_hash, recall=recall)
            if isinstance(reading, Failure) and reading.reason is FailureReason.NOT_ASKED:
                return await asyncio.to_thread(_postpone, ports, feed)
            if isinstance(reading, Failure):
                return Unanswered(feed, state, reading)
            taken = await _take_in(ports, intake, feed, state, reading)
        except Exception as error:  # a bug, or the disk is full: told loudly, and the others go on
            log.exception("feed_poll_broken")
            return Unanswered(feed, state, breakdown(error))
        _log_poll(taken.record)
        if taken.has_gap and taken.record.outcome == "new":
            try:
                await page_back(ports, setup, feed, state)
            except Exception:  # the document itself is taken in; its gap stays open, and the next poll goes on with it
                log.exception("feed_paging_broken")
        return taken.record


async def _take_in(ports: Ports, intake: Intake, feed: Feed, state: FeedState, reading: Reading) -> Taken:
    """Store what was read, and keep what saves work at the next poll; what was recalled wrongly is read in full.

    Raises: whatever broke in doing so.
    """
    try:
        taken = await intake.take_in(Poll(feed, state, reading))
    except RecallError:
        ports.recall.forget(feed.id)
        again = await read(ports, feed, state, reading.response, known_hash=state.body_hash)
        assert isinstance(again, Reading), "a response gives a reading"
        reading, taken = again, await intake.take_in(Poll(feed, state, again))
    if isinstance(reading.contents, Contents) and reading.contents.recall:
        ports.recall.keep(feed.id, reading.contents.recall)
    return taken


def _postpone(ports: Ports, feed: Feed) -> None:
    """Let go of a feed whose turn at its host did not come: it stays due, before those that were due later."""
    with ports.database.writing() as session:
        feeds.release_claim(session, feed.id)
    log.info("feed_poll_postponed")


def _log_poll(record: PollRecord) -> None:
    elapsed_s = round(record.elapsed.total_seconds(), 3)
    if record.outcome == "failed":
        log.warning("feed_poll_failed", feed=record.feed_id, reason=record.reason, elapsed_s=elapsed_s)
    else:
        log.info(
            "feed_polled",
            feed=record.feed_id,
            outcome=record.outcome,
            entries=record.entries,
            new=record.new_items,
            edited=record.edited_items,
            notes=record.reason,
            elapsed_s=elapsed_s,
        )


# --- step 2: response -> items, findings: intake.take_in; step 3: findings -> incidents -> alerts: filing.file_findings
# --- and for feeds that want full text, in a job of its own: page -> further findings: pages.read_due_pages


# --- step 4: alerts owed -> digests -> messages in the outbox: composing.compose_due_digests

# --- step 5: outbox -> channels: sending.deliver_due


def review(ports: Ports, setup: Setup) -> tuple[Digest, ...]:
    """Tell the operator what is wrong with feeds, and what could not be delivered."""
    told = (review_feeds(ports, setup), review_outbox(ports, setup))
    return tuple(digest for digest in told if digest is not None)


# --- housekeeping --------------------------------------------------------------------------------------------------


def housekeep(ports: Ports, setup: Setup) -> int:
    """Forget poll log lines older than the config wants to keep; return how many.

    And the sketches of items of which no copy is looked for any more. Nothing else is ever deleted.
    """
    now = ports.clock.now()
    with ports.database.writing() as session:
        forgotten = feeds.prune_polls(session, now - setup.config.housekeeping.keep_polls)
        sketches = prune_sketches(session, now - COPIES_WITHIN)
    log.info("poll_log_pruned", lines=forgotten, sketches=sketches)
    return forgotten
