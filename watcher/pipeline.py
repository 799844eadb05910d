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
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from watcher.alerts.digest import compose, why_due
from watcher.alerts.names import make_names
from watcher.alerts.render import render
from watcher.deliver.retry import next_attempt
from watcher.feeds.decode import Decoded, decode
from watcher.feeds.items import to_items
from watcher.feeds.news import News, sort_out
from watcher.feeds.polling import after_failure, after_response, request_for
from watcher.filing import file_findings
from watcher.model import (
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Digest,
    DigestId,
    Document,
    Failure,
    FailureReason,
    Feed,
    FeedState,
    Finding,
    Item,
    Message,
    PollRecord,
    Response,
    Route,
    SendResult,
)
from watcher.ports import Ports, Setup
from watcher.store import alerts, feeds, incidents, items, outbox
from watcher.store.database import Session

log = structlog.get_logger()

LEASE_MARGIN = timedelta(minutes=2)  # how long past its deadline a poll may take before another may claim the feed
DELIVERIES_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class CycleReport:
    """What one full cycle did."""

    polls: tuple[PollRecord, ...]
    digests: tuple[Digest, ...]
    sent: int
    failed: int


async def run_cycle(ports: Ports, setup: Setup) -> CycleReport:
    """Poll what is due, compose what is owed, send what is in the outbox."""
    polls = await poll_due_feeds(ports, setup)
    digests = await asyncio.to_thread(compose_due_digests, ports, setup)
    results = await deliver_due(ports)
    sent = sum(result.ok for result in results)
    return CycleReport(polls=polls, digests=digests, sent=sent, failed=len(results) - sent)


# --- step 1: due feeds -> responses --------------------------------------------------------------------------------


async def poll_due_feeds(ports: Ports, setup: Setup) -> tuple[PollRecord, ...]:
    """Claim the feeds that are due and poll them side by side; one that is slow or broken holds up no other."""
    by_id = {feed.id: feed for feed in setup.config.feeds}
    lease = setup.config.polling.deadline + LEASE_MARGIN
    with ports.database.writing() as session:
        due = feeds.claim_due_feeds(session, by_id.keys(), ports.clock.now(), lease, len(by_id))
    return tuple(await asyncio.gather(*(_poll_feed(ports, setup, by_id[state.feed_id], state) for state in due)))


async def _poll_feed(ports: Ports, setup: Setup, feed: Feed, state: FeedState) -> PollRecord:
    with structlog.contextvars.bound_contextvars(feed=feed.id):
        try:
            fetched = await ports.http.fetch(request_for(state, feed, ports.clock.now()))
            reading = await read(ports, state, fetched)
            record = await asyncio.to_thread(take_in, ports, setup, feed, state, reading)
        except Exception as error:  # a bug, or the disk is full: told loudly, and the others go on
            log.exception("feed_poll_broken")
            record = await asyncio.to_thread(_note_breakdown, ports, feed, state, error)
        _log_poll(record)
        return record


def _log_poll(record: PollRecord) -> None:
    elapsed_s = round(record.elapsed.total_seconds(), 3)
    if record.outcome == "failed":
        log.warning("feed_poll_failed", reason=record.reason, elapsed_s=elapsed_s)
    else:
        log.info(
            "feed_polled",
            outcome=record.outcome,
            entries=record.entries,
            new=record.new_items,
            edited=record.edited_items,
            notes=record.reason,
            elapsed_s=elapsed_s,
        )


# --- step 2: response -> items, findings, incidents: one transaction per feed --------------------------------------


@dataclass(frozen=True, slots=True)
class Reading:
    """What a response was read as; no ``document`` means that it is the same as before."""

    response: Response
    body_hash: str | None
    document: Document | Failure | None = None
    notes: tuple[str, ...] = ()


async def read(ports: Ports, state: FeedState, fetched: Response | Failure) -> Reading | Failure:
    """Decode and parse, the latter where it can be killed."""
    if isinstance(fetched, Failure):
        return fetched
    if fetched.status == 304:  # noqa: PLR2004  RFC 9110, 15.4.5
        return Reading(fetched, state.body_hash)
    decoded, body_hash = await asyncio.to_thread(_decode, fetched)
    if body_hash == state.body_hash:
        return Reading(fetched, body_hash)
    document = await ports.parser.parse(decoded.text, fetched.url)
    return Reading(fetched, body_hash, document, (*fetched.notes, *decoded.notes))


def _decode(fetched: Response) -> tuple[Decoded, str]:
    decoded = decode(fetched.body, fetched.headers.get("content-type"))
    return decoded, hashlib.sha256(decoded.text.encode("utf-8", "surrogatepass")).hexdigest()


