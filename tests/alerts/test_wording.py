from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from watcher.alerts.names import Names
from watcher.alerts.wording import changes_in_words, how_sure, reported_by, sides, what_happened, what_in_short, when
from watcher.model import ChangeKind


@pytest.mark.parametrize(
    ("told", "sentence", "short"),
    [
        (("captured", "opposition", "is"), "Syrian opposition fighters captured Marea from Islamic State", "captured"),
        (("captured", "is", None), "Islamic State captured Marea", "captured"),
        (("captured", None, "is"), "Islamic State lost Marea", "captured"),
        (("captured", None, None), "Marea was captured", "captured"),
        (("withdrawn", None, "is"), "Islamic State withdrew from Marea", "withdrawal"),
        (("withdrawn", "opposition", "is"),
         "Islamic State withdrew from Marea; Syrian opposition fighters took over", "withdrawal"),
        (("withdrawn", None, None), "The side that held it withdrew from Marea", "withdrawal"),
        (("handed_over", "sdf", "is"),
         "Marea was handed over by Islamic State to Syrian Democratic Forces", "handed over"),
        (("handed_over", None, None), "Marea was handed over to others", "handed over"),
        (("imposed", "is", "opposition"),
         "Islamic State laid siege to Marea, held by Syrian opposition fighters", "siege begun"),
        (("imposed", None, None), "A side that is not named laid siege to Marea", "siege begun"),
        (("tightened", "is", None), "The siege of Marea was tightened by Islamic State", "siege tightened"),
        (("tightened", None, None), "The siege of Marea was tightened", "siege tightened"),
        (("broken", "opposition", "is"),
         "Syrian opposition fighters broke the siege of Marea, laid by Islamic State", "siege broken"),
        (("broken", None, None), "The siege of Marea was broken", "siege broken"),
        (("lifted", None, "is"), "The siege of Marea, laid by Islamic State, was lifted", "siege lifted"),
        (("lifted", "sdf", None), "The siege of Marea was lifted; Syrian Democratic Forces ended it", "siege lifted"),
    ],
)  # fmt: skip
def test_what_happened_in_words(
    desk: Any, names: Names, told: tuple[str, str | None, str | None], sentence: str, short: str
) -> None:
    incident = desk.incident(desk.report(desk.tell(*told)))

    assert (what_happened(incident, names), what_in_short(incident)) == (sentence, short)


@pytest.mark.parametrize(
    ("told", "state", "sentence", "short"),
    [
        ({"extent": "partial"}, "opened", "Part of Marea was captured", "captured, in part"),
        ({"extent": "near"}, "opened", "The area around Marea was captured", "captured, nearby"),
        ({"status": "claimed"}, "opened", "Claimed: Marea was captured", "captured, claimed only"),
        ({"status": "claimed"}, "disputed", "Claimed: Marea was captured", "captured, disputed"),
        ({}, "reversed", "Marea was captured", "captured, reversed"),
        ({"action": "broken", "extent": "near"}, "opened",
         "The siege of the area around Marea was broken", "siege broken"),
    ],
)  # fmt: skip
def test_what_keeps_a_report_from_being_the_whole_story(
    desk: Any, names: Names, told: dict[str, Any], state: str, sentence: str, short: str
) -> None:
    incident = desk.incident(desk.report(desk.tell(**told)), state=state)

    assert (what_happened(incident, names), what_in_short(incident)) == (sentence, short)


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("captured", (("Gained by", "Islamic State"), ("Lost by", "not stated"))),
        ("imposed", (("Besieger", "Islamic State"), ("Besieged", "not stated"))),
        ("broken", (("Ended by", "Islamic State"), ("Besieger so far", "not stated"))),
    ],
)
def test_the_sides_are_named_by_what_they_are(
    desk: Any, names: Names, action: str, expected: tuple[tuple[str, str], tuple[str, str]]
) -> None:
    assert sides(desk.incident(desk.report(desk.tell(action, "is"))), names) == expected


def test_a_side_that_is_not_stated_says_so(desk: Any, names: Names) -> None:
    gained, lost = sides(desk.incident(desk.report(desk.tell("withdrawn", None, "is"))), names)

    assert (gained, lost) == (("Gained by", "not stated"), ("Lost by", "Islamic State"))


@pytest.mark.parametrize(("day", "expected"), [(8, "Wednesday 8 June 2016"), (None, "date not stated")])
def test_when(desk: Any, day: int | None, expected: str) -> None:
    assert when(desk.incident(desk.report(desk.tell(day=day)))) == expected


@pytest.mark.parametrize(
    ("status", "state", "outlets", "expected"),
    [
        ("asserted", "opened", ("A",), "told as a fact; only one outlet so far; confidence 80%"),
        ("asserted", "confirmed", ("A", "B"), "told as a fact; confirmed, 2 outlets tell it; confidence 80%"),
        ("claimed", "opened", ("A",),
         "claimed by the side that profits, or with a reservation; only one outlet so far; confidence 80%"),
        ("asserted", "reversed", ("A",), "told as a fact; reversed since by the opposite change; confidence 80%"),
        ("asserted", "disputed", ("A",), "told as a fact; disputed in the reports themselves; confidence 80%"),
    ],
)  # fmt: skip
def test_how_sure(desk: Any, status: str, state: str, outlets: tuple[str, ...], expected: str) -> None:
    reports = [desk.report(desk.tell(status=status), outlet) for outlet in outlets]

    assert how_sure(desk.incident(*reports, state=state)) == expected


def test_who_denies_it_is_told_and_is_not_among_those_who_report_it(desk: Any) -> None:
    reports = [
        desk.report(desk.tell(), "Crescent Wire"),
        desk.report(desk.tell(), "نداء\u202e الشمال"),
        desk.report(desk.tell(), "Crescent Wire", hours=1),
        desk.report(desk.tell(status="negated"), "State TV"),
    ]
    incident = desk.incident(*reports, state="disputed")

    assert how_sure(incident) == "told as a fact; disputed, denied in State TV; confidence 80%"
    assert reported_by(incident) == "reported by 2 outlets: Crescent Wire, \u2068نداء الشمال\u2069"


def test_copies_are_marked_among_the_sources(desk: Any) -> None:
    wire = desk.report(desk.tell(), "Wire")
    copy = replace(desk.report(desk.tell(), "Post"), copy_of=wire.item_id)

    assert reported_by(desk.incident(wire, copy)) == "reported by 2 outlets, 1 independent: Wire, Post (copy)"
    assert how_sure(desk.incident(wire, copy)).startswith("told as a fact; only one text so far, in several outlets;")
    both = desk.incident(wire, copy, desk.report(desk.tell(), "Ledger"))
    assert how_sure(both).startswith("told as a fact; confirmed, 2 outlets tell it independently;")


def test_every_kind_of_change_has_words() -> None:
    assert changes_in_words(tuple(ChangeKind)) == (
        "new; confirmed by another outlet; told again by the same outlet; a copy in another outlet; "
        "claimed so far, now told as a fact; now denied; now denied by those who should know; now reversed; "
        "more is known now; an outlet withdrew its report; stands again; "
        "known: it tells what the ledger has already; closed; told of again after it was closed"
    )
