"""Beside step 5 of the pipeline: a channel that was sent much rests, and its readers are told how much waits.

Nothing is dropped: what waits goes out as the limit allows, the most urgent first.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime

import structlog

from watcher.alerts.delivery_problems import render_storm
from watcher.model import Channel, ChannelId, Delivery, Digest, DigestId
from watcher.ports import Setup
from watcher.problems import new_delivery
from watcher.store import alerts, channel_states, outbox
from watcher.store.database import Session
from watcher.undelivered import DELIVERY_ROUTE_ID

log = structlog.get_logger()

FIRST_OF_ALL = 99  # more urgent than any news: it says that there is more


def is_in_storm(session: Session, setup: Setup, channel_id: ChannelId, now: datetime) -> bool:
    """Whether the channel's limit is reached: then it rests. The last message before that tells what waits.

    To be called in the transaction that claims the next delivery. A moment in the future (the clock was set back)
    does not count.
    """
    channel = next((one for one in setup.config.channels if one.id == channel_id), None)
    if channel is None:
        return False
    limit = channel.limit
    gone = [moment for moment in outbox.handed_over_since(session, channel_id, now - limit.per) if moment <= now]
    if len(gone) < limit.messages - 1:
        return False
    waiting = outbox.owed_to(session, channel_id)
    if len(gone) >= limit.messages:
        words = f"storm breaker: {limit.messages} messages went out since {gone[0]:%Y-%m-%d %H:%M} UTC"
        outbox.note_held(session, waiting, now, words)
        channel_states.rest_channel(session, channel_id, now, gone[0] + limit.per)
        log.warning("channel_in_storm", channel=channel_id, waiting=len(waiting))
        return True
    if limit.messages > 1 and len(waiting) > 1 and waiting[0].urgency < FIRST_OF_ALL:
        _owe_notice(session, setup, channel, waiting, now)
    return False


def _owe_notice(session: Session, setup: Setup, channel: Channel, waiting: tuple[Delivery, ...], now: datetime) -> None:
    digest = Digest(
        id=DigestId(uuid.uuid4().hex[:16]),
        route_id=DELIVERY_ROUTE_ID,
        composed_at=now,
        reason="the channel's limit is reached and more waits",
        rules_version=setup.book.version,
        entries=(),
    )
    message = render_storm(channel, waiting, now, setup.config.timezone)
    alerts.put_in_digest(session, digest, ())
    outbox.add_delivery(session, replace(new_delivery(digest, channel.id, message, now), urgency=FIRST_OF_ALL))
