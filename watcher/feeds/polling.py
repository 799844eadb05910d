"""When a feed is polled next, and what is sent along: the state of a feed from one poll to the next.

Pure: chance comes in as ``jitter``, from 0 to 1. Polling never stops: whatever happens, a next time is set, and it is
never farther away than a cap. The pipeline stores the state in the transaction that stores the items.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from watcher.feeds.rhythm import ENOUGH, first_rhythm, next_rhythm
from watcher.model import (
    Document,
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
REST_WITHOUT_WISH = timedelta(minutes=5)  # of a host that says 429, and not for how long
DAY = timedelta(days=1)
HURRY = timedelta(hours=6)  # how long a feed whose window moved on is polled more often
SHORTEST_INTERVAL = timedelta(minutes=1)  # of our own accord; a feed with a shorter interval keeps to that
MOVES_NEEDED = 5  # identical permanent redirects, each with a feed at its end …
MOVED_FOR = timedelta(days=1)  # … over so long, before the new address is adopted

_NOT_MODIFIED = 304
_SPREAD = 0.1  # intervals vary by this share, so that feeds do not come due all at once
_RETRY_SOON = frozenset((408, 425, 429))  # 4xx that pass by themselves (RFC 9110, RFC 8470, RFC 6585)
_CLIENT_ERRORS = range(400, 500)
_LASTING = frozenset(
    (FailureReason.NOT_A_FEED, FailureReason.BAD_URL, FailureReason.TOO_LARGE, FailureReason.REDIRECTS)
)
_NETWORK = frozenset((FailureReason.NAME, FailureReason.CONNECTION, FailureReason.TIMEOUT))
_HOSTS_OF_AN_OUTAGE = 3
_REFUSALS = frozenset((401, 403, 407, 451))
_TOO_MANY, _UNAVAILABLE = 429, 503
_HEALTH_OF: Mapping[int | None, FeedHealth] = {404: FeedHealth.MISSING, 410: FeedHealth.GONE}
_GIVE_BACK_AFTER = 5  # failures in a row at an adopted address, before the configured one is tried again
_MANY_DIGITS = 10
_LASTING_HEAD_START = 2  # doublings: what will hardly be over in a minute is asked for less often from the start


def first_state(feed: Feed, now: datetime) -> FeedState:
    """The state of a feed that was never polled: due at once."""
    return FeedState(feed_id=feed.id, next_poll_at=now)


def request_for(state: FeedState, feed: Feed, now: datetime) -> FetchRequest:
    """What to ask for: only what changed, but everything in the first successful poll of each day.

    Some servers answer "not modified" for ever. The day begins at another time for each feed, so that the whole
    documents do not all come at midnight. Nor is a "not modified" believed for longer than three times the feed's
    usual gap between items, an hour at least.
    """
    url = state.adopted_url or feed.url
    last = state.last_success_at
    if last is None or _day(last, feed.id) != _day(now, feed.id) or _is_long_unchanged(state, now):
        return FetchRequest(url, feed_id=feed.id)
    return FetchRequest(url, etag=state.etag, last_modified=state.last_modified, feed_id=feed.id)


def _is_long_unchanged(state: FeedState, now: datetime) -> bool:
    if state.rhythm is None or state.rhythm.seen < ENOUGH or state.last_document_at is None:
        return False
    return now - state.last_document_at >= max(timedelta(hours=1), 3 * state.rhythm.usual)


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
    document: Document | None = None,
    missed: bool = False,
    collides: bool = False,
) -> FeedState:
    """The state after a document or a "not modified"; ``document`` is None when it was not read, being the same.

    ``missed``: nothing in it was known, though the feed was. ``collides``: one guid stood for several entries.

    Validators and hash are those of a whole document only (``complete``): otherwise the rest of it would be taken for
    known. A document that is ``changed`` has the validators that came with it, and no others; one that is the same
    as before, or a 304, may bring fresh ones (RFC 9110, 15.4.5) and keeps those that it does not mention.
    """
    etag, last_modified = response.headers.get("etag") or None, response.headers.get("last-modified") or None
    if response.status == _NOT_MODIFIED or not changed:
        etag, last_modified = etag or state.etag, last_modified or state.last_modified
    if response.status == _NOT_MODIFIED:
        body_hash = state.body_hash
    state = _after_move(_learnt(state, document, new_items, now), feed, response.moved_to, now)
    if missed:
        state = replace(state, hurry_until=now + HURRY)
    wait = interval_of(state, feed, response.headers, now)
    return replace(
        state,
        next_poll_at=now + wait * (1 - _SPREAD / 2 + _SPREAD * jitter),
        last_document_at=state.last_document_at if response.status == _NOT_MODIFIED else now,
        composite_keys=state.composite_keys or collides,
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
    if state.failures + 1 >= _GIVE_BACK_AFTER and state.adopted_url is not None:
        state = replace(state, adopted_url=None, etag=None, last_modified=None, body_hash=None)
    if failure.retry_after is not None:
        wait = max(wait, min(failure.retry_after * (1 + _SPREAD * jitter), LONGEST_RETRY_AFTER))
    return replace(
        state,
        next_poll_at=now + wait,
        last_polled_at=now,
        failures=state.failures + 1,
        health=_health(failure),
        reason=str(failure),
        moved_to=None,
        moved_times=0,
        moved_since=None,
    )


def rest_of(failure: Failure) -> timedelta:
    """For how long a host is left alone by all of its feeds."""
    return min(REST_WITHOUT_WISH if failure.retry_after is None else failure.retry_after, LONGEST_RETRY_AFTER)


def after_outage(state: FeedState, feed: Feed, failure: Failure, now: datetime, jitter: float) -> FeedState:
    """The state after a failure that is not the feed's: nothing answers. It counts as no failure of the feed."""
    wait = feed.interval * (1 - _SPREAD / 2 + _SPREAD * jitter)
    return replace(state, next_poll_at=now + wait, last_polled_at=now, reason=str(failure))