def take_in(ports: Ports, setup: Setup, feed: Feed, state: FeedState, reading: Reading | Failure) -> PollRecord:
    """Find what is new or edited, match it, and store everything that follows from it."""
    now = ports.clock.now()
    if isinstance(reading, Failure):
        return _note_failure(ports, feed, state, reading, now)
    fetched, body_hash, document = reading.response, reading.body_hash, reading.document
    if document is None:
        return _note_unchanged(ports, feed, state, fetched, body_hash, now)
    if isinstance(document, Failure):
        return _note_failure(ports, feed, state, document, now, fetched)

    found = to_items(document, feed, now)
    with ports.database.reading() as session:
        news = _sort_out(session, feed, found)
    findings = {item.id: _match(setup, item) for item in (*news.new, *news.edited)}  # slow, so outside of any write

    with ports.database.writing() as session:
        news = _sort_out(session, feed, found)  # again: another process may have taken some of them in meanwhile
        matches = {item.id: findings[item.id] for item in news.new}
        for item in news.edited:
            told = findings[item.id] if item.id in findings else _match(setup, item)  # new a moment ago
            matches[item.id] = _unheard(told, items.findings_of(session, item.id))
            items.edit_item(session, item)
        items.add_items(session, news.new)
        items.add_matches(session, matches, setup.book.version, now)
        for item in (*news.new, *news.edited):
            file_findings(session, setup, item, matches[item.id], now)
        for item_id, keys in news.further_keys.items():
            items.add_keys(session, item_id, keys)
        record = PollRecord(
            feed_id=feed.id,
            polled_at=now,
            outcome="new" if news.new or news.edited else "unchanged",
            reason="; ".join((*reading.notes, *document.notes)) or None,
            entries=len(document.entries),
            new_items=len(news.new),
            edited_items=len(news.edited),
            body_bytes=len(fetched.body),
            elapsed=fetched.elapsed,
        )
        feeds.record_poll(session, record)
        feeds.save_state(session, _after(ports, feed, state, fetched, body_hash, record, complete=document.complete))
    return record


def _sort_out(session: Session, feed: Feed, found: tuple[Item, ...]) -> News:
    known = items.known_items(session, feed.id, [key for item in found for key in item.keys])
    return sort_out(found, known, items.content_hashes(session, set(known.values())))


def _match(setup: Setup, item: Item) -> tuple[Finding, ...]:
    return setup.book.detector.match(
        item.title, item.text, published_at=item.dated_at, language=item.language, source=item.outlet
    )


