"""A digest of feed problems as a message: what went wrong, what is well again. Pure: no I/O.

Beside alerts/render.py. What feeds and servers say is hostile here too: it is cleaned, and escaped in the HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.alerts.entries import moment_of
from watcher.alerts.hostile import clean
from watcher.alerts.notice import render_notice
from watcher.incidents.wording import say_count
from watcher.model import FeedProblem, Message

WAIT = timedelta(minutes=10)  # what lasts no longer is nobody's news; and several problems make one message


def is_due(began: Sequence[FeedProblem], ended: Sequence[FeedProblem], now: datetime) -> bool:
    """Whether a digest goes out now: a while after the first of what nobody was told of."""
    moments = [problem.since for problem in began]
    moments += [problem.ended_at for problem in ended if problem.ended_at is not None]
    return bool(moments) and (now - min(moments) >= WAIT or min(moments) > now)


def render_problems(
    began: Sequence[FeedProblem], ended: Sequence[FeedProblem], now: datetime, timezone: str
) -> Message:
    """One line for each problem, times in ``timezone``; subject first says how many feeds it is about."""
    zone = ZoneInfo(timezone)
    subject = f"[Watcher feeds] {_count(began, ended)}"
    groups = [
        ("Needs a look:", [_line(one, zone) for one in began]),
        ("Well again:", [_line(one, zone) for one in ended]),
    ]
    closing = [
        f"Composed {moment_of(now, zone)} ({timezone}). Each problem is told once, and once when it is over.",
        "watcher status shows what is wrong now; docs/feeds.md says what to do.",
    ]
    return render_notice(subject, groups, closing)


def _count(began: Sequence[FeedProblem], ended: Sequence[FeedProblem]) -> str:
    told = [say_count(len(began), "problem")] if began else []
    told += [f"{len(ended)} well again"] if ended else []
    first = (*began, *ended)[0]
    name = "all feeds" if first.feed_id is None else str(first.feed_id)
    return f"{', '.join(told)}: {clean(name)}{'' if len(began) + len(ended) == 1 else ' …'}"


def _line(problem: FeedProblem, zone: ZoneInfo) -> str:
    name = "all feeds" if problem.feed_id is None else f"feed {problem.feed_id}"
    begin = f"since {moment_of(problem.since, zone)}"
    if problem.kind.ends and problem.ended_at is not None:
        begin = f"from {moment_of(problem.since, zone)} to {moment_of(problem.ended_at, zone)}"
    return clean(f"{name}: {problem.words} ({begin})")
