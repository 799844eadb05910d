"""How a feed publishes, learnt from what it gave; when it is silent against that. Pure: no I/O, no clock.

Beside polling, which asks it how often to come. A rhythm is never an excuse to stop: it moves intervals between a floor
and a cap only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from watcher.model import FeedState, Rhythm

ENOUGH = 10  # gaps, before anything is concluded from a rhythm
LOOK_BACK = timedelta(days=60)  # of the dates in a first document
SHORTEST_SILENCE = timedelta(hours=6)  # shorter ones are nobody's problem
_LEARNING = 0.1  # how much each gap moves the usual one
_HALF_LIFE = timedelta(days=21)  # of the longest gap: three Sundays


def first_rhythm(published: Iterable[datetime | None], now: datetime) -> Rhythm | None:
    """What the dates of a feed's first document tell; None when they tell nothing."""
    moments = sorted({moment for moment in published if moment is not None and now - LOOK_BACK <= moment <= now})
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    if not gaps:
        return None
    usual = median(gap.total_seconds() for gap in gaps)
    return Rhythm(timedelta(seconds=round(usual)), max(gaps), len(gaps))


def next_rhythm(rhythm: Rhythm | None, since: datetime | None, new_items: int, now: datetime) -> Rhythm | None:
    """The rhythm after a poll; ``since`` is when the items before came."""
    if not new_items or since is None or since >= now:
        return rhythm
    gap = now - since
    if rhythm is None:
        return Rhythm(gap / new_items, gap, 1)
    usual = rhythm.usual + (gap / new_items - rhythm.usual) * _LEARNING
    faded = rhythm.longest * 0.5 ** (gap / _HALF_LIFE)
    return Rhythm(usual, max(faded, gap), rhythm.seen + 1)


def longest_silence(rhythm: Rhythm | None) -> timedelta | None:
    """The silence from which on something is wrong; None while too little is known."""
    if rhythm is None or rhythm.seen < ENOUGH:
        return None
    return max(SHORTEST_SILENCE, 2 * rhythm.longest, 10 * rhythm.usual)


def silent_for(state: FeedState, now: datetime) -> timedelta | None:
    """How long a feed that answers has given nothing new, if that is far longer than its rhythm; else None."""
    limit = longest_silence(state.rhythm)
    if limit is None or state.last_item_at is None or state.health.is_failing:
        return None
    silence = now - state.last_item_at
    return silence if silence > limit else None
