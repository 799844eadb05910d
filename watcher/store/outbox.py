"""The outbox: deliveries, claimed one by one, so that two senders never hold the same one.

Kept for ever, as the log of what went out; whatever happens to a delivery adds a line to the delivery log. When to
try again is decided by deliver/retry.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, exists, func, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from watcher.deliver.retry import MOST_UNANSWERED
from watcher.errors import StoreError
from watcher.model import (
    ChannelId,
    Delivery,
    DeliveryEvent,
    DeliveryId,
    DeliveryState,
    DigestId,
    IncidentId,
    Message,
    RouteId,
)
from watcher.store.channel_states import channel_states, end_rests
from watcher.store.tables import AlertRow, DeliveryEventRow, DeliveryRow, DigestRow

OWED = tuple(state.value for state in DeliveryState if state.is_owed)
UNDECIDED = (DeliveryState.SENDING.value, DeliveryState.UNKNOWN.value)
CUT_OFF = "cut off while sending: the channel may have it"


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
        unanswered=delivery.unanswered,
        part=delivery.part,
        parts=delivery.parts,
        urgency=delivery.urgency,
        claimed_until=None,
        handed_over_at=None,
        told_at=None,
        replies_to=list(delivery.message.replies_to) or None,
    )
    session.add(row)
    session.flush()
    note_event(session, delivery.id, delivery.created_at, "owed")


# --- claiming ------------------------------------------------------------------------------------------------------


def channels_due(session: Session, now: datetime) -> tuple[ChannelId, ...]:
    """The channels that have something due, do not rest and are not being sent to."""
    query = select(DeliveryRow.channel_id).where(*_due(now)).distinct()
    resting = {
        state.channel_id
        for state in channel_states(session)
        if state.rests_until is not None and state.rests_until > now
        if state.failed_at is not None and state.failed_at <= now  # else the clock was set back
    }
    return tuple(ChannelId(channel) for channel in session.exec(query) if channel not in resting)


def claim_next(session: Session, channel_id: ChannelId, now: datetime, lease: timedelta) -> Delivery | None:
    """Take the channel's next delivery that is due, and count the attempt that now begins; None if there is none.

    The most urgent first, then what is due longest, parts in their order. Nothing is taken while another one is being
    sent to the channel. It comes back as stored now: ``sending``, ``attempts`` with this one.
    """
    first = (
        *(col(DeliveryRow.urgency).desc(), col(DeliveryRow.next_attempt_at), col(DeliveryRow.digest_id)),
        *(col(DeliveryRow.part), col(DeliveryRow.id)),
    )
    taken = select(DeliveryRow.id).where(DeliveryRow.channel_id == channel_id, *_due(now)).order_by(*first).limit(1)
    owed = col(DeliveryRow.state).in_(OWED)
    claim = update(DeliveryRow).where(col(DeliveryRow.id).in_(taken), owed)
    values = {
        "state": DeliveryState.SENDING.value,
        "attempts": col(DeliveryRow.attempts) + 1,
        "claimed_at": now,
        "claimed_until": now + lease,
        "handed_over_at": None,
    }
    claimed = session.exec(claim.values(values).returning(col(DeliveryRow.id))).scalar()
    return None if claimed is None else _to_delivery(session.get_one(DeliveryRow, claimed))


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Owed, its time has come, and its channel is free.

    A last attempt (or, without one, a creation) later than ``now`` tells that the clock was set back: it is due.
    """
    other = aliased(DeliveryRow)
    being_sent = exists().where(
        col(other.channel_id) == col(DeliveryRow.channel_id), col(other.state) == DeliveryState.SENDING.value
    )
    time_has_come = or_(
        col(DeliveryRow.next_attempt_at) <= now,
        func.coalesce(col(DeliveryRow.claimed_at), col(DeliveryRow.created_at)) > now,
    )
    return (col(DeliveryRow.state).in_(OWED), time_has_come, ~being_sent)


