from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.changes import join_incident, open_incident
from watcher.incidents.correlate import Correlation, Verdict, correlate, is_denial
from watcher.incidents.direction import Direction, compare
from watcher.incidents.reversals import reverse_incident
from watcher.model import (
    Event,
    Finding,
    Incident,
    IncidentId,
    Position,
    Report,
    Severity,
    Watch,
    WatchId,
)

Tell = Callable[..., Finding]
MakeIncident = Callable[..., Incident]
MakeReport = Callable[..., Report]
Ask = Callable[..., Correlation]


@pytest.fixture
def ask(gazetteer: Gazetteer, actors: Actors, now: datetime) -> Ask:
    """Correlate a finding told so many hours after ``now``, and see that the order of candidates does not matter."""

    def ask_in_any_order(
        finding: Finding,
        *candidates: Incident,
        hours: float = 1,
        outlet: str | None = "Levant Post",
        siblings: tuple[Finding, ...] = (),
    ) -> Correlation:
        told = now + timedelta(hours=hours)
        answers = [
            correlate(finding, order, gazetteer, actors, told, published_at=told, outlet=outlet, siblings=siblings)
            for order in itertools.permutations(candidates)
        ]
        assert all(answer == answers[0] for answer in answers)
        return replace(answers[0], considered=())

    return ask_in_any_order


JOINED = "same place, event and direction as i-1, "


# --- joining -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "told", "hours", "because"),
    [
        ({}, {}, 1, JOINED + "both on 8 June 2016"),
        ({"day": 8}, {"day": 9}, 1, JOINED + "on 9 June 2016 and 8 June 2016, one day apart"),
        ({"day": 8}, {"day": 7}, 1, JOINED + "on 7 June 2016 and 8 June 2016, one day apart"),
        ({"day": 8}, {"day": 8}, 100, JOINED + "both on 8 June 2016"),
        ({"day": None}, {"day": None}, 0, JOINED + "told at the same time"),
        ({"day": None}, {"day": None}, 72, JOINED + "told 3 days apart"),
        ({"day": None}, {"day": 9}, 5, JOINED + "told 5 hours apart"),
        ({"day": 8}, {"day": None}, -30, JOINED + "told 30 hours apart"),
        ({"extent": "partial"}, {"extent": "full"}, 1, JOINED + "both on 8 June 2016"),
    ],
)  # fmt: skip
def test_a_finding_joins_the_incident_of_its_place_direction_and_time(
    *,
    ask: Ask,
    tell: Tell,
    make_incident: MakeIncident,
    known: dict[str, Any],
    told: dict[str, Any],
    hours: float,
    because: str,
) -> None:
    incident = make_incident(tell("captured", "opposition", **known))

    answer = ask(tell("captured", "opposition", **told), incident, hours=hours)

    assert answer == Correlation(Verdict.JOINS, because, incident)


@pytest.mark.parametrize(
    ("known", "told", "hours"),
    [
        ({"day": 8}, {"day": 10}, 1),  # days decide when both are known
        ({"day": None}, {"day": None}, 73),
        ({"day": None}, {"day": 11}, 60),  # the known one was told on the 9th: not of the 11th
        ({"day": 9}, {"day": None}, -49),  # told on the 7th: not of the 9th
        ({"place": "azaz"}, {"place": "marea"}, 1),
        ({"area": "marea"}, {"area": "aleppo"}, 1),
        ({"extent": "near"}, {"extent": "full"}, 1),
        ({"gained_by": "government"}, {"gained_by": "opposition"}, 1),
    ],
)
def test_a_finding_of_another_time_place_or_taker_is_a_new_change(
    *, ask: Ask, tell: Tell, make_incident: MakeIncident, known: dict[str, Any], told: dict[str, Any], hours: float
) -> None:
    incident = make_incident(tell(**{"gained_by": "opposition", **known}))

    answer = ask(tell(**{"gained_by": "opposition", **told}), incident, hours=hours)

    assert answer.verdict is Verdict.OPENS
    assert answer.because.startswith("a new change: ")


@pytest.mark.parametrize(
    ("known", "told", "because"),
    [
        ("raqqa_city", "senaa", "a new change: kept apart from i-1: it is about the place around it"),
        ("senaa", "raqqa_city", "a new change: kept apart from i-1: it is about a place inside it"),
        ("marea", "senaa", "a new change: no known incident tells of it"),
    ],
)
def test_a_place_inside_another_is_kept_apart_and_said_to_be(
    *, ask: Ask, tell: Tell, make_incident: MakeIncident, known: str, told: str, because: str
) -> None:
    incident = make_incident(tell("captured", "is", place=known, area="raqqa"))

    assert ask(tell("captured", "is", place=told, area="raqqa"), incident) == Correlation(Verdict.OPENS, because)


