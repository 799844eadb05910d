"""Beside step 4 of the pipeline: what is wrong with feeds -> problems that begin and end -> messages in the outbox.

A problem is told once when it begins and once when it is over, however long it lasts. What is wrong is decided in
health.py; here it is looked up for, and stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

import structlog

from watcher.alerts.feed_problems import is_due, render_problems
from watcher.feeds.fulltext import unreadable
from watcher.health import is_over, problem_of
from watcher.model import (
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Digest,
    DigestId,
    FeedId,
    FeedProblem,
    FeedState,
    FullText,
    Message,
    ProblemKind,
    RouteId,
)
from watcher.ports import Ports, Setup
from watcher.store import alerts, feeds, outbox, pages, problems
from watcher.store.database import Session

log = structlog.get_logger()

PAGES_IN_A_ROW = 5  # that could not be read, before that is a problem
OPERATOR_ROUTE_ID = RouteId("feed-problems")


def review_feeds(ports: Ports, setup: Setup) -> Digest | None:
    """Note which problems began or ended; return the digest that tells of them, when one was due."""
    now = ports.clock.now()
    with ports.database.reading() as session:
        known = problems.open_problems(session)
        states = {state.feed_id: state for state in feeds.feed_states(session)}
        present = _unread_pages(session, setup, states) | _present(session, setup, states, now)
        untold = problems.untold_problems(session)
    over = [problem for problem in known if _is_over(problem, present, states)]
    begun = {
        id_: one for id_, one in present.items() if (id_, one[0]) not in {(old.feed_id, old.kind) for old in known}
    }
    if over or begun:
        with ports.database.writing() as session:
            _note(session, over, begun, present, now)
            untold = problems.untold_problems(session)
    return _compose(ports, setup, untold, now) if is_due(untold.began, untold.ended, now) else None


def _present(
    session: Session, setup: Setup, states: Mapping[FeedId, FeedState], now: datetime
) -> dict[FeedId, tuple[ProblemKind, str]]:
    """What is wrong now, by feed."""
    found = {}
    for feed in setup.config.feeds:
        state = states.get(feed.id)
        if state is None:
            continue
        hurries = state.hurry_until is not None and now < state.hurry_until
        problem = problem_of(state, problems.last_gap(session, feed.id) if hurries else None, now)
        if problem is not None:
            found[feed.id] = problem
    return found


def _unread_pages(
    session: Session, setup: Setup, states: Mapping[FeedId, FeedState]
) -> dict[FeedId, tuple[ProblemKind, str]]:
    """The feeds that answer, but whose pages do not."""
    found = {}
    for feed in setup.config.feeds:
        if feed.full_text is FullText.NEVER or feed.id not in states or states[feed.id].health.is_failing:
            continue
        words = unreadable(pages.last_pages(session, feed.id, PAGES_IN_A_ROW), PAGES_IN_A_ROW)
        if words is not None:
            found[feed.id] = (ProblemKind.PAGES, words)
    return found


def _is_over(
    problem: FeedProblem, present: Mapping[FeedId, tuple[ProblemKind, str]], states: Mapping[FeedId, FeedState]
) -> bool:
    """An outage ends elsewhere (outages.py); a feed that is no longer listed has no problem."""
    if problem.feed_id is None:
        return False
    state = states.get(problem.feed_id)
    return state is None or is_over(problem, present.get(problem.feed_id), state)


def _note(
    session: Session,
    over: Iterable[FeedProblem],
    begun: Mapping[FeedId, tuple[ProblemKind, str]],
    present: Collection[FeedId],
    now: datetime,
) -> None:
    for problem in over:
        problems.end_problem(session, problem.id, now, is_well=problem.feed_id not in present)
        log.info("feed_problem_ended", feed=problem.feed_id, kind=problem.kind.value)
    for feed_id, (kind, words) in begun.items():
        problems.open_problem(session, feed_id, kind, words, now)
        log.warning("feed_problem_began", feed=feed_id, kind=kind.value, reason=words)


def _compose(ports: Ports, setup: Setup, untold: problems.Untold, now: datetime) -> Digest:
    """Put one message per channel in the outbox, and note that all of this was told: one transaction."""
    digest = Digest(
        id=DigestId(uuid.uuid4().hex[:16]),
        route_id=OPERATOR_ROUTE_ID,
        composed_at=now,
        reason="feed problems that nobody was told of yet",
        rules_version=setup.book.version,
        entries=(),
    )
    message = render_problems(untold.began, untold.ended, now, setup.config.timezone)
    wanted = [id_ for id_ in setup.config.channel_ids if id_ in setup.config.alerts.feed_problems_to]
    channels = wanted or setup.routes[-1].channels  # the last is the fallback route: rather all than nobody
    with ports.database.writing() as session:
        alerts.put_in_digest(session, digest, ())
        for channel in channels:
            outbox.add_delivery(session, new_delivery(digest, channel, message, now))
        problems.note_told(session, untold, now)
    log.info("feed_problems_told", digest=digest.id, began=len(untold.began), ended=len(untold.ended))
    return digest


def new_delivery(digest: Digest, channel_id: ChannelId, message: Message, now: datetime) -> Delivery:
    """What the outbox owes a channel of a digest, due at once."""
    return Delivery(
        id=DeliveryId(f"{digest.id}.{channel_id}"),
        digest_id=digest.id,
        channel_id=channel_id,
        message=message,
        state=DeliveryState.PENDING,
        attempts=0,
        created_at=now,
        next_attempt_at=now,
        urgency=max((entry.incident.severity.rank for entry in digest.entries), default=0),
    )