def split_delivery(session: Session, delivery: Delivery, texts: Sequence[str]) -> Delivery:
    """Make a claimed delivery as many as ``texts``: itself the first, the others owed; return the first.

    A part that is split again (the channel became another one) carries its old number in the subject.
    """
    subject = delivery.message.subject
    if delivery.parts > 1:
        subject = f"{subject} ({delivery.part}/{delivery.parts})"
    first = replace(delivery, message=Message(subject, texts[0], ""), part=1, parts=len(texts))
    row = session.get_one(DeliveryRow, delivery.id)
    row.subject, row.text, row.html, row.part, row.parts = subject, texts[0], "", 1, len(texts)
    for number, text in enumerate(texts[1:], 2):
        part = replace(
            first,
            id=DeliveryId(f"{delivery.id}.{number}"),
            message=Message(subject, text, ""),
            part=number,
            attempts=0,
            state=DeliveryState.PENDING,
        )
        add_delivery(session, part)
    return first


# --- what became of an attempt -------------------------------------------------------------------------------------


def note_handed_over(session: Session, id: DeliveryId, now: datetime) -> None:  # noqa: A002  the name others call it by
    """From now on a crash leaves open whether the channel has it. Raises: StoreError unless it is being sent."""
    sending = update(DeliveryRow).where(
        col(DeliveryRow.id) == id, col(DeliveryRow.state) == DeliveryState.SENDING.value
    )
    if session.exec(sending.values(handed_over_at=now)).rowcount != 1:
        raise StoreError(f"no delivery '{id}' is being sent")
    note_event(session, id, now, "handed over")


def mark_sent(session: Session, id: DeliveryId, now: datetime, detail: str = "") -> None:  # noqa: A002
    """The channel took it. That stands whatever state the delivery was put in meanwhile.

    Raises: StoreError for an unknown delivery.
    """
    sent = update(DeliveryRow).where(col(DeliveryRow.id) == id)
    values = {"state": DeliveryState.SENT.value, "sent_at": now, "error": None, "claimed_until": None}
    if session.exec(sent.values(values)).rowcount != 1:
        raise StoreError(f"no delivery '{id}' is stored")
    note_event(session, id, now, "sent", detail or None)


def mark_failed(
    session: Session,
    id: DeliveryId,  # noqa: A002
    now: datetime,
    error: str,
    next_attempt_at: datetime | None,
    *,
    unanswered: bool = False,
) -> None:
    """The channel did not take it: owed again from ``next_attempt_at``, or dead if that is None.

    ``unanswered``: it may have taken it all the same, which marks every later attempt.

    Raises: StoreError unless the delivery is being sent.
    """
    values: dict[str, object] = {"error": error, "claimed_until": None}
    if next_attempt_at is None:
        values["state"] = DeliveryState.DEAD.value
    else:
        state = DeliveryState.UNKNOWN if unanswered else DeliveryState.FAILED
        values |= {"state": state.value, "next_attempt_at": next_attempt_at}
    if unanswered:
        values["unanswered"] = col(DeliveryRow.unanswered) + 1
    failed = update(DeliveryRow).where(col(DeliveryRow.id) == id, col(DeliveryRow.state).in_(UNDECIDED))
    if session.exec(failed.values(values)).rowcount != 1:
        raise StoreError(f"no delivery '{id}' is being sent")
    note_event(session, id, now, "not answered" if unanswered else "failed", error)
    if next_attempt_at is None:
        note_event(session, id, now, "given up")


def note_late_refusal(session: Session, id: DeliveryId, now: datetime, error: str) -> None:  # noqa: A002
    """The answer came after all, and it is a clear no: the next attempt is no repeat of this one."""
    unknown = update(DeliveryRow).where(
        col(DeliveryRow.id) == id, col(DeliveryRow.state) == DeliveryState.UNKNOWN.value
    )
    values = {"state": DeliveryState.FAILED.value, "unanswered": col(DeliveryRow.unanswered) - 1, "error": error}
    if session.exec(unknown.values(values)).rowcount == 1:
        note_event(session, id, now, "refused late", error)