def test_the_nearest_of_several_incidents_is_joined_and_the_choice_explained(
    ask: Ask, tell: Tell, make_incident: MakeIncident
) -> None:
    seventh = make_incident(tell(gained_by="opposition", day=7), 1)
    eighth = make_incident(tell(gained_by="opposition", lost_by="is", day=8), 2)
    undated = make_incident(tell(gained_by="opposition", day=None), 3)

    answer = ask(tell(day=8), seventh, eighth, undated)

    because = "same place, event and direction as i-2, both on 8 June 2016; nearer in time than i-1, i-3"
    assert answer == Correlation(Verdict.JOINS, because, eighth)


def test_a_report_without_a_time_of_publication_counts_as_told_now(
    gazetteer: Gazetteer, actors: Actors, tell: Tell, make_incident: MakeIncident, now: datetime
) -> None:
    incident = make_incident(tell(day=None))
    late = now + timedelta(hours=73)

    assert correlate(tell(day=None), [incident], gazetteer, actors, late).verdict is Verdict.OPENS
    assert correlate(tell(day=None), [incident], gazetteer, actors, late, published_at=now).verdict is Verdict.JOINS


def test_a_time_of_publication_in_the_future_counts_as_now(
    gazetteer: Gazetteer, actors: Actors, tell: Tell, make_incident: MakeIncident, now: datetime
) -> None:
    incident = make_incident(tell(day=None))
    future = now + timedelta(days=400)

    answer = correlate(tell(day=None), [incident], gazetteer, actors, now, published_at=future)

    assert answer.verdict is Verdict.JOINS


@pytest.mark.parametrize("status", ["background", "standing", "prospective"])
def test_what_is_no_recent_change_neither_opens_nor_joins(
    ask: Ask, tell: Tell, make_incident: MakeIncident, status: str
) -> None:
    answer = ask(tell(status=status), make_incident(tell()))

    assert answer == Correlation(Verdict.NOTHING, f"{status}: tells of no recent change")


# --- there and back again ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "told", "hours"),
    [
        (("captured", "opposition", "is"), ("captured", "is", "opposition"), 20),
        (("captured", "opposition", None), ("withdrawn", None, "opposition"), 0),  # both in one item
        (("imposed", "is", None), ("broken", "opposition", None), 71),
    ],
)
def test_the_opposite_direction_within_72_hours_is_a_reversal(
    *, ask: Ask, tell: Tell, make_incident: MakeIncident, known: tuple[str, ...], told: tuple[str, ...], hours: float
) -> None:
    incident = make_incident(tell(*known, day=None))

    answer = ask(tell(*told, day=None), incident, hours=hours)

    because = "a new change: the opposite direction of i-1, a reversal"
    assert answer == Correlation(Verdict.OPENS, because, reverses=incident)


@pytest.mark.parametrize(("day", "hours"), [(None, 73), (12, 1)])
def test_the_opposite_direction_much_later_is_no_reversal(
    ask: Ask, tell: Tell, make_incident: MakeIncident, day: int | None, hours: float
) -> None:
    incident = make_incident(tell("captured", "opposition", day=8 if day else None))

    answer = ask(tell("captured", "is", "opposition", day=day), incident, hours=hours)

    assert answer == Correlation(Verdict.OPENS, "a new change: no known incident tells of it")


@pytest.mark.parametrize(
    ("known_day", "told_day", "hours"),
    [(9, 8, 5), (9, 9, -5), (None, None, -5)],
)
def test_an_older_change_that_comes_late_is_told_to_be_undone_already(
    *, ask: Ask, tell: Tell, make_incident: MakeIncident, known_day: int | None, told_day: int | None, hours: float
) -> None:
    incident = make_incident(tell("captured", "is", "opposition", day=known_day))

    answer = ask(tell("captured", "opposition", "government", day=told_day), incident, hours=hours)

    because = "a new change: happened before i-1, which undid it"
    assert answer == Correlation(Verdict.OPENS, because, reversed_by=incident)


@pytest.fixture
def there_and_back(
    tell: Tell, make_incident: MakeIncident, actors: Actors, now: datetime
) -> Callable[..., tuple[Incident, Incident]]:
    """The opposition took Marea, and ten hours later Islamic State was told to have it back."""

    def make(taken: int | None, lost: int | None) -> tuple[Incident, Incident]:
        first = make_incident(tell("captured", "opposition", "is", day=taken), 1, "Crescent Wire")
        second = make_incident(tell("captured", "is", "opposition", day=lost), 2, "Crescent Wire", hours=10)
        undone, _ = reverse_incident(first, second, actors, now + timedelta(hours=10))
        return undone, second

    return make


THIRD = "a new change: the opposite direction of i-2, a reversal; told after i-2 reversed i-1"


