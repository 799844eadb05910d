"""When a feed is polled next, and what is sent along: the state of a feed from one poll to the next.

Pure: chance comes in as ``jitter``, from 0 to 1. Polling never stops: whatever happens, a next time is set, and it is
never farther away than a cap. The pipeline stores the state in the transaction that stores the items.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from watcher.model import (
    Failure,
    FailureReason,
    Feed,
    FeedHealth,
    FeedId,
    FeedState,
    FetchRequest,
    Response,
)

LONGEST_BACK_OFF = timedelta(hours=1)  # of our own accord; a feed with a longer interval keeps to that
LONGEST_RETRY_AFTER = timedelta(hours=6)  # of what a server asks for
DAY = timedelta(days=1)

_NOT_MODIFIED = 304
_SPREAD = 0.1  # intervals vary by this share, so that feeds do not come due all at once
_RETRY_SOON = frozenset((408, 425, 429))  # 4xx that pass by themselves (RFC 9110, RFC 8470, RFC 6585)
_CLIENT_ERRORS = range(400, 500)
_LASTING = frozenset(
    (FailureReason.NOT_A_FEED, FailureReason.BAD_URL, FailureReason.TOO_LARGE, FailureReason.REDIRECTS)
)
_LASTING_HEAD_START = 2  # doublings: what will hardly be over in a minute is asked for less often from the start


def first_state(feed: Feed, now: datetime) -> FeedState:
    """The state of a feed that was never polled: due at once."""
    return FeedState(feed_id=feed.id, next_poll_at=now)


def request_for(state: FeedState, feed: Feed, now: datetime) -> FetchRequest:
    """What to ask for: only what changed, but everything in the first successful poll of each day.

    Some servers answer "not modified" for ever. The day begins at another time for each feed, so that the whole
    documents do not all come at midnight.
    """
    last = state.last_success_at
    if last is None or _day(last, feed.id) != _day(now, feed.id):
        return FetchRequest(feed.url)
    return FetchRequest(feed.url, etag=state.etag, last_modified=state.last_modified)


def after_response(
    state: FeedState,
    feed: Feed,
    response: Response,
    body_hash: str | None,
    changed: bool,
    new_items: int,
    now: datetime,
    jitter: float,
    *,
    complete: bool = True,
) -> FeedState:
    """The state after a document or a "not modified".

    Validators and hash are those of a whole document only (``complete``): otherwise the rest of it would be taken for
    known. A document that is ``changed`` has the validators that came with it, and no others; one that is the same
    as before, or a 304, may bring fresh ones (RFC 9110, 15.4.5) and keeps those that it does not mention.
    """
    etag, last_modified = response.headers.get("etag") or None, response.headers.get("last-modified") or None
    if response.status == _NOT_MODIFIED or not changed:
        etag, last_modified = etag or state.etag, last_modified or state.last_modified
    if response.status == _NOT_MODIFIED:
        body_hash = state.body_hash
    return replace(
        state,
        next_poll_at=now + feed.interval * (1 - _SPREAD / 2 + _SPREAD * jitter),
        etag=etag if complete else None,
        last_modified=last_modified if complete else None,
        body_hash=body_hash if complete else None,
        last_polled_at=now,
        last_success_at=now,
        last_item_at=now if new_items else state.last_item_at,
        failures=0,
        health=FeedHealth.OK,
        reason=None,
    )


def after_failure(state: FeedState, feed: Feed, failure: Failure, now: datetime, jitter: float) -> FeedState:
    """The state after a poll that gave nothing: asked again soon, then ever less often, up to once an hour.

    Validators are kept: they belong to the last good document. A server's own wish to be left alone counts if it is
    for longer.
    """
    doublings = state.failures + (_LASTING_HEAD_START if _is_lasting(failure) else 0)
    cap = max(LONGEST_BACK_OFF, feed.interval)
    wait = min(feed.interval * 2 ** min(doublings, 16), cap) * (1 - _SPREAD * jitter)
    if failure.retry_after is not None:
        wait = max(wait, min(failure.retry_after * (1 + _SPREAD * jitter), LONGEST_RETRY_AFTER))
    return replace(
        state,
        next_poll_at=now + wait,
        last_polled_at=now,
        failures=state.failures + 1,
        health=FeedHealth.FAILING,
        reason=str(failure),
    )


def _is_lasting(failure: Failure) -> bool:
    """Whether this will hardly be over in a minute: refused, gone, no feed at all; not: overloaded, cut off."""
    if failure.status is not None:
        return failure.status in _CLIENT_ERRORS and failure.status not in _RETRY_SOON
    return failure.reason in _LASTING


def _day(moment: datetime, feed_id: FeedId) -> int:
    """The number of the day, for a feed whose day begins at a time of its own."""
    shift = int.from_bytes(hashlib.sha256(feed_id.encode()).digest()[:4], "big") % int(DAY.total_seconds())
    return (moment - datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=shift)) // DAY
