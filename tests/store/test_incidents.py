"""Incidents come back with their reports in order, and are found by what the pipeline and the officer ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError, UsageError
from watcher.model import (
    ChangeKind,
    Event,
    Finding,
    Incident,
    IncidentChange,
    IncidentId,
    IncidentState,
    ItemId,
    PlaceId,
    Report,
)
from watcher.store.database import Database, Session
from watcher.store.incidents import (
    add_change,
    changes_of,
    get_incident,
    incidents_near,
    incidents_of_item,
    list_incidents,
    next_incident_id,
    open_incidents,
    save_incident,
)
from watcher.store.items import add_findings

if TYPE_CHECKING:
    from tests.store.conftest import Make

HOUR = timedelta(hours=1)


def report(session: Session, make: Make, item_id: str, *findings: Finding) -> Report:
    """A report about a stored item; all findings are stored, the first is the report's."""
    findings = findings or (make.finding(),)
    item = make.stored_item(session, make.item(item_id), *findings)
    return make.report(item, findings[0], joined_because=f"{item_id} tells the same")


def save(database: Database, make: Make, id_: str = "i000001", **fields: object) -> Incident:
    """Store an incident with one report of its own."""
    with database.writing() as session:
        incident = make.incident(id_, reports=(report(session, make, f"item of {id_}"),), **fields)
        save_incident(session, incident)
    return incident


def read(database: Database, id_: str) -> Incident | None:
    with database.reading() as session:
        return get_incident(session, id_)


def test_an_incident_comes_back_as_it_was_saved(database: Database, make: Make) -> None:
    incident = save(database, make, event_date=None, gained_by=None)

    assert read(database, "i000001") == incident


def test_reports_keep_their_order_as_they_join(database: Database, make: Make) -> None:
    reports: tuple[Report, ...] = ()
    for item_id in ("c", "a", "b", "d"):
        with database.writing() as session:
            reports = (*reports, report(session, make, item_id))
            save_incident(session, make.incident(reports=reports, updated_at=make.now + len(reports) * HOUR))

    found = read(database, "i000001")
    assert found is not None
    assert found == make.incident(reports=reports, updated_at=make.now + 4 * HOUR)
    assert [joined.item_id for joined in found.reports] == ["c", "a", "b", "d"]


def test_two_findings_of_one_item_may_join(database: Database, make: Make) -> None:
    with database.writing() as session:
        findings = (make.finding(start=0), make.finding(start=100))
        item = make.stored_item(session, make.item(), *findings)
        incident = make.incident(reports=(make.report(item, findings[1]), make.report(item, findings[0])))
        save_incident(session, incident)

    assert read(database, "i000001") == incident


def test_a_report_that_is_withdrawn_or_changed_is_so_in_the_store(database: Database, make: Make) -> None:
    with database.writing() as session:
        reports = tuple(report(session, make, item_id) for item_id in ("a", "b", "c"))
        save_incident(session, make.incident(reports=reports))
    kept = (reports[0], replace(reports[2], joined_because="another reason"))

    with database.writing() as session:
        save_incident(session, make.incident(reports=kept, state=IncidentState.DISPUTED))
    found = read(database, "i000001")
    assert found == make.incident(reports=kept, state=IncidentState.DISPUTED)

    with database.writing() as session:
        save_incident(session, make.incident(reports=()))
    assert read(database, "i000001") == make.incident(reports=())


def test_a_report_refers_to_the_wording_it_was_made_from(database: Database, make: Make) -> None:
    first, second = make.finding(confidence=0.5), make.finding(confidence=0.9)
    with database.writing() as session:
        incident = make.incident(reports=(report(session, make, "a", first),))
        save_incident(session, incident)
        add_findings(session, ItemId("a"), (second,), "rules-2", make.now)
        save_incident(session, incident)

    assert read(database, "i000001") == incident


def test_a_finding_that_was_not_stored_cannot_join(database: Database, make: Make) -> None:
    with database.writing() as session:
        item = make.stored_item(session, make.item("a"), make.finding(confidence=0.5))

    incident = make.incident(reports=(make.report(item, make.finding(confidence=0.6)),))
    with pytest.raises(StoreError) as caught, database.writing() as session:
        save_incident(session, incident)

    assert str(caught.value) == "the finding at 'mill-town' was not stored with item 'a'"
    assert read(database, "i000001") is None


# --- ids -----------------------------------------------------------------------------------------------------------


