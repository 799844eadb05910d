"""What stands at the end of a digest: what did not fit, what Watcher did, which silences are in force. Pure: no I/O."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from watcher.alerts.entries import clipped, moment_of
from watcher.alerts.holds import say_matchers
from watcher.alerts.hostile import clean
from watcher.incidents.wording import say_count
from watcher.model import Digest, Severity, Silence, Vitals

_MOST_NAMED = 10


def say_left_over(left_over: tuple[tuple[Severity, int], ...]) -> str:
    """ "12 more incidents (2 high, 10 low)"; empty when nothing is left over."""
    total = sum(count for _, count in left_over)
    levels = ", ".join(f"{count} {severity.value}" for severity, count in left_over)
    return f"{say_count(total, 'more incident')} ({levels})" if total else ""


def say_vitals(vitals: Vitals, zone: ZoneInfo) -> tuple[str, ...]:
    """What was polled, seen and held, one line each."""
    polled = f"Since {moment_of(vitals.since, zone)}: {vitals.polled} of {say_count(vitals.feeds, 'feed')} polled"
    failing = f"{say_count(len(vitals.failing), 'feed')} failing" if vitals.failing else "none failing"
    lines = [
        f"{polled}, {failing}; {say_count(vitals.items, 'new item')} seen, {vitals.held_items} held as too old.",
        f"Near misses: {say_count(vitals.near_misses, 'finding')} that told no news (plans, denials, background).",
    ]
    if vitals.failing:
        named = [clipped(clean(one)) for one in vitals.failing[:_MOST_NAMED]]
        more = len(vitals.failing) - len(named)
        lines.append(f"Failing: {'; '.join(named)}{f'; and {more} more' if more else ''}.")
    lines += [f"Near miss: {clipped(clean(example))}" for example in vitals.examples]
    return tuple(lines)


def say_silences(digest: Digest, zone: ZoneInfo) -> tuple[str, ...]:
    """Each silence in force, and how much it holds back from this route."""
    return tuple(_say_silence(silence, count, zone) for silence, count in digest.silenced)


def _say_silence(silence: Silence, count: int, zone: ZoneInfo) -> str:
    author, reason = clipped(clean(silence.author)), clipped(clean(silence.reason))
    until, held = moment_of(silence.ends_at, zone), say_count(count, "alert")
    return f"silence {silence.id} ({say_matchers(silence)}) by {author} until {until}: {reason}; {held} held back"
