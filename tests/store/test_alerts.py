"""What is owed to routes, and that each alert goes into one digest."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import Alert, ChangeKind, Digest, DigestEntry, DigestId, IncidentId, RouteId
from watcher.store.alerts import add_alert, alerts_of, last_digest_at, put_in_digest, waiting_alerts
from watcher.store.database import Database
from watcher.store.incidents import save_incident

if TYPE_CHECKING:
    from tests.store.conftest import Make

DESK, DUTY = RouteId("desk"), RouteId("duty")


@pytest.fixture
def stored(database: Database, make: Make) -> Database:
    """A database that knows two incidents."""
    with database.writing() as session:
        make.stored_item(session, make.item(), make.finding())
        save_incident(session, make.incident("i000001"))
        save_incident(session, make.incident("i000002"))
    return database


def owe(
    database: Database,
    make: Make,
    route_id: RouteId = DESK,
    incident_id: str = "i000001",
    kind: ChangeKind = ChangeKind.OPENED,
    held_because: str | None = None,
) -> Alert:
    with database.writing() as session:
        return add_alert(session, IncidentId(incident_id), route_id, kind, make.now, held_because=held_because)


def digest(make: Make, id_: str, route_id: RouteId = DESK, hours: int = 0) -> Digest:
    return Digest(
        id=DigestId(id_),
        route_id=route_id,
        composed_at=make.now + timedelta(hours=hours),
        reason="10 minutes have passed",
        rules_version="rules-1",
        entries=(DigestEntry(make.incident(), (ChangeKind.OPENED,)),),
    )


def waiting(database: Database, route_id: RouteId = DESK) -> list[int]:
    with database.reading() as session:
        return [alert.id for alert in waiting_alerts(session, route_id)]


def test_an_alert_waits_for_its_own_route(stored: Database, make: Make) -> None:
    first, second = owe(stored, make), owe(stored, make, kind=ChangeKind.CONFIRMED, incident_id="i000002")
    other = owe(stored, make, DUTY)

    with stored.reading() as session:
        assert waiting_alerts(session, DESK) == (first, second)
        assert waiting_alerts(session, DUTY) == (other,)
    assert first == Alert(first.id, IncidentId("i000001"), DESK, ChangeKind.OPENED, make.now)


def test_a_held_alert_does_not_wait_but_is_listed(stored: Database, make: Make) -> None:
    held = owe(stored, make, held_because="the item is 5 days old")
    free = owe(stored, make)
    owe(stored, make, incident_id="i000002")

    with stored.reading() as session:
        assert free in waiting_alerts(session, DESK)
        assert held not in waiting_alerts(session, DESK)
        assert alerts_of(session, IncidentId("i000001")) == (held, free)
    assert held.held_because == "the item is 5 days old"


def test_what_a_digest_holds_waits_no_more(stored: Database, make: Make) -> None:
    first, second, third = owe(stored, make), owe(stored, make), owe(stored, make)

    with stored.writing() as session:
        put_in_digest(session, digest(make, "d1"), [third.id, first.id, first.id])

    assert waiting(stored) == [second.id]
    with stored.reading() as session:
        found = {alert.id: alert.digest_id for alert in alerts_of(session, IncidentId("i000001"))}
    assert found == {first.id: "d1", second.id: None, third.id: "d1"}


@pytest.mark.parametrize("reason", ["in a digest", "held", "of another route", "unknown"])
def test_an_alert_that_does_not_wait_is_in_no_digest(stored: Database, make: Make, reason: str) -> None:
    free, other, held = owe(stored, make), owe(stored, make, DUTY), owe(stored, make, held_because="too old")
    sent = owe(stored, make)
    with stored.writing() as session:
        put_in_digest(session, digest(make, "d1"), [sent.id])
    bad = {"in a digest": sent.id, "held": held.id, "of another route": other.id, "unknown": 99}[reason]

    with pytest.raises(StoreError) as caught, stored.writing() as session:
        put_in_digest(session, digest(make, "d2"), [free.id, bad])

    assert str(caught.value) == f"alert {bad} does not wait for a digest of route 'desk'"
    assert waiting(stored) == [free.id]


def test_the_last_digest_is_the_latest_of_the_route(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        put_in_digest(session, digest(make, "d1", hours=3), [])
        put_in_digest(session, digest(make, "d2", hours=1), [])
        put_in_digest(session, digest(make, "d3", DUTY, hours=5), [])

    with stored.reading() as session:
        assert last_digest_at(session, DESK) == make.now + timedelta(hours=3)
        assert last_digest_at(session, DUTY) == make.now + timedelta(hours=5)
        assert last_digest_at(session, RouteId("unrouted")) is None
