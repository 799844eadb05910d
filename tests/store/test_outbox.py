"""The outbox: each delivery is held by one sender at a time, and none is forgotten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import (
    ChangeKind,
    ChannelId,
    Delivery,
    DeliveryId,
    DeliveryState,
    Digest,
    DigestId,
    IncidentId,
    Message,
    RouteId,
)
from watcher.store.alerts import add_alert, put_in_digest
from watcher.store.database import Database
from watcher.store.incidents import save_incident
from watcher.store.outbox import (
    add_delivery,
    claim_due_deliveries,
    deliveries_of_incident,
    hasten_owed,
    list_deliveries,
    mark_failed,
    mark_sent,
    outbox_counts,
    recover_interrupted,
)

if TYPE_CHECKING:
    from tests.store.conftest import Make

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PENDING, SENDING, SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
UNKNOWN, DEAD = DeliveryState.UNKNOWN, DeliveryState.DEAD
CUT_OFF = "cut off while sending: the channel may have it"


@pytest.fixture
def stored(database: Database, make: Make) -> Database:
    """A database with one digest, which holds the first of two incidents."""
    with database.writing() as session:
        make.stored_item(session, make.item(), make.finding())
        for id_ in ("i000001", "i000002"):
            save_incident(session, make.incident(id_))
        alert = add_alert(session, IncidentId("i000001"), RouteId("desk"), ChangeKind.OPENED, make.now)
        again = add_alert(session, IncidentId("i000001"), RouteId("desk"), ChangeKind.CONFIRMED, make.now)
        digest = Digest(DigestId("d1"), RouteId("desk"), make.now, "at once", "rules-1", ())
        put_in_digest(session, digest, [alert.id, again.id])
        put_in_digest(session, replace(digest, id=DigestId("d2")), [])
    return database


def delivery(make: Make, id_: str = "d1-1", **fields: object) -> Delivery:
    made = Delivery(
        id=DeliveryId(id_),
        digest_id=DigestId("d1"),
        channel_id=ChannelId("desk-mail"),
        message=Message("Mill town taken", "The rebels took it.\nحلب", "<p>The rebels took it.</p>"),
        state=PENDING,
        attempts=0,
        created_at=make.now,
        next_attempt_at=make.now,
    )
    return replace(made, **fields)  # type: ignore[arg-type]  # fields of a Delivery, by name


def owe(database: Database, *deliveries: Delivery) -> None:
    with database.writing() as session:
        for each in deliveries:
            add_delivery(session, each)


def claim(database: Database, make: Make, after: timedelta = timedelta(), limit: int = 10) -> tuple[Delivery, ...]:
    with database.writing() as session:
        return claim_due_deliveries(session, make.now + after, limit)


def fail(database: Database, id_: str, error: str, next_attempt_at: object) -> None:
    with database.writing() as session:
        mark_failed(session, DeliveryId(id_), error, next_attempt_at)  # type: ignore[arg-type]  # a datetime or None


def recover(database: Database, make: Make, **options: object) -> int:
    with database.writing() as session:
        return recover_interrupted(session, make.now, **options)  # type: ignore[arg-type]  # the function's own keywords


def read(database: Database, id_: str = "d1-1") -> Delivery:
    with database.reading() as session:
        return next(each for each in list_deliveries(session, 100) if each.id == id_)


def test_a_delivery_that_is_due_is_claimed_once_and_its_attempt_counted(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))

    assert claim(stored, make) == (delivery(make, state=SENDING, attempts=1),)
    assert claim(stored, make) == ()
    assert read(stored) == delivery(make, state=SENDING, attempts=1)


def test_the_longest_due_come_first_and_no_more_than_the_limit(stored: Database, make: Make) -> None:
    owe(
        stored,
        delivery(make, "c", next_attempt_at=make.now + MINUTE),
        delivery(make, "b", next_attempt_at=make.now),
        delivery(make, "a", next_attempt_at=make.now - MINUTE),
        delivery(make, "d", next_attempt_at=make.now - 2 * MINUTE, state=SENT),
    )

    assert [each.id for each in claim(stored, make, limit=1)] == ["a"]
    assert [each.id for each in claim(stored, make)] == ["b"]
    assert [each.id for each in claim(stored, make, after=MINUTE)] == ["c"]


def test_what_was_sent_is_not_sent_again(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    with stored.writing() as session:
        mark_sent(session, DeliveryId("d1-1"), make.now + MINUTE)

    assert read(stored) == delivery(make, state=SENT, attempts=1, sent_at=make.now + MINUTE)
    assert claim(stored, make, after=HOUR) == ()


def test_what_failed_is_due_again_at_its_next_attempt(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    fail(stored, "d1-1", "451 try later", make.now + HOUR)

    failed = delivery(make, attempts=1, error="451 try later", next_attempt_at=make.now + HOUR)
    assert read(stored) == failed
    assert claim(stored, make, after=HOUR - MINUTE) == ()
    assert claim(stored, make, after=HOUR) == (replace(failed, state=SENDING, attempts=2),)


def test_what_waits_for_another_attempt_can_be_made_due(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    fail(stored, "d1-1", "451 try later", make.now + HOUR)

    with stored.writing() as session:
        assert hasten_owed(session, make.now + MINUTE) == 1

    assert [again.attempts for again in claim(stored, make, after=MINUTE)] == [2]


def test_what_fails_for_good_is_dead_and_stays_listed(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    fail(stored, "d1-1", "550 no such user", None)

    assert read(stored) == delivery(make, state=DEAD, attempts=1, error="550 no such user")
    assert claim(stored, make, after=HOUR) == ()


def test_what_was_cut_off_is_tried_again_and_marked_for_good(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "cut"), delivery(make, "waiting", next_attempt_at=make.now + HOUR))
    claim(stored, make)

    assert recover(stored, make) == 1
    assert recover(stored, make) == 0
    assert read(stored, "cut") == delivery(make, "cut", state=UNKNOWN, attempts=1, error=CUT_OFF)
    assert read(stored, "waiting").state == PENDING

    (again,) = claim(stored, make)
    assert (again.state, again.attempts, again.possible_repeat) == (SENDING, 2, True)

    fail(stored, "cut", "451 try later", make.now)
    (third,) = claim(stored, make)
    assert (third.attempts, third.possible_repeat) == (3, True)


def test_a_failure_after_which_the_channel_may_have_it_marks_every_later_attempt(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    with stored.writing() as session:
        mark_failed(session, DeliveryId("d1-1"), "no answer after 60 s", make.now, possible_repeat=True)

    for attempt in (2, 3):
        (again,) = claim(stored, make)
        assert (again.attempts, again.possible_repeat) == (attempt, True)
        fail(stored, "d1-1", "451 try later", make.now)


def test_recovery_spares_what_another_process_has_just_claimed(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "old", next_attempt_at=make.now - HOUR), delivery(make, "new"))
    claim(stored, make, after=-MINUTE, limit=1)
    claim(stored, make)

    assert recover(stored, make, claimed_before=make.now) == 1
    assert (read(stored, "old").state, read(stored, "new").state) == (UNKNOWN, SENDING)


def test_a_success_stands_though_the_delivery_was_given_up_meanwhile(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    recover(stored, make)

    with stored.writing() as session:
        mark_sent(session, DeliveryId("d1-1"), make.now)

    assert (read(stored).state, read(stored).error) == (SENT, None)


@pytest.mark.parametrize("state", [PENDING, SENT, DEAD])
def test_what_is_not_being_sent_cannot_fail(stored: Database, make: Make, state: DeliveryState) -> None:
    owe(stored, delivery(make, state=state))

    with pytest.raises(StoreError) as caught:
        fail(stored, "d1-1", "451 try later", make.now)

    assert str(caught.value) == "no delivery 'd1-1' is being sent"
    assert read(stored) == delivery(make, state=state)


def test_an_unknown_delivery_cannot_be_sent(stored: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught, stored.writing() as session:
        mark_sent(session, DeliveryId("nowhere"), make.now)

    assert str(caught.value) == "no delivery 'nowhere' is stored"


def test_a_clock_set_back_delays_nothing_and_hurries_nothing_twice(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "made", created_at=make.now + HOUR, next_attempt_at=make.now + HOUR))
    owe(stored, delivery(make, "tried"))
    claim(stored, make, after=HOUR, limit=1)
    fail(stored, "tried", "451 try later", make.now + 2 * HOUR)

    assert [each.id for each in claim(stored, make)] == ["made", "tried"]
    for id_ in ("made", "tried"):
        fail(stored, id_, "451 try later", make.now + MINUTE)
    assert claim(stored, make) == ()


def test_no_delivery_is_claimed_twice_by_senders_that_claim_at_once(stored: Database, make: Make) -> None:
    ids = [f"d1-{number:03}" for number in range(60)]
    owe(stored, *(delivery(make, id_) for id_ in ids))
    claimed: list[str] = []

    def send() -> None:
        with Database(stored.path) as other:
            while taken := claim(other, make, limit=7):
                claimed.extend(each.id for each in taken)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == ids


def test_the_outbox_is_counted_by_state(stored: Database, make: Make) -> None:
    with stored.reading() as session:
        assert outbox_counts(session) == dict.fromkeys(DeliveryState, 0)
    owe(stored, delivery(make, "a"), delivery(make, "b"), delivery(make, "c", state=DEAD))

    with stored.reading() as session:
        assert outbox_counts(session) == {PENDING: 2, SENDING: 0, SENT: 0, UNKNOWN: 0, DEAD: 1}


def test_the_list_shows_the_latest_first(stored: Database, make: Make) -> None:
    first = delivery(make, "a", created_at=make.now + MINUTE)
    second, third = delivery(make, "c"), delivery(make, "b", state=DEAD)
    owe(stored, third, first, second)

    with stored.reading() as session:
        assert list_deliveries(session, 10) == (first, second, third)
        assert list_deliveries(session, 1) == (first,)
        assert list_deliveries(session, 10, DEAD) == (third,)
        assert list_deliveries(session, 10, state=SENT) == ()


def test_the_deliveries_of_an_incident_are_those_of_its_digests(stored: Database, make: Make) -> None:
    later, first = delivery(make, "a", created_at=make.now + MINUTE), delivery(make, "b")
    owe(stored, later, first, delivery(make, "c", digest_id=DigestId("d2")))

    with stored.reading() as session:
        assert deliveries_of_incident(session, IncidentId("i000001")) == (first, later)
        assert deliveries_of_incident(session, IncidentId("i000002")) == ()