@pytest.mark.parametrize(
    ("taken", "lost", "told", "hours", "outlet", "expected"),
    [
        # by day
        (8, 9, 8, 30, "Crescent Wire", "i-1"),
        (8, 10, 9, 30, "Crescent Wire", "i-1"),
        (8, 9, 10, 40, "Levant Post", "third"),
        # on the same day, or without one: by order of telling
        (9, 9, 9, 5, "Levant Post", "i-1"),
        (None, None, None, 5, "Levant Post", "i-1"),
        # an outlet that has not told of the loss may be slow for a day
        (9, 9, 9, 12, "Levant Post", "i-1"),
        (8, 9, 9, 12, "Levant Post", "i-1"),
        (None, None, None, 12, "Levant Post", "i-1"),
        (9, 9, 9, 35, "Levant Post", "third"),
        (None, None, None, 35, "Levant Post", "third"),
        # one that has speaks of a new change
        (9, 9, 9, 12, "Crescent Wire", "third"),
        (None, None, None, 12, "Crescent Wire", "third"),
        (None, None, None, 12, None, "third"),
    ],
)
def test_a_third_report_joins_the_first_change_or_tells_of_a_third(
    *,
    ask: Ask,
    tell: Tell,
    there_and_back: Callable[..., tuple[Incident, Incident]],
    taken: int | None,
    lost: int | None,
    told: int | None,
    hours: float,
    outlet: str | None,
    expected: str,
) -> None:
    first, second = there_and_back(taken, lost)

    answer = ask(tell("captured", "opposition", day=told), first, second, hours=hours, outlet=outlet)

    if expected == "third":
        assert (answer.verdict, answer.reverses) == (Verdict.OPENS, second)
        assert answer.because.startswith("a new change: the opposite direction of i-2, a reversal")
    else:
        assert (answer.verdict, answer.incident) == (Verdict.JOINS, first)


def test_a_third_change_says_why_it_did_not_join_the_first(
    ask: Ask, tell: Tell, there_and_back: Callable[..., tuple[Incident, Incident]]
) -> None:
    first, second = there_and_back(9, 9)

    answer = ask(tell("captured", "opposition", day=9), first, second, hours=12, outlet="Crescent Wire")

    assert answer == Correlation(Verdict.OPENS, THIRD, reverses=second)


@pytest.mark.parametrize("day", [9, None])
def test_an_item_that_tells_of_both_directions_is_a_retelling(
    ask: Ask, tell: Tell, there_and_back: Callable[..., tuple[Incident, Incident]], day: int | None
) -> None:
    first, second = there_and_back(day, day)
    taken, lost = tell("captured", "opposition", day=day), tell("captured", "is", "opposition", day=day)

    again = [
        ask(finding, first, second, hours=12, outlet="Crescent Wire", siblings=(taken, lost))
        for finding in (taken, lost)
    ]

    assert [answer.incident for answer in again] == [first, second]


@pytest.mark.parametrize(
    "sibling",
    [
        {"gained_by": "is", "lost_by": "opposition", "day": 9},  # dated, unlike the finding: what went before it
        {"gained_by": "is", "lost_by": "opposition", "day": None, "status": "background"},
        {"gained_by": "is", "lost_by": "opposition", "day": None, "place": "azaz"},
        {"gained_by": "opposition", "lost_by": "is", "day": None},
    ],
)
def test_an_item_that_does_not_tell_the_reversal_too_is_no_retelling(
    ask: Ask, tell: Tell, there_and_back: Callable[..., tuple[Incident, Incident]], sibling: dict[str, Any]
) -> None:
    first, second = there_and_back(9, 9)
    finding = tell("captured", "opposition", day=None)

    answer = ask(finding, first, second, hours=12, outlet="Crescent Wire", siblings=(finding, tell(**sibling)))

    assert answer.verdict is Verdict.OPENS


def test_what_was_reversed_already_is_not_reversed_again(
    ask: Ask, tell: Tell, make_incident: MakeIncident, actors: Actors
) -> None:
    first = make_incident(tell("captured", "opposition", "government", day=None), 1)
    second = make_incident(tell("captured", "is", "opposition", day=None), 2, hours=1)
    undone, _ = reverse_incident(first, second, actors, first.updated_at)

    answer = ask(tell("captured", "government", "opposition", day=None), undone, second, hours=2)

    assert answer == Correlation(Verdict.OPENS, "a new change: no known incident tells of it")


# --- denials -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "reasons", "expected"),
    [
        ("negated", ("denied by the army",), True),
        ("negated", ("the trigger stands inside a denial",), True),
        ("negated", ("attack repelled",), False),
        ("negated", (), False),
        ("claimed", ("denied by the army",), False),
    ],
)
def test_a_denial_is_told_apart_from_a_failure(
    tell: Tell, status: str, reasons: tuple[str, ...], expected: bool
) -> None:
    assert is_denial(tell(status=status, reasons=reasons)) is expected