def recover_interrupted(session: Session, now: datetime, *, only_expired: bool = False) -> int:
    """Settle what was cut off while sending, and make it due now; return how many.

    What had not been handed over surely did not go out. The rest is ``unknown``, and dead if that happened to it
    before: a repeat is sent once. To be called at start, before any sending. ``only_expired`` spares what another
    process or thread may be sending, by its lease.
    """
    cut_off = select(DeliveryRow).where(DeliveryRow.state == DeliveryState.SENDING.value)
    if only_expired:
        lease_ends = col(DeliveryRow.claimed_until)
        cut_off = cut_off.where(or_(lease_ends.is_(None), lease_ends < now, col(DeliveryRow.claimed_at) > now))
    rows = session.exec(cut_off).all()
    for row in rows:
        row.next_attempt_at, row.claimed_until = now, None
        if row.handed_over_at is None:
            row.state = DeliveryState.PENDING.value
            note_event(session, DeliveryId(row.id), now, "cut off", "before it was handed over")
            continue
        row.unanswered += 1
        is_last = row.unanswered >= MOST_UNANSWERED
        row.state = (DeliveryState.DEAD if is_last else DeliveryState.UNKNOWN).value
        row.error = f"{CUT_OFF}; the second time" if is_last else CUT_OFF
        note_event(session, DeliveryId(row.id), now, "cut off", "after it was handed over")
        if is_last:
            note_event(session, DeliveryId(row.id), now, "given up")
    session.flush()
    return len(rows)


def hasten_owed(session: Session, now: datetime) -> int:
    """Make everything that waits for another attempt due now, and let no channel rest; return how much that was.

    For a start and a reload: the operator may just have mended the channel.
    """
    end_rests(session)
    waiting = col(DeliveryRow.state).in_(OWED) & (col(DeliveryRow.next_attempt_at) > now)
    return session.exec(update(DeliveryRow).where(waiting).values(next_attempt_at=now)).rowcount


# --- what a person does --------------------------------------------------------------------------------------------


def queue_again(session: Session, id: DeliveryId, now: datetime, by: str) -> bool:  # noqa: A002
    """Owe a dead, dropped or waiting delivery from now on, with all its tries before it; False for any other.

    Its channel may have it already if it was handed over before: then it stays marked.
    """
    states = (*OWED, DeliveryState.DEAD.value, DeliveryState.DROPPED.value)
    again = update(DeliveryRow).where(col(DeliveryRow.id) == id, col(DeliveryRow.state).in_(states))
    values = {
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "next_attempt_at": now,
        "told_at": None,
        "unanswered": func.min(col(DeliveryRow.unanswered), MOST_UNANSWERED - 1),
    }
    if session.exec(again.values(values)).rowcount != 1:
        return False
    note_event(session, id, now, "queued again", by=by)
    return True


def drop_delivery(session: Session, id: DeliveryId, now: datetime, by: str, why: str) -> bool:  # noqa: A002
    """Take an owed or dead delivery off the list, as a person wishes; it is kept. False for any other."""
    states = (*OWED, DeliveryState.DEAD.value)
    drop = update(DeliveryRow).where(col(DeliveryRow.id) == id, col(DeliveryRow.state).in_(states))
    if session.exec(drop.values(state=DeliveryState.DROPPED.value)).rowcount != 1:
        return False
    note_event(session, id, now, "dropped", why, by)
    return True


# --- looking -------------------------------------------------------------------------------------------------------


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


def find_deliveries(session: Session, beginning: str, limit: int) -> tuple[Delivery, ...]:
    """Up to ``limit`` deliveries whose id begins so; a whole id finds itself only."""
    exact = session.get(DeliveryRow, beginning)
    if exact is not None:
        return (_to_delivery(exact),)
    inside = (col(DeliveryRow.id) >= beginning, col(DeliveryRow.id) < f"{beginning}\U0010ffff")
    return tuple(_to_delivery(row) for row in session.exec(select(DeliveryRow).where(*inside).limit(limit)))


def deliveries_of_incident(session: Session, incident_id: IncidentId) -> tuple[Delivery, ...]:
    """The deliveries of every digest that held an alert about the incident, oldest first."""
    digests = select(AlertRow.digest_id).where(AlertRow.incident_id == incident_id)
    query = select(DeliveryRow).where(col(DeliveryRow.digest_id).in_(digests))
    rows = session.exec(query.order_by(col(DeliveryRow.created_at), col(DeliveryRow.part), col(DeliveryRow.id)))
    return tuple(_to_delivery(row) for row in rows)


