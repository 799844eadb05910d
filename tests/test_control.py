"""The ledger on the shipped rules and a real store: who holds what, what is known, and what is news all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import TYPE_CHECKING

import pytest

from watcher.control import holdings_of
from watcher.incidents.ledger import Holding
from watcher.model import ActorId, Assumption, ControlRules, Event, PlaceId, Position

if TYPE_CHECKING:
    from tests.conftest import Newsroom

DAY = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)  # a Thursday
TAKEN = "Rebels captured Khan Tuman from government forces on Wednesday."
RETAKEN = "Government forces recaptured Khan Tuman from rebels on Thursday."


def hours(count: float) -> datetime:
    return DAY + timedelta(hours=count)


def ledger(newsroom: Newsroom, place: str, event: Event = Event.CONTROL_CHANGE) -> tuple[Holding, ...]:
    with newsroom.database.reading() as session:
        return holdings_of(session, newsroom.setup, event, PlaceId(place))


def holders(newsroom: Newsroom, place: str) -> list[str | None]:
    return [holding.holder for holding in ledger(newsroom, place)]


def test_the_ledger_follows_what_is_told_as_a_fact_and_keeps_the_history(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", TAKEN, at=DAY)
    newsroom.publish("Post", "B", RETAKEN, at=hours(12))

    first, second = ledger(newsroom, "khan_tuman")

    assert (first.holder, first.until, second.holder, second.until) == (
        "opposition",
        second.since,
        "government",
        None,
    )
    assert [one.source for one in (*first.evidence, *second.evidence)] == ["i000001", "i000002"]


def test_the_same_reports_give_the_same_ledger_in_any_order(make_newsroom: Callable[[], Newsroom]) -> None:
    reports = [("Wire", TAKEN, 0), ("Post", RETAKEN, 12), ("Echo", "Rebels took Khan Tuman on Wednesday.", 1)]

    found = set()
    for order in permutations(reports):
        newsroom = make_newsroom()
        for outlet, text, at in order:
            newsroom.publish(outlet, "News", text, at=hours(at), seen_at=hours(20))
        found.add(tuple((one.holder, one.since, one.confidence) for one in ledger(newsroom, "khan_tuman")))

    assert len(found) == 1


def test_a_town_gives_no_district_but_a_whole_district_gives_its_towns_less_surely(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Islamic State captured the town of Marea from rebels on Wednesday.", at=DAY)
    whole = "Rebels captured the whole of Azaz district from Islamic State on Friday."
    newsroom.publish("Wire", "B", whole, at=hours(30))

    (taken, inherited) = ledger(newsroom, "marea")

    assert (taken.holder, inherited.holder, inherited.rests_on.through) == ("is", "opposition", "azaz_district")
    assert inherited.confidence < taken.confidence
    assert holders(newsroom, "aleppo_governorate") == []


def test_part_of_a_place_and_a_claim_only_contest_it(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", TAKEN, at=DAY)
    newsroom.publish("Post", "B", "Government forces captured half of Khan Tuman from rebels on Friday.", at=hours(36))

    (holding,) = ledger(newsroom, "khan_tuman")

    assert (holding.holder, holding.contested_by) == ("opposition", ("government",))


def test_a_late_retelling_of_what_the_ledger_has_is_shown_and_not_pushed(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", TAKEN, at=DAY)
    newsroom.publish("Post", "Rebels capture Khan Tuman", at=hours(24 * 5))

    _, again = newsroom.incidents()

    assert again.known_because is not None
    assert again.known_because.startswith("the ledger has it held by Syrian opposition fighters since 8 June 2016")
    assert newsroom.alerts(again) == [("known", None)]
    assert again.reports[0].joined_because.endswith(again.known_because)  # digests show it


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (5, "Rebels captured Khan Tuman from government forces on Monday."),  # a later day: it was lost since
        (30, "Rebels captured Khan Tuman."),  # the evidence is not fresh any more
        (5, "Rebels captured part of Khan Tuman."),
        (5, "Government forces captured Khan Tuman."),
    ],
)
def test_what_the_ledger_cannot_be_sure_of_is_pushed(newsroom: Newsroom, days: int, text: str) -> None:
    newsroom.publish("Wire", "A", TAKEN, at=DAY)
    newsroom.publish("Post", "News", text, at=hours(24 * days))

    incident = newsroom.incidents()[-1]

    assert incident.known_because is None
    assert newsroom.alerts(incident) == [("opened", None)]


def test_what_contradicts_the_ledger_says_what_it_had(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", TAKEN, at=DAY)
    newsroom.publish("Post", "B", RETAKEN, at=hours(12))

    had = "the ledger had Syrian opposition fighters holding it since 8 June 2016 (i000001)"
    assert [incident.against_ledger for incident in newsroom.incidents()] == [None, had]


def test_an_assumption_is_a_beginning_and_never_makes_a_report_known(newsroom: Newsroom) -> None:
    origin = Position("rules/control.yaml", 12)
    assumed = Assumption(PlaceId("khan_tuman"), ActorId("opposition"), None, date(2016, 6, 1), "our map", origin)
    control = ControlRules(assumptions=(assumed,))
    newsroom.setup = replace(newsroom.setup, book=replace(newsroom.setup.book, control=control))
    assert holders(newsroom, "khan_tuman") == ["opposition"]

    newsroom.publish("Wire", "Rebels capture Khan Tuman", at=DAY)

    assert newsroom.incidents()[0].known_because is None
    assert holders(newsroom, "khan_tuman") == ["opposition"]
