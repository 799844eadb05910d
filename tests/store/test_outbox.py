"""The outbox: each delivery is held by one sender at a time, and none is forgotten."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
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
from watcher.store.channel_states import note_channel_failed
from watcher.store.database import Database
from watcher.store.incidents import save_incident
from watcher.store.outbox import (
    add_delivery,
    channels_due,
    claim_next,
    deliveries_of_incident,
    delivery_log,
    drop_delivery,
    find_deliveries,
    hasten_owed,
    list_deliveries,
    mark_failed,
    mark_sent,
    note_dead_told,
    note_handed_over,
    note_late_refusal,
    outbox_counts,
    queue_again,
    recover_interrupted,
    split_delivery,
    untold_dead,
)

if TYPE_CHECKING:
    from tests.store.conftest import Make

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PENDING, SENDING, SENT = DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.SENT
FAILED, UNKNOWN, DEAD = DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.DEAD
LEASE = timedelta(minutes=3)
MAIL = ChannelId("desk-mail")
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


def claim(database: Database, make: Make, after: timedelta = timedelta()) -> Delivery | None:
    with database.writing() as session:
        return claim_next(session, MAIL, make.now + after, LEASE)


def hand_over(database: Database, make: Make, id_: str = "d1-1") -> None:
    with database.writing() as session:
        note_handed_over(session, DeliveryId(id_), make.now)


def fail(database: Database, make: Make, error: str, again_at: datetime | None, id_: str = "d1-1", **how: bool) -> None:
    with database.writing() as session:
        mark_failed(session, DeliveryId(id_), make.now, error, again_at, **how)


def recover(database: Database, make: Make, **options: object) -> int:
    with database.writing() as session:
        return recover_interrupted(session, make.now, **options)  # type: ignore[arg-type]  # the function's own keywords


def read(database: Database, id_: str = "d1-1") -> Delivery:
    with database.reading() as session:
        return next(each for each in list_deliveries(session, 100) if each.id == id_)


def log(database: Database, id_: str = "d1-1") -> list[str]:
    with database.reading() as session:
        return [event.what for event in delivery_log(session, DeliveryId(id_))]


def test_a_delivery_that_is_due_is_claimed_once_and_its_attempt_counted(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))

    assert claim(stored, make) == delivery(make, state=SENDING, attempts=1)
    assert claim(stored, make) is None
    assert read(stored) == delivery(make, state=SENDING, attempts=1)


def test_the_most_urgent_goes_first_then_what_is_due_longest_then_the_parts_in_order(
    stored: Database, make: Make
) -> None:
    owe(
        stored,
        delivery(make, "late", next_attempt_at=make.now + MINUTE),
        delivery(make, "part-10", part=10, parts=10),
        delivery(make, "part-9", part=9, parts=10),
        delivery(make, "early", next_attempt_at=make.now - MINUTE),
        delivery(make, "urgent", urgency=3),
        delivery(make, "sent", next_attempt_at=make.now - 2 * MINUTE, state=SENT),
    )
    order = []
    while (taken := claim(stored, make)) is not None:
        order.append(taken.id)
        with stored.writing() as session:
            mark_sent(session, taken.id, make.now)

    assert order == ["urgent", "early", "part-9", "part-10"]


def test_to_one_channel_one_delivery_is_sent_at_a_time(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "a"), delivery(make, "b"), delivery(make, "c", channel_id=ChannelId("desk-chat")))

    first = claim(stored, make)

    assert first is not None
    assert first.id == "a"
    assert claim(stored, make) is None
    with stored.reading() as session:
        assert channels_due(session, make.now) == ("desk-chat",)


def test_a_channel_that_failed_rests_until_its_time_or_until_the_clock_is_set_back(
    stored: Database, make: Make
) -> None:
    owe(stored, delivery(make))
    with stored.writing() as session:
        note_channel_failed(session, MAIL, make.now, "no connection", make.now + HOUR)

    def due(moment: datetime) -> tuple[ChannelId, ...]:
        with stored.reading() as session:
            return channels_due(session, moment)

    assert due(make.now) == ()
    assert due(make.now + HOUR) == (MAIL,)
    assert due(make.now - MINUTE) == (MAIL,)
    with stored.writing() as session:
        hasten_owed(session, make.now)
    assert due(make.now) == (MAIL,)


def test_a_delivery_that_is_split_becomes_parts_that_are_owed_each(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, urgency=2))
    whole = claim(stored, make)
    assert whole is not None

    with stored.writing() as session:
        first = split_delivery(session, whole, ("one", "two", "three"))

    assert (first.id, first.message.text, first.part, first.parts) == ("d1-1", "one", 1, 3)
    assert read(stored) == first
    with stored.writing() as session:
        mark_sent(session, first.id, make.now)
    second = claim(stored, make)
    assert second == delivery(
        make,
        "d1-1.2",
        message=Message("Mill town taken", "two", ""),
        state=SENDING,
        attempts=1,
        part=2,
        parts=3,
        urgency=2,
    )
    assert read(stored, "d1-1.3").state == PENDING


def test_a_part_that_is_split_again_keeps_its_old_number_in_the_subject(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, part=2, parts=3))
    part = claim(stored, make)
    assert part is not None

    with stored.writing() as session:
        first = split_delivery(session, part, ("one", "two"))

    assert (first.message.subject, first.part, first.parts) == ("Mill town taken (2/3)", 1, 2)


def test_what_was_sent_is_not_sent_again(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    with stored.writing() as session:
        mark_sent(session, DeliveryId("d1-1"), make.now + MINUTE)

    assert read(stored) == delivery(make, state=SENT, attempts=1, sent_at=make.now + MINUTE)
    assert claim(stored, make, after=HOUR) is None


def test_what_failed_is_due_again_at_its_next_attempt(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    fail(stored, make, "451 try later", make.now + HOUR)

    failed = delivery(make, state=FAILED, attempts=1, error="451 try later", next_attempt_at=make.now + HOUR)
    assert read(stored) == failed
    assert claim(stored, make, after=HOUR - MINUTE) is None
    assert claim(stored, make, after=HOUR) == replace(failed, state=SENDING, attempts=2)


def test_what_waits_for_another_attempt_can_be_made_due(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    fail(stored, make, "451 try later", make.now + HOUR)

    with stored.writing() as session:
        assert hasten_owed(session, make.now + MINUTE) == 1

    again = claim(stored, make, after=MINUTE)
    assert again is not None
    assert again.attempts == 2


def test_what_fails_for_good_is_dead_and_stays_listed_until_it_is_told(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    fail(stored, make, "550 no such user", None)

    dead = delivery(make, state=DEAD, attempts=1, error="550 no such user")
    assert read(stored) == dead
    assert claim(stored, make, after=HOUR) is None
    with stored.writing() as session:
        assert untold_dead(session, RouteId("other")) == (dead,)
        note_dead_told(session, [dead.id], make.now)
        assert untold_dead(session, RouteId("other")) == ()


def test_what_was_cut_off_after_the_hand_over_is_tried_once_more_and_marked(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    hand_over(stored, make)

    assert recover(stored, make) == 1
    assert recover(stored, make) == 0
    assert read(stored) == delivery(make, state=UNKNOWN, attempts=1, error=CUT_OFF, unanswered=1)

    again = claim(stored, make)
    assert again is not None
    assert again.possible_repeat
    hand_over(stored, make)

    assert recover(stored, make) == 1
    assert read(stored) == delivery(make, state=DEAD, attempts=2, error=f"{CUT_OFF}; the second time", unanswered=2)
    assert log(stored) == [
        *("owed", "handed over", "cut off", "handed over", "cut off", "given up"),
    ]


def test_what_was_cut_off_before_the_hand_over_is_no_repeat_however_often(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    for attempts in (1, 2, 3):
        claim(stored, make)
        assert recover(stored, make) == 1
        assert read(stored) == delivery(make, attempts=attempts)


def test_a_failure_after_which_the_channel_may_have_it_marks_every_later_attempt(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    fail(stored, make, "no answer after 60 s", make.now, unanswered=True)
    assert read(stored).state is UNKNOWN

    for attempt in (2, 3):
        again = claim(stored, make)
        assert again is not None
        assert (again.attempts, again.possible_repeat) == (attempt, True)
        fail(stored, make, "451 try later", make.now)


def test_a_clear_no_that_comes_late_takes_the_mark_away(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    fail(stored, make, "no answer after 60 s", make.now + HOUR, unanswered=True)

    with stored.writing() as session:
        note_late_refusal(session, DeliveryId("d1-1"), make.now, "451 try later")

    assert (read(stored).state, read(stored).possible_repeat) == (FAILED, False)


def test_recovery_by_lease_spares_what_somebody_is_sending(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)

    def expired(moment: datetime) -> int:
        with stored.writing() as session:
            return recover_interrupted(session, moment, only_expired=True)

    assert expired(make.now + LEASE) == 0
    assert expired(make.now + LEASE + MINUTE) == 1


def test_a_success_stands_though_the_delivery_was_given_up_meanwhile(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))
    claim(stored, make)
    recover(stored, make)

    with stored.writing() as session:
        mark_sent(session, DeliveryId("d1-1"), make.now)

    assert (read(stored).state, read(stored).error) == (SENT, None)


@pytest.mark.parametrize("state", [PENDING, FAILED, SENT, DEAD])
def test_what_is_not_being_sent_cannot_fail_or_be_handed_over(
    stored: Database, make: Make, state: DeliveryState
) -> None:
    owe(stored, delivery(make, state=state))

    with pytest.raises(StoreError) as failed:
        fail(stored, make, "451 try later", make.now)
    with pytest.raises(StoreError) as handed_over:
        hand_over(stored, make)

    assert str(failed.value) == str(handed_over.value) == "no delivery 'd1-1' is being sent"
    assert read(stored) == delivery(make, state=state)


def test_an_unknown_delivery_cannot_be_sent(stored: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught, stored.writing() as session:
        mark_sent(session, DeliveryId("nowhere"), make.now)

    assert str(caught.value) == "no delivery 'nowhere' is stored"


def test_a_clock_set_back_delays_nothing_and_hurries_nothing_twice(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "tried"))
    claim(stored, make, after=HOUR)
    fail(stored, make, "451 try later", make.now + 2 * HOUR, "tried")
    owe(stored, delivery(make, "made", created_at=make.now + HOUR, next_attempt_at=make.now + 3 * HOUR))

    for id_ in ("tried", "made"):
        taken = claim(stored, make)
        assert taken is not None
        assert taken.id == id_
        fail(stored, make, "451 try later", make.now + MINUTE, id_)
    assert claim(stored, make) is None


def test_no_delivery_is_claimed_twice_by_senders_that_claim_at_once(stored: Database, make: Make) -> None:
    ids = [f"d1-{number:03}" for number in range(40)]
    owe(stored, *(delivery(make, id_) for id_ in ids))
    claimed: list[str] = []

    def send() -> None:
        with Database(stored.path) as other:
            while len(claimed) < len(ids):
                taken = claim(other, make)
                if taken is not None:
                    claimed.append(taken.id)
                    with other.writing() as session:
                        mark_sent(session, taken.id, make.now)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(claimed) == ids


def test_a_person_can_queue_a_dead_letter_again_and_the_log_says_who(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, state=DEAD, attempts=9, unanswered=2, error="no answer"))

    with stored.writing() as session:
        assert queue_again(session, DeliveryId("d1-1"), make.now, "anna")

    again = claim(stored, make)
    assert again is not None
    assert (again.attempts, again.possible_repeat) == (1, True)
    with stored.reading() as session:
        (*_, event) = delivery_log(session, DeliveryId("d1-1"))
    assert (event.what, event.by) == ("queued again", "anna")


@pytest.mark.parametrize("state", [SENT, SENDING])
def test_what_is_sent_or_being_sent_can_be_neither_queued_nor_dropped(
    stored: Database, make: Make, state: DeliveryState
) -> None:
    owe(stored, delivery(make, state=state))

    with stored.writing() as session:
        assert not queue_again(session, DeliveryId("d1-1"), make.now, "anna")
        assert not drop_delivery(session, DeliveryId("d1-1"), make.now, "anna", "stale")


def test_what_a_person_drops_is_kept_with_the_reason_and_never_sent(stored: Database, make: Make) -> None:
    owe(stored, delivery(make))

    with stored.writing() as session:
        assert drop_delivery(session, DeliveryId("d1-1"), make.now, "anna", "told by phone")

    assert claim(stored, make, after=HOUR) is None
    assert read(stored).state is DeliveryState.DROPPED
    with stored.reading() as session:
        (*_, event) = delivery_log(session, DeliveryId("d1-1"))
    assert (event.what, event.detail, event.by) == ("dropped", "told by phone", "anna")


def test_deliveries_are_found_by_the_beginning_of_their_id(stored: Database, make: Make) -> None:
    owe(stored, delivery(make, "abc.mail"), delivery(make, "abc.mail.2"), delivery(make, "b"))

    with stored.reading() as session:
        assert [each.id for each in find_deliveries(session, "abc", 10)] == ["abc.mail", "abc.mail.2"]
        assert [each.id for each in find_deliveries(session, "abc.mail", 10)] == ["abc.mail"]


def test_the_outbox_is_counted_by_state(stored: Database, make: Make) -> None:
    with stored.reading() as session:
        assert outbox_counts(session) == dict.fromkeys(DeliveryState, 0)
    owe(stored, delivery(make, "a"), delivery(make, "b"), delivery(make, "c", state=DEAD))

    with stored.reading() as session:
        assert outbox_counts(session) == dict.fromkeys(DeliveryState, 0) | {PENDING: 2, DEAD: 1}


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
