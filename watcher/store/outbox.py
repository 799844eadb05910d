"""The outbox: deliveries, claimed one by one, so that two senders never hold the same one.

Kept for ever, as the log of what went out. When to try again is decided by deliver/retry.py.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from watcher.errors import StoreError
from watcher.model import ChannelId, Delivery, DeliveryId, DeliveryState, DigestId, IncidentId, Message
from watcher.store.tables import AlertRow, DeliveryRow

OWED = (DeliveryState.PENDING.value, DeliveryState.UNKNOWN.value)
UNDECIDED = (DeliveryState.SENDING.value, DeliveryState.UNKNOWN.value)


def add_delivery(session: Session, delivery: Delivery) -> None:
    """Owe a message to a channel; in the transaction that puts its alerts in the digest."""
    row = DeliveryRow(
        id=delivery.id,
        digest_id=delivery.digest_id,
        channel_id=delivery.channel_id,
        subject=delivery.message.subject,
        text=delivery.message.text,
        html=delivery.message.html,
        state=delivery.state.value,
        attempts=delivery.attempts,
        created_at=delivery.created_at,
        next_attempt_at=delivery.next_attempt_at,
        claimed_at=None,
        sent_at=delivery.sent_at,
        error=delivery.error,
        possible_repeat=delivery.possible_repeat,
    )
    session.add(row)
    session.flush()


def claim_due_deliveries(session: Session, now: datetime, limit: int) -> tuple[Delivery, ...]:
    """Take up to ``limit`` owed deliveries that are due, longest due first, and count the attempt that now begins.

    They come back as stored now: ``sending``, ``attempts`` with this one, ``possible_repeat`` if one was cut off.
    A last attempt (or, without one, a creation) later than ``now`` tells that the clock was set back: it is due.
    """
    owed = col(DeliveryRow.state).in_(OWED)
    due = or_(
        col(DeliveryRow.next_attempt_at) <= now,
        func.coalesce(col(DeliveryRow.claimed_at), col(DeliveryRow.created_at)) > now,
    )
    longest_first = (col(DeliveryRow.next_attempt_at), col(DeliveryRow.id))
    taken = select(DeliveryRow.id).where(owed, due).order_by(*longest_first).limit(limit)
    claim = update(DeliveryRow).where(col(DeliveryRow.id).in_(taken), owed)
    cut_off = col(DeliveryRow.state) == DeliveryState.UNKNOWN.value
    values = {
        "state": DeliveryState.SENDING.value,
        "attempts": col(DeliveryRow.attempts) + 1,
        "claimed_at": now,
        "possible_repeat": or_(col(DeliveryRow.possible_repeat), cut_off),
    }
    claimed = session.exec(claim.values(values).returning(col(DeliveryRow.id))).scalars().all()
    rows = session.exec(select(DeliveryRow).where(col(DeliveryRow.id).in_(claimed)).order_by(*longest_first))
    return tuple(_to_delivery(row) for row in rows)


def mark_sent(session: Session, id: DeliveryId, now: datetime) -> None:  # noqa: A002  the name others call it by
    """The channel took it. That stands whatever state the delivery was put in meanwhile.

    Raises: StoreError for an unknown delivery.
    """
    sent = update(DeliveryRow).where(col(DeliveryRow.id) == id)
    if session.exec(sent.values(state=DeliveryState.SENT.value, sent_at=now, error=None)).rowcount != 1:
        raise StoreError(f"no delivery '{id}' is stored")


def mark_failed(
    session: Session,
    id: DeliveryId,  # noqa: A002
    error: str,
    next_attempt_at: datetime | None,
    *,
    possible_repeat: bool = False,
) -> None:
    """The channel did not take it: owed again from ``next_attempt_at``, or dead if that is None.

    ``possible_repeat``: it may have taken it all the same, which marks every later attempt.

    Raises: StoreError unless the delivery is being sent.
    """
    values: dict[str, object] = {"error": error}
    if next_attempt_at is None:
        values["state"] = DeliveryState.DEAD.value
    else:
        values |= {"state": DeliveryState.PENDING.value, "next_attempt_at": next_attempt_at}
    if possible_repeat:
        values["possible_repeat"] = True
    failed = update(DeliveryRow).where(col(DeliveryRow.id) == id, col(DeliveryRow.state).in_(UNDECIDED))
    if session.exec(failed.values(values)).rowcount != 1:
        raise StoreError(f"no delivery '{id}' is being sent")


def recover_interrupted(session: Session, now: datetime, *, claimed_before: datetime | None = None) -> int:
    """Make what was cut off while sending ``unknown`` and due now; return how many.

    To be called at start, before any sending. Where another process may be sending, ``claimed_before`` spares what
    it claimed at that moment or later.
    """
    cut_off = col(DeliveryRow.state) == DeliveryState.SENDING.value
    if claimed_before is not None:
        cut_off &= col(DeliveryRow.claimed_at) < claimed_before
    values = {
        "state": DeliveryState.UNKNOWN.value,
        "next_attempt_at": now,
        "error": "cut off while sending: the channel may have it",
    }
    return session.exec(update(DeliveryRow).where(cut_off).values(values)).rowcount


def hasten_owed(session: Session, now: datetime) -> int:
    """Make everything that waits for another attempt due now; return how much that was.

    For a start and a reload: the operator may just have mended the channel.
    """
    waiting = col(DeliveryRow.state).in_(OWED) & (col(DeliveryRow.next_attempt_at) > now)
    return session.exec(update(DeliveryRow).where(waiting).values(next_attempt_at=now)).rowcount


def outbox_counts(session: Session) -> dict[DeliveryState, int]:
    """How many deliveries are in each state; every state is there."""
    counted = dict(session.exec(select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)).all())
    return {state: counted.get(state.value, 0) for state in DeliveryState}


def list_deliveries(session: Session, limit: int, state: DeliveryState | None = None) -> tuple[Delivery, ...]:
    """The latest deliveries (in that state), latest first."""
    query = select(DeliveryRow)
    if state is not None:
        query = query.where(DeliveryRow.state == state.value)
    latest_first = (col(DeliveryRow.created_at).desc(), col(DeliveryRow.id).desc())
    return tuple(_to_delivery(row) for row in session.exec(query.order_by(*latest_first).limit(limit)))


def deliveries_of_incident(session: Session, incident_id: IncidentId) -> tuple[Delivery, ...]:
    """The deliveries of every digest that held an alert about the incident, oldest first."""
    digests = select(AlertRow.digest_id).where(AlertRow.incident_id == incident_id)
    query = select(DeliveryRow).where(col(DeliveryRow.digest_id).in_(digests))
    rows = session.exec(query.order_by(col(DeliveryRow.created_at), col(DeliveryRow.id)))
    return tuple(_to_delivery(row) for row in rows)


def _to_delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        digest_id=DigestId(row.digest_id),
        channel_id=ChannelId(row.channel_id),
        message=Message(subject=row.subject, text=row.text, html=row.html),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        error=row.error,
        possible_repeat=row.possible_repeat,
    )