def earlier_deliveries(session: Session, incident_id: IncidentId, channel_id: ChannelId) -> tuple[DeliveryId, ...]:
    """What told a channel of an incident, or will: the first of each digest, oldest first."""
    digests = select(AlertRow.digest_id).where(AlertRow.incident_id == incident_id)
    told = (col(DeliveryRow.digest_id).in_(digests), DeliveryRow.channel_id == channel_id, DeliveryRow.part == 1)
    query = select(DeliveryRow.id).where(*told).order_by(col(DeliveryRow.created_at), col(DeliveryRow.id))
    return tuple(DeliveryId(id_) for id_ in session.exec(query))


def handed_over_since(session: Session, channel_id: ChannelId, since: datetime) -> tuple[datetime, ...]:
    """When messages went out to a channel since then, oldest first; of each its latest attempt."""
    handed_over = col(DeliveryRow.handed_over_at)
    query = select(handed_over).where(DeliveryRow.channel_id == channel_id, handed_over >= since).order_by(handed_over)
    return tuple(moment for moment in session.exec(query) if moment is not None)


def owed_to(session: Session, channel_id: ChannelId) -> tuple[Delivery, ...]:
    """Everything that waits for a channel, the most urgent first."""
    owed = (DeliveryRow.channel_id == channel_id, col(DeliveryRow.state).in_(OWED))
    first = (col(DeliveryRow.urgency).desc(), col(DeliveryRow.created_at), col(DeliveryRow.digest_id))
    query = select(DeliveryRow).where(*owed).order_by(*first, col(DeliveryRow.part))
    return tuple(_to_delivery(row) for row in session.exec(query))


def note_held(session: Session, deliveries: Sequence[Delivery], now: datetime, because: str) -> None:
    """Note in the log of each what keeps it back, unless that is the last thing noted there."""
    for delivery in deliveries:
        query = select(DeliveryEventRow.what).where(DeliveryEventRow.delivery_id == delivery.id)
        if session.exec(query.order_by(col(DeliveryEventRow.id).desc()).limit(1)).first() != "held":
            note_event(session, delivery.id, now, "held", because)


def untold_dead(session: Session, except_route: RouteId) -> tuple[Delivery, ...]:
    """Dead letters that no other channel was told of, oldest first, but for those of one route."""
    dead = (DeliveryRow.state == DeliveryState.DEAD.value, col(DeliveryRow.told_at).is_(None))
    digests = (col(DigestRow.id) == col(DeliveryRow.digest_id), col(DigestRow.route_id) != except_route)
    query = select(DeliveryRow).where(*dead, exists().where(*digests))
    oldest_first = (col(DeliveryRow.created_at), col(DeliveryRow.id))
    return tuple(_to_delivery(row) for row in session.exec(query.order_by(*oldest_first)))


def note_dead_told(session: Session, ids: Sequence[DeliveryId], now: datetime) -> None:
    session.exec(update(DeliveryRow).where(col(DeliveryRow.id).in_(ids)).values(told_at=now))


def note_event(
    session: Session,
    id: DeliveryId,  # noqa: A002
    now: datetime,
    what: str,
    detail: str | None = None,
    by: str | None = None,
) -> None:
    """Add a line to the delivery log."""
    session.add(DeliveryEventRow(delivery_id=id, at=now, what=what, detail=detail, by=by))
    session.flush()


def delivery_log(session: Session, id: DeliveryId) -> tuple[DeliveryEvent, ...]:  # noqa: A002
    """Everything that happened to a delivery, in order."""
    query = select(DeliveryEventRow).where(DeliveryEventRow.delivery_id == id).order_by(col(DeliveryEventRow.id))
    return tuple(
        DeliveryEvent(DeliveryId(row.delivery_id), row.at, row.what, row.detail, row.by) for row in session.exec(query)
    )


def _to_delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=DeliveryId(row.id),
        digest_id=DigestId(row.digest_id),
        channel_id=ChannelId(row.channel_id),
        message=Message(row.subject, row.text, row.html, tuple(DeliveryId(one) for one in row.replies_to or ())),
        state=DeliveryState(row.state),
        attempts=row.attempts,
        created_at=row.created_at,
        next_attempt_at=row.next_attempt_at,
        sent_at=row.sent_at,
        error=row.error,
        unanswered=row.unanswered,
        part=row.part,
        parts=row.parts,
        urgency=row.urgency,
    )
