"""A notice of what could not be delivered, for the channels that work. Pure: no I/O. Beside alerts/feed_problems.py."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from watcher.alerts.entries import clipped, moment_of
from watcher.alerts.hostile import clean
from watcher.alerts.notice import render_notice
from watcher.incidents.wording import say_count, say_duration
from watcher.model import Channel, ChannelState, Delivery, Message

_MOST_SHOWN = 20
TELL_AFTER = timedelta(minutes=30)  # a channel that fails no longer is nobody's news


def is_failing(state: ChannelState, now: datetime) -> bool:
    """Whether others should hear that the channel fails: for a while, and nobody was told."""
    since = state.failing_since
    return since is not None and state.told_at is None and (now - since >= TELL_AFTER or since > now)


def is_well_again(state: ChannelState) -> bool:
    """Whether others were told that it fails, and it does no longer."""
    return state.told_at is not None and state.failing_since is None


def render_undelivered(
    dead: Sequence[Delivery],
    failing: Sequence[ChannelState],
    well: Sequence[ChannelState],
    now: datetime,
    timezone: str,
) -> Message:
    """One line for each message that was given up and for each channel; times in ``timezone``."""
    zone = ZoneInfo(timezone)
    counts = [say_count(len(dead), "message") + " given up"] if dead else []
    counts += [f"{say_count(len(failing), 'channel')} failing"] if failing else []
    counts += [f"{say_count(len(well), 'channel')} well again"] if well else []
    named = [*(delivery.channel_id for delivery in dead), *(state.channel_id for state in (*failing, *well))]
    groups = [
        ("Given up:", [_dead_line(delivery, zone) for delivery in dead]),
        ("Failing:", [_failing_line(state, zone) for state in failing]),
        ("Well again:", [f"channel {state.channel_id}" for state in well]),
    ]
    closing = [
        f"Composed {moment_of(now, zone)} ({timezone}).",
        "Nothing is lost: watcher outbox list shows it, watcher outbox retry sends it again.",
    ]
    return render_notice(f"[Watcher delivery] {', '.join(counts)}: {', '.join(dict.fromkeys(named))}", groups, closing)


def render_storm(channel: Channel, waiting: Sequence[Delivery], now: datetime, timezone: str) -> Message:
    """What waits for a channel whose limit is reached, the most urgent first."""
    zone = ZoneInfo(timezone)
    shown = [f"{clipped(clean(one.message.subject))}{_number(one)}" for one in waiting[:_MOST_SHOWN]]
    if len(waiting) > _MOST_SHOWN:
        shown.append(f"and {len(waiting) - _MOST_SHOWN} more")
    pace = f"{say_count(channel.limit.messages, 'message')} in {say_duration(channel.limit.per)}"
    closing = [
        f"Composed {moment_of(now, zone)} ({timezone}).",
        f"This channel takes at most {pace}. What waits follows as that allows, the most urgent first.",
        "Nothing is lost: watcher outbox list shows it.",
    ]
    subject = f"[Watcher delivery] storm: {say_count(len(waiting), 'message')} waiting for this channel"
    return render_notice(subject, [("Waiting:", shown)], closing)


def _number(delivery: Delivery) -> str:
    return f", part {delivery.part} of {delivery.parts}" if delivery.parts > 1 else ""


def _dead_line(delivery: Delivery, zone: ZoneInfo) -> str:
    subject = clipped(clean(delivery.message.subject))
    made = moment_of(delivery.created_at, zone)
    reason = clean(delivery.error or "no reason known")
    maybe = "; it may have arrived" if delivery.possible_repeat else ""
    named = f'"{subject}"{_number(delivery)} ({made})'
    return f"to channel {delivery.channel_id}: {named}: {reason}{maybe} (delivery {delivery.id})"


def _failing_line(state: ChannelState, zone: ZoneInfo) -> str:
    since = "" if state.failing_since is None else f" since {moment_of(state.failing_since, zone)}"
    return f"channel {state.channel_id} takes nothing{since}: {clean(state.error or 'no reason known')}"
