"""The end of a round of polls: what gave nothing is noted as the feed's own failure, or as an outage of all of them.

Beside step 1 of the pipeline. When no host answers, that is one problem and not a hundred: counters stand still, and as
soon as anything answers again, everything is polled at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from watcher.feeds.polling import host_of, is_network_reason, is_of_network, is_outage
from watcher.intake import breakdown, note_failure
from watcher.model import Failure, Feed, FeedProblem, FeedState, PollRecord, ProblemKind
from watcher.ports import Ports, Setup
from watcher.store import feeds, problems

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A poll that gave nothing, not noted yet."""

    feed: Feed
    state: FeedState
    failure: Failure


def note_round(
    ports: Ports, setup: Setup, failed: Sequence[Unanswered], answered: Iterable[Feed]
) -> tuple[PollRecord, ...]:
    """Note the failures of a round, and let an outage begin or end; a bug with one feed is logged and costs itself."""
    is_down = _judge_outage(ports, setup, failed, tuple(answered))
    return tuple(_note(ports, one, outage=is_down and is_of_network(one.failure)) for one in failed)


def _note(ports: Ports, one: Unanswered, *, outage: bool) -> PollRecord:
    try:
        return note_failure(ports, one.feed, one.state, one.failure, outage=outage)
    except Exception as error:  # the store itself is in trouble: the lease runs out, and the feed is due again
        log.exception("feed_state_lost", feed=one.feed.id)
        lost = str(breakdown(error))
        return PollRecord(one.feed.id, ports.clock.now(), "failed", lost, 0, 0, 0, 0, timedelta(0))


def _judge_outage(ports: Ports, setup: Setup, failed: Sequence[Unanswered], answered: tuple[Feed, ...]) -> bool:
    if not failed and not answered:
        return False
    now = ports.clock.now()
    alive = bool(answered) or any(not is_of_network(one.failure) for one in failed)
    try:
        with ports.database.reading() as session:
            known = [one for one in problems.open_problems(session) if one.kind is ProblemKind.OUTAGE]
            states = () if alive else feeds.feed_states(session)
        if alive:
            _end(ports, known, now)
            return False
        if not known and not _is_everything_down(setup, states, failed):
            return False
        if not known:
            with ports.database.writing() as session:
                words = "no host answers any more: is this machine's network down?"
                problems.open_problem(session, None, ProblemKind.OUTAGE, words, now)
            log.error("network_down", feeds=len(setup.config.feeds))
    except Exception:
        log.exception("outage_not_judged")
        return False
    return True


def _end(ports: Ports, known: Sequence[FeedProblem], now: datetime) -> None:
    if not known:
        return
    with ports.database.writing() as session:
        for problem in known:
            problems.end_problem(session, problem.id, now)
        feeds.make_due_since(session, known[0].since, now)
    log.info("network_back", since=known[0].since.isoformat())


def _is_everything_down(setup: Setup, states: Iterable[FeedState], failed: Sequence[Unanswered]) -> bool:
    """Whether every host that was asked since the last answer failed to give one."""
    by_id = {state.feed_id: state for state in states}
    listed = [(feed, by_id[feed.id]) for feed in setup.config.feeds if feed.id in by_id]
    answers = [
        moment
        for _, state in listed
        for moment in (state.last_success_at, None if is_network_reason(state.reason) else state.last_polled_at)
        if moment is not None
    ]
    last_answer = max(answers, default=None)
    failing = {host_of(one.feed.url) for one in failed}
    failing |= {
        host_of(feed.url)
        for feed, state in listed
        if is_network_reason(state.reason)
        and state.last_polled_at is not None
        and (last_answer is None or state.last_polled_at > last_answer)
    }
    return is_outage(failing, {host_of(feed.url) for feed, _ in listed})