def _unheard(findings: Iterable[Finding], stored: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of an edited item that its former wordings did not give: only those are news."""

    def told(finding: Finding) -> tuple[object, ...]:
        return (finding.event, finding.action, finding.place, finding.gained_by, finding.lost_by, finding.status)

    heard = {told(finding) for finding in stored}
    return tuple(finding for finding in findings if told(finding) not in heard)


def _after(
    ports: Ports,
    feed: Feed,
    state: FeedState,
    response: Response,
    body_hash: str | None,
    record: PollRecord,
    *,
    complete: bool = True,
) -> FeedState:
    return after_response(
        state,
        feed,
        response,
        body_hash,
        changed=body_hash != state.body_hash,
        new_items=record.new_items,
        now=record.polled_at,
        jitter=ports.jitter(),
        complete=complete,
    )


def _note_unchanged(
    ports: Ports, feed: Feed, state: FeedState, response: Response, body_hash: str | None, now: datetime
) -> PollRecord:
    record = PollRecord(feed.id, now, "unchanged", None, 0, 0, 0, len(response.body), response.elapsed)
    with ports.database.writing() as session:
        feeds.record_poll(session, record)
        feeds.save_state(session, _after(ports, feed, state, response, body_hash, record))
    return record


def _note_failure(
    ports: Ports, feed: Feed, state: FeedState, failure: Failure, now: datetime, response: Response | None = None
) -> PollRecord:
    size, elapsed = (0, timedelta(0)) if response is None else (len(response.body), response.elapsed)
    record = PollRecord(feed.id, now, "failed", str(failure), 0, 0, 0, size, elapsed)
    with ports.database.writing() as session:
        feeds.record_poll(session, record)
        feeds.save_state(session, after_failure(state, feed, failure, now, ports.jitter()))
    return record


def _note_breakdown(ports: Ports, feed: Feed, state: FeedState, error: Exception) -> PollRecord:
    """Back off after an error of our own, if the store lets us; else the lease runs out and the feed is due again."""
    failure = Failure(FailureReason.BROKEN, f"internal error, see the log: {type(error).__name__}: {error}")
    now = ports.clock.now()
    try:
        return _note_failure(ports, feed, state, failure, now)
    except Exception:  # the store itself is in trouble
        log.exception("feed_state_lost")
        return PollRecord(feed.id, now, "failed", str(failure), 0, 0, 0, 0, timedelta(0))


# --- step 4: alerts owed -> digests -> messages in the outbox: one transaction per route ---------------------------


def compose_due_digests(ports: Ports, setup: Setup) -> tuple[Digest, ...]:
    """Compose each route's digest that is due, and put one delivery per channel in the outbox."""
    composed: list[Digest] = []
    for route in setup.routes:
        try:
            digest = _compose_if_due(ports, setup, route)
        except Exception:  # its alerts go on waiting; the other routes are composed
            log.exception("digest_broken", route=route.id)
            continue
        if digest is not None:
            composed.append(digest)
    return tuple(composed)


def _compose_if_due(ports: Ports, setup: Setup, route: Route) -> Digest | None:
    now = ports.clock.now()
    with ports.database.reading() as session:
        reason = why_due(
            route.timing, alerts.waiting_alerts(session, route.id), alerts.last_digest_at(session, route.id), now
        )
    if reason is None:
        return None
    with ports.database.writing() as session:
        digest, alert_ids = draft_digest(session, setup, route, reason, now)
        message = render(digest, make_names(setup.book.gazetteer, setup.book.actors), setup.config.timezone)
        alerts.put_in_digest(session, digest, alert_ids)
        for channel_id in route.channels:
            outbox.add_delivery(session, _delivery(digest, channel_id, message, now))
    log.info("digest_composed", route=route.id, digest=digest.id, entries=len(digest.entries), reason=reason)
    return digest


def draft_digest(
    session: Session, setup: Setup, route: Route, reason: str, now: datetime
) -> tuple[Digest, tuple[int, ...]]:
    """The digest of everything that waits for a route, and the alerts in it; nothing is stored."""
    waiting = alerts.waiting_alerts(session, route.id)
    found = {alert.incident_id: incidents.get_incident(session, alert.incident_id) for alert in waiting}
    digest = compose(
        DigestId(uuid.uuid4().hex[:16]),
        route.id,
        waiting,
        {incident_id: incident for incident_id, incident in found.items() if incident is not None},
        reason=reason,
        rules_version=setup.book.version,
        now=now,
    )
    return digest, tuple(alert.id for alert in waiting)


def _delivery(digest: Digest, channel_id: ChannelId, message: Message, now: datetime) -> Delivery:
    return Delivery(
        id=DeliveryId(f"{digest.id}.{channel_id}"),
        digest_id=digest.id,
        channel_id=channel_id,
        message=message,
        state=DeliveryState.PENDING,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
    )


# --- step 5: outbox -> channels ------------------------------------------------------------------------------------


async def deliver_due(ports: Ports) -> tuple[SendResult, ...]:
    """Send what is due, side by side; a delivery is marked sent only after its channel took it."""
    with ports.database.writing() as session:
        due = outbox.claim_due_deliveries(session, ports.clock.now(), DELIVERIES_AT_ONCE)
    return tuple(await asyncio.gather(*(_deliver(ports, delivery) for delivery in due)))


async def _deliver(ports: Ports, delivery: Delivery) -> SendResult:
    with structlog.contextvars.bound_contextvars(channel=delivery.channel_id, delivery=delivery.id):
        try:
            result = await ports.notifier.send(
                delivery.channel_id, delivery.message, delivery.id, possible_repeat=delivery.possible_repeat
            )
        except Exception as error:  # a bug: it may have been taken, so it is tried again as a repeat
            log.exception("delivery_broken")
            result = SendResult(ok=False, detail=f"internal error: {type(error).__name__}", possible_repeat=True)
        await asyncio.to_thread(_note_result, ports, delivery, result)
        return result


def _note_result(ports: Ports, delivery: Delivery, result: SendResult) -> None:
    now = ports.clock.now()
    again_at = next_attempt(delivery.attempts, now, result, ports.jitter())
    with ports.database.writing() as session:
        if result.ok:
            outbox.mark_sent(session, delivery.id, now)
        else:
            outbox.mark_failed(session, delivery.id, result.detail, again_at, possible_repeat=result.possible_repeat)
    if result.ok:
        log.info("delivery_sent", attempt=delivery.attempts)
    elif again_at is not None:
        log.warning("delivery_failed", attempt=delivery.attempts, reason=result.detail, again_at=again_at.isoformat())
    else:
        log.error("delivery_abandoned", attempt=delivery.attempts, reason=result.detail)


# --- housekeeping --------------------------------------------------------------------------------------------------


def housekeep(ports: Ports, setup: Setup) -> int:
    """Forget poll log lines older than the config wants to keep; return how many. Nothing else is ever deleted."""
    with ports.database.writing() as session:
        forgotten = feeds.prune_polls(session, ports.clock.now() - setup.config.housekeeping.keep_polls)
    log.info("poll_log_pruned", lines=forgotten)
    return forgotten