def is_of_network(failure: Failure) -> bool:
    """Whether a failure may be our network's as well as the host's: nothing was answered."""
    return failure.status is None and failure.reason in _NETWORK


def is_network_reason(reason: str | None) -> bool:
    """The same of a failure that is stored in words."""
    return reason is not None and reason.partition(":")[0] in _NETWORK and "HTTP " not in reason


def is_store_reason(reason: str | None) -> bool:
    """Whether a poll failed because its results could not be stored, told from the words of its failure."""
    return reason is not None and reason.partition(":")[0] == FailureReason.STORE


def is_outage(failing: Collection[str], listed: Collection[str]) -> bool:
    """Whether it is the network that fails: ``failing`` are the hosts that were asked since the last answer from any.

    Three hosts that fail one after the other are one cause, not three; of two hosts, both.
    """
    return len(failing) >= min(_HOSTS_OF_AN_OUTAGE, max(len(listed), 2))


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def interval_of(state: FeedState, feed: Feed, headers: Mapping[str, str], now: datetime) -> timedelta:
    """The time until the next poll: the feed's interval, moved by what the publisher wishes and how it publishes.

    Wishes (TTL, sy:update*, skipHours, skipDays, max-age, Expires) and a slow rhythm lengthen it, to as many
    intervals as the tier says or an hour, whichever is less: a feed of tier 1 keeps to its interval. A window that
    moves fast, or has been missed, shortens it.
    """
    floor = min(feed.interval, SHORTEST_INTERVAL)
    cap = max(feed.interval, min(feed.tier * feed.interval, LONGEST_BACK_OFF))
    asked = [feed.interval, state.wishes.interval or feed.interval, _freshness(headers)]
    rhythm = state.rhythm if state.rhythm is not None and state.rhythm.seen >= ENOUGH else None
    if rhythm is not None:
        asked.append(rhythm.usual / 20)
    wait = min(max(asked), cap)
    if _is_skipped(state, now + wait):
        wait = cap
    if rhythm is not None and state.entries:
        wait = min(wait, max(rhythm.usual * state.entries / 4, floor))
    if state.hurry_until is not None and now < state.hurry_until:
        wait = min(wait, max(feed.interval / 3, floor))
    return wait


def _freshness(headers: Mapping[str, str]) -> timedelta:
    """For how long the server says the answer is fresh (RFC 9111, 4.2.1); nothing when it says nothing usable."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"no-cache|no-store", control):
        return timedelta(0)
    found = re.search(r'max-age\s*=\s*"?(\d{1,9})', control)
    if found:
        age = headers.get("age", "").strip()
        spent = int(age) if age.isascii() and age.isdigit() and len(age) < _MANY_DIGITS else 0
        return timedelta(seconds=max(0, int(found[1]) - spent))
    try:
        until = parsedate_to_datetime(headers["expires"]) - parsedate_to_datetime(headers["date"])
    except (KeyError, ValueError, TypeError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), until)


def _is_skipped(state: FeedState, moment: datetime) -> bool:
    wishes = state.wishes
    return moment.hour in wishes.skip_hours or moment.weekday() in wishes.skip_days


def _learnt(state: FeedState, document: Document | None, new_items: int, now: datetime) -> FeedState:
    """The state with what a document tells about its feed."""
    if document is None:
        return state
    if state.last_success_at is None:
        rhythm = first_rhythm((entry.published_at for entry in document.entries), now)
    else:
        rhythm = next_rhythm(state.rhythm, state.last_item_at, new_items, now)
    return replace(
        state,
        rhythm=rhythm,
        wishes=document.wishes,
        entries=len(document.entries),
        lost_entries=max(0, document.raw_entries - len(document.entries)) if document.complete else 0,
    )


def _after_move(state: FeedState, feed: Feed, moved_to: str | None, now: datetime) -> FeedState:
    """Count identical permanent redirects, and adopt their target when there were enough; any other answer resets."""
    if moved_to is None or moved_to in (feed.url, state.adopted_url):
        return replace(state, moved_to=None, moved_times=0, moved_since=None)
    if moved_to != state.moved_to or state.moved_since is None:
        return replace(state, moved_to=moved_to, moved_times=1, moved_since=now)
    times = state.moved_times + 1
    if times < MOVES_NEEDED or now - state.moved_since < MOVED_FOR:
        return replace(state, moved_times=times)
    return replace(state, adopted_url=moved_to, moved_to=None, moved_times=0, moved_since=None)


def _health(failure: Failure) -> FeedHealth:
    if "cf-mitigated" in failure.detail or failure.status in _REFUSALS:
        return FeedHealth.BLOCKED
    if failure.status == _TOO_MANY or (failure.status == _UNAVAILABLE and failure.retry_after is not None):
        return FeedHealth.RATE_LIMITED
    return _HEALTH_OF.get(failure.status, FeedHealth.FAILING)


def _is_lasting(failure: Failure) -> bool:
    """Whether this will hardly be over in a minute: refused, gone, no feed at all; not: overloaded, cut off."""
    if failure.status is not None:
        return failure.status in _CLIENT_ERRORS and failure.status not in _RETRY_SOON
    return failure.reason in _LASTING


def _day(moment: datetime, feed_id: FeedId) -> int:
    """The number of the day, for a feed whose day begins at a time of its own."""
    shift = int.from_bytes(hashlib.sha256(feed_id.encode()).digest()[:4], "big") % int(DAY.total_seconds())
    return (moment - datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=shift)) // DAY