@pytest.mark.parametrize(
    ("denial", "hours", "expected"),
    [
        ({"action": "broken", "day": None}, 5, Verdict.DISPUTES),
        ({"action": "broken", "gained_by": "opposition", "day": 8}, 5, Verdict.DISPUTES),
        ({"action": "broken", "gained_by": "government", "day": None}, 5, Verdict.NOTHING),
        ({"action": "imposed", "day": None}, 5, Verdict.NOTHING),
        ({"action": "broken", "day": None, "place": "azaz"}, 5, Verdict.NOTHING),
        ({"action": "broken", "day": None}, 80, Verdict.NOTHING),
    ],
)
def test_a_denial_is_about_the_incident_of_its_place_direction_and_time(
    *, ask: Ask, tell: Tell, make_incident: MakeIncident, denial: dict[str, Any], hours: float, expected: Verdict
) -> None:
    incident = make_incident(tell("broken", "opposition", "is"))

    answer = ask(tell(**denial, status="negated", reasons=("denied",)), incident, hours=hours)

    assert answer.verdict is expected
    assert answer.incident == (incident if expected is Verdict.DISPUTES else None)


def test_a_denial_says_what_it_denies(ask: Ask, tell: Tell, make_incident: MakeIncident) -> None:
    eighth = make_incident(tell("broken", "opposition", day=8), 1)
    ninth = make_incident(tell("broken", "opposition", "is", day=9), 2)

    answer = ask(tell("broken", day=9, status="negated", reasons=("denied",)), eighth, ninth)

    assert answer == Correlation(Verdict.DISPUTES, "denies i-2, both on 9 June 2016", ninth)


def test_what_failed_disputes_nothing(ask: Ask, tell: Tell, make_incident: MakeIncident) -> None:
    answer = ask(tell(status="negated", reasons=("repelled",)), make_incident(tell()))

    assert answer == Correlation(Verdict.NOTHING, "negated: did not happen or failed")


def test_a_denial_of_nothing_known_says_so(ask: Ask, tell: Tell) -> None:
    answer = ask(tell(status="negated", reasons=("denied",)))

    assert answer == Correlation(Verdict.NOTHING, "a denial of a change that no known incident tells of")


# --- any stream of news --------------------------------------------------------------------------------------------

SIDES = (None, "is", "opposition", "government", "sdf", "ypg")
OF_ONE_SIDE = ({"is"}, {"opposition"}, {"government"}, {"sdf"}, {"ypg"}, {"sdf", "ypg"})
PAIRS = [pair for pair in itertools.product(SIDES, SIDES) if {*pair} not in OF_ONE_SIDE]
NEWS = st.lists(
    st.tuples(
        st.sampled_from(["captured", "withdrawn", "imposed", "broken"]),
        st.sampled_from(PAIRS),
        st.sampled_from([None, 8, 9, 10, 12]),
        st.sampled_from(["A", "B", "C"]),
        st.integers(0, 100),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=100)
@given(news=NEWS)
def test_every_report_is_in_one_incident_and_no_incident_tells_both_directions(
    gazetteer: Gazetteer, actors: Actors, tell: Tell, make_report: MakeReport, news: list[Any]
) -> None:
    watch = Watch(WatchId("north"), "North", (), tuple(Event), Severity.HIGH, Position("w.yaml"))
    incidents: dict[IncidentId, Incident] = {}

    for number, (action, (gained_by, lost_by), day, outlet, hours) in enumerate(news):
        finding = tell(action, gained_by, lost_by, day=day)
        report = make_report(finding, outlet, hours=hours, item=f"item-{number}")
        known = tuple(incidents.values())
        at = report.reported_at
        answer = correlate(finding, known, gazetteer, actors, at, outlet=outlet, siblings=[finding])
        if answer.incident is None:
            opened, _ = open_incident(IncidentId(f"i-{number}"), report, watch, Severity.HIGH, actors, at)
            incidents[opened.id] = opened
        else:
            incidents[answer.incident.id], _ = join_incident(answer.incident, report, actors, at)
        for other in (answer.reverses, answer.reversed_by):
            assert other is None or is_opposite(other, finding, actors)

    reports = [report for incident in incidents.values() for report in incident.reports]
    assert sorted(report.item_id for report in reports) == sorted(f"item-{number}" for number in range(len(news)))
    for incident in incidents.values():
        pairs = itertools.combinations(incident.reports, 2)
        assert not any(is_opposite(one.finding, two.finding, actors) for one, two in pairs)


def is_opposite(one: Finding | Incident, two: Finding, actors: Actors) -> bool:
    return compare(one, two, actors) is Direction.OPPOSITE