def test_ids_are_given_out_once_and_in_order(database: Database) -> None:
    with database.writing() as session:
        first = [next_incident_id(session) for _ in range(2)]
    with database.writing() as session:
        then = next_incident_id(session)
        session.rollback()
    with database.writing() as session:
        after_undo = next_incident_id(session)

    assert first == ["i000001", "i000002"]
    assert then == after_undo == "i000003"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("i000012", "i000012"),
        ("12", "i000012"),
        ("000012", "i000012"),
        ("i00002", "i000020"),
        ("i0001", "i000100"),
        ("x", None),
        ("", None),
        ("i", UsageError("several incidents begin with 'i', among them i000012 and i000020")),
        ("١٢", None),
    ],
)
def test_an_incident_is_found_by_id_beginning_or_number(
    database: Database, make: Make, asked: str, expected: str | UsageError | None
) -> None:
    for id_ in ("i000012", "i000020", "i000100"):
        save(database, make, id_)

    if isinstance(expected, UsageError):
        with pytest.raises(UsageError) as caught:
            read(database, asked)
        assert str(caught.value) == str(expected)
    else:
        found = read(database, asked)
        assert (found and found.id) == expected


# --- searches ------------------------------------------------------------------------------------------------------


def test_candidates_are_those_of_the_kind_and_place_that_changed_since(database: Database, make: Make) -> None:
    old = save(database, make, "i000001", updated_at=make.now - timedelta(microseconds=1), event_date=None)
    edge = save(database, make, "i000002", updated_at=make.now)
    siege = save(database, make, "i000003", updated_at=make.now, event=Event.SIEGE)
    new = save(database, make, "i000004", updated_at=make.now + HOUR)
    elsewhere = save(database, make, "i000005", updated_at=make.now, place=PlaceId("harbour"))
    control, mill, harbour = Event.CONTROL_CHANGE, PlaceId("mill-town"), PlaceId("harbour")

    with database.reading() as session:
        assert incidents_near(session, control, [mill], make.now, None) == (edge, new)
        assert incidents_near(session, Event.SIEGE, [mill], make.now, None) == (siege,)
        assert incidents_near(session, control, [mill], make.now - HOUR, None) == (old, edge, new)
        assert incidents_near(session, control, [harbour, mill], make.now, None) == (edge, new, elsewhere)
        assert incidents_near(session, control, [], make.now, None) == ()


@pytest.mark.parametrize(("days", "is_near"), [(-5, False), (-4, True), (0, True), (4, True), (5, False)])
def test_an_old_incident_is_a_candidate_for_a_report_that_names_its_time(
    database: Database, make: Make, *, days: int, is_near: bool
) -> None:
    day = make.now.date()
    old = save(database, make, "i000001", updated_at=make.now - 99 * HOUR, event_date=day)

    with database.reading() as session:
        found = incidents_near(session, old.event, [old.place], make.now, day + timedelta(days=days))

    assert found == ((old,) if is_near else ())


def test_the_open_incidents_are_those_that_are_not_closed_and_quiet(database: Database, make: Make) -> None:
    quiet = save(database, make, "i000001", updated_at=make.now - HOUR)
    save(database, make, "i000002", updated_at=make.now + HOUR)
    save(database, make, "i000003", updated_at=make.now - HOUR, state=IncidentState.CLOSED)

    with database.reading() as session:
        assert open_incidents(session, make.now) == (quiet,)


def test_the_list_shows_what_changed_last_first(database: Database, make: Make) -> None:
    first = save(database, make, "i000001", updated_at=make.now + HOUR)
    second = save(database, make, "i000002", updated_at=make.now, area=PlaceId("plain"))
    third = save(database, make, "i000003", updated_at=make.now)

    with database.reading() as session:
        assert list_incidents(session, 10) == (first, third, second)
        assert list_incidents(session, 1) == (first,)
        assert list_incidents(session, 10, PlaceId("valley")) == (first, third)
        assert list_incidents(session, 10, area=PlaceId("sea")) == ()


def test_the_incidents_of_an_item_are_those_it_reports(database: Database, make: Make) -> None:
    with database.writing() as session:
        here, there = make.finding("mill-town"), make.finding("bridge")
        item = make.stored_item(session, make.item("a"), here, there)
        other = report(session, make, "b")
        both = [
            make.incident("i000001", reports=(other, make.report(item, here))),
            make.incident("i000002", reports=(make.report(item, there),)),
            make.incident("i000003", reports=(other,)),
        ]
        for incident in both:
            save_incident(session, incident)

    with database.reading() as session:
        assert incidents_of_item(session, ItemId("a")) == (both[0], both[1])
        assert incidents_of_item(session, ItemId("nowhere")) == ()


def test_the_history_is_told_in_the_order_in_which_it_was_written(database: Database, make: Make) -> None:
    incident = save(database, make)
    item_id = incident.reports[0].item_id
    changes = [
        IncidentChange(incident.id, ChangeKind.OPENED, make.now + HOUR, item_id, "one outlet tells it"),
        IncidentChange(incident.id, ChangeKind.CONFIRMED, make.now, item_id, "a second outlet tells it"),
    ]
    with database.writing() as session:
        for change in changes:
            add_change(session, change)

    with database.reading() as session:
        assert changes_of(session, incident.id) == tuple(changes)
        assert changes_of(session, IncidentId("i000009")) == ()
