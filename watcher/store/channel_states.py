"""How each channel has answered lately: its failures in a row, and until when it rests.

A channel that fails is asked again as one, not once for every delivery that waits for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from watcher.model import ChannelId, ChannelState
from watcher.store.tables import ChannelStateRow


def channel_states(session: Session) -> tuple[ChannelState, ...]:
    """Every channel that was ever sent to."""
    query = select(ChannelStateRow).order_by(col(ChannelStateRow.channel_id))
    return tuple(_to_state(row) for row in session.exec(query))


def channel_state(session: Session, channel_id: ChannelId) -> ChannelState:
    """The channel's state; one without failures if nothing was ever sent to it."""
    row = session.get(ChannelStateRow, channel_id)
    return ChannelState(channel_id) if row is None else _to_state(row)


def note_channel_failed(
    session: Session, channel_id: ChannelId, now: datetime, error: str, rests_until: datetime
) -> None:
    """One more failure in a row that the channel, not the message, is to blame for."""
    row = session.get(ChannelStateRow, channel_id) or _new_row(channel_id)
    row.failures += 1
    row.failing_since = row.failing_since or now
    row.failed_at, row.rests_until, row.error = now, rests_until, error
    session.add(row)
    session.flush()


def rest_channel(session: Session, channel_id: ChannelId, now: datetime, rests_until: datetime) -> None:
    """Let it rest though it answers: it was sent much."""
    row = session.get(ChannelStateRow, channel_id) or _new_row(channel_id)
    row.failed_at, row.rests_until = now, rests_until
    session.add(row)
    session.flush()


def note_channel_answered(session: Session, channel_id: ChannelId) -> None:
    """It took a message, or refused one for good: it can be talked to."""
    row = session.get(ChannelStateRow, channel_id) or _new_row(channel_id)
    row.failures, row.failing_since, row.failed_at, row.rests_until, row.error = 0, None, None, None, None
    session.add(row)
    session.flush()


def note_channel_told(session: Session, channel_id: ChannelId, at: datetime | None) -> None:
    """Other channels were told that it fails; None: that it is well again."""
    session.exec(update(ChannelStateRow).where(col(ChannelStateRow.channel_id) == channel_id).values(told_at=at))


def end_rests(session: Session) -> None:
    """Let every channel be asked now: the operator may just have mended it."""
    session.exec(update(ChannelStateRow).where(col(ChannelStateRow.rests_until).is_not(None)).values(rests_until=None))


def _new_row(channel_id: ChannelId) -> ChannelStateRow:
    return ChannelStateRow(
        channel_id=channel_id,
        failures=0,
        failing_since=None,
        failed_at=None,
        rests_until=None,
        error=None,
        told_at=None,
    )


def _to_state(row: ChannelStateRow) -> ChannelState:
    return ChannelState(
        channel_id=ChannelId(row.channel_id),
        failures=row.failures,
        failing_since=row.failing_since,
        failed_at=row.failed_at,
        rests_until=row.rests_until,
        error=row.error,
        told_at=row.told_at,
    )
