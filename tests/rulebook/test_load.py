"""From a rules directory to a RuleBook, or to every problem that it has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.model import (
    Actor,
    ActorId,
    ChannelId,
    Event,
    Place,
    PlaceId,
    Position,
    Problem,
    Route,
    RouteId,
    Severity,
    Status,
    Timing,
    Watch,
    WatchId,
)
from watcher.rulebook.load import RuleBook, load_rulebook

WriteRules = Callable[..., Path]


def load(folder: Path) -> tuple[RuleBook | None, list[str]]:
    book, problems = load_rulebook(folder)
    return book, [str(problem) for problem in problems]


def load_well(folder: Path) -> RuleBook:
    book, problems = load(folder)
    assert problems == []
    assert book is not None
    return book


# --- what the files become -----------------------------------------------------------------------------------------


def test_a_place_has_all_its_spellings_and_its_line(write_rules: WriteRules) -> None:
    places = """\
version: 1
places:
  syria: {kind: country, name: Syria}
  aleppo: {kind: governorate, inside: syria, name: Aleppo province}
  suran:
    kind: town
    inside: aleppo
    name: Suran
    arabic: صوران
    names: [Sawran, Suran]
    names_in_context: [Soran]
    shown_as: Suran (Azaz)
    needs_context: yes
    at: [36.5, 37.2]
    pcode: C1664
  azaz: {kind: town, inside: aleppo, name: Azaz}
"""

    book = load_well(write_rules(places=places))

    assert book.gazetteer[PlaceId("suran")] == Place(
        id=PlaceId("suran"),
        kind="town",
        inside=PlaceId("aleppo"),
        name="Suran (Azaz)",
        name_ar="صوران",
        names=("Suran", "صوران", "Sawran", "Soran"),
        origin=Position("rules/places/all.yaml", 5, 3),
        latitude=36.5,
        longitude=37.2,
        pcode="C1664",
        needs_context=True,
        weak_names=("Soran",),
    )


def test_an_actor_keeps_its_exact_names_apart(write_rules: WriteRules) -> None:
    actors = """\
version: 1
actors:
  is: {name: Islamic State, arabic: داعش, names: [Daesh], exact_case: [IS], outlets: [Amaq]}
  part: {inside: is, name: Part}
"""

    book = load_well(write_rules(actors=actors))

    assert book.actors[ActorId("is")] == Actor(
        id=ActorId("is"),
        inside=None,
        name="Islamic State",
        name_ar="داعش",
        names=("Islamic State", "داعش", "Daesh"),
        origin=Position("rules/actors.yaml", 3, 3),
        exact_case=("IS",),
        outlets=("Amaq",),
    )
    assert book.actors[ActorId("part")].inside == "is"


def test_a_watch_and_a_route_are_as_written(write_rules: WriteRules) -> None:
    routes = """\
version: 1
routes:
  urgent:
    title: Urgent
    when:
      severity: critical
      areas: [aleppo]
      events: [siege]
      status: [asserted]
      minimum_confidence: 0.5
    send: {wait: at once, then_every: 5 minutes, daily_at: ["19:00", "07:00"], timezone: Europe/Berlin}
    to: [chat, mail]
  desk: {title: Desk, send: {wait: 10 minutes, then_every: 1 hour}, to: mail}
"""

    book = load_well(write_rules(routes=routes))

    assert book.watches == (
        Watch(
            id=WatchId("aleppo"),
            title="Aleppo",
            areas=(PlaceId("aleppo"),),
            events=(Event.CONTROL_CHANGE, Event.SIEGE),
            severity=Severity.HIGH,
            origin=Position("rules/watches.yaml", 3, 3),
            raise_to=((PlaceId("azaz"), Severity.CRITICAL),),
        ),
    )
    assert book.routes == (
        Route(
            id=RouteId("urgent"),
            title="Urgent",
            channels=(ChannelId("chat"), ChannelId("mail")),
            timing=Timing(
                wait=timedelta(0),
                then_every=timedelta(minutes=5),
                daily_at=("07:00", "19:00"),
                timezone="Europe/Berlin",
            ),
            origin=Position("rules/routes.yaml", 3, 3),
            areas=(PlaceId("aleppo"),),
            events=(Event.SIEGE,),
            severities=(Severity.CRITICAL,),
            statuses=(Status.ASSERTED,),
            minimum_confidence=0.5,
        ),
        Route(
            id=RouteId("desk"),
            title="Desk",
            channels=(ChannelId("mail"),),
            timing=Timing(wait=timedelta(minutes=10), then_every=timedelta(hours=1)),
            origin=Position("rules/routes.yaml", 13, 3),
        ),
    )


def test_the_version_follows_names_and_bytes(write_rules: WriteRules) -> None:
    folder = write_rules()
    first = load_well(folder)
    same = load_well(folder)
    (folder / "places/all.yaml").rename(folder / "places/other.yaml")
    renamed = load_well(folder)
    with (folder / "routes.yaml").open("a", encoding="utf-8") as file:
        file.write("# a comment\n")
    commented = load_well(folder)

    assert len(first.version) == 12
    assert first.version == same.version
    assert len({first.version, renamed.version, commented.version}) == 3


def test_the_files_are_kept_as_they_were(write_rules: WriteRules) -> None:
    folder = write_rules()

    book = load_well(folder)

    assert book.files["rules/watches.yaml"] == (folder / "watches.yaml").read_bytes()
    assert {"rules/places/all.yaml", "rules/actors.yaml", "rules/routes.yaml"} < set(book.files)


def test_places_come_from_every_file_of_the_folder(write_rules: WriteRules) -> None:
    folder = write_rules()
    text = "version: 1\nplaces:\n  nubl: {kind: town, inside: aleppo, name: Nubl}\n"
    (folder / "places/more.yaml").write_text(text, encoding="utf-8")

    book = load_well(folder)

    assert book.gazetteer[PlaceId("nubl")].origin == Position("rules/places/more.yaml", 3, 3)
    assert PlaceId("azaz") in {place.id for place in book.gazetteer}


# --- what is refused -----------------------------------------------------------------------------------------------

PLACES = """\
version: 1
places:
  syria: {kind: country, name: Syria}
  aleppo: {kind: governorate, inside: syria, name: A}
"""


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("azaz: {kind: town, name: Azaz}", "5:3: missing key 'inside': every place but a country lies inside another"),
        (
            "azaz: {kind: twon, inside: aleppo, name: Azaz}",
            (
                "5:16: expected one of country, governorate, district, subdistrict, city, town, village, "
                "neighbourhood, camp, airbase, base, road, area, landmark, got 'twon': did you mean 'town'?"
            ),
        ),
        ("azaz: {kind: town, inside: alepo, name: Azaz}", "5:30: unknown place 'alepo': did you mean 'aleppo'?"),
        ("azaz: {kind: town, inside: azaz, name: Azaz}", "5:30: place 'azaz' lies inside itself: azaz > azaz"),
        ("azaz: {kind: town, inside: aleppo}", "5:3: missing key 'name'"),
        ("azaz: {kind: town, inside: aleppo, name: Azaz, at: [200, 37]}", "5:55: must be at most 90, got '200'"),
        ("azaz: {kind: town, inside: aleppo, name: Azaz, at: 36}", "5:54: expected a list, got '36'"),
        (
            "azaz: {kind: town, inside: aleppo, name: Azaz, needs_context: maybe}",
            "5:65: expected yes or no, got 'maybe'",
        ),
        (
            "Azaz: {kind: town, inside: aleppo, name: Azaz}",
            "5:3: an id is made of a-z, 0-9, '_' and '-' (at most 64), got 'Azaz'",
        ),
    ],
)
def test_a_bad_place_is_told(write_rules: WriteRules, line: str, expected: str) -> None:
    folder = write_rules(places=f"{PLACES}  {line}\n", watches=None)

    book, problems = load(folder)

    assert book is None
    assert f"rules/places/all.yaml:{expected}" in problems


def test_a_circle_of_places_is_told_once(write_rules: WriteRules) -> None:
    places = PLACES + "  a: {kind: town, inside: b, name: A}\n  b: {kind: town, inside: a, name: B}\n" * 1

    _, problems = load(write_rules(places=places))

    assert [problem for problem in problems if "itself" in problem] == [
        "rules/places/all.yaml:5:27: place 'a' lies inside itself: a > b > a",
    ]


def test_one_id_in_two_files_is_told_with_both(write_rules: WriteRules) -> None:
    folder = write_rules()
    text = "version: 1\nplaces:\n  azaz: {kind: town, inside: aleppo, name: Azaz}\n"
    (folder / "places/more.yaml").write_text(text, encoding="utf-8")

    book, problems = load(folder)

    assert book is None
    assert problems == ["rules/places/more.yaml:3:3: place 'azaz' is already in rules/places/all.yaml:5"]


def test_actors_nest_as_places_do(write_rules: WriteRules) -> None:
    _, problems = load(
        write_rules(actors="version: 1\nactors:\n  ypg: {inside: sdff, name: YPG}\n  sdf: {name: SDF}\n")
    )

    assert problems == ["rules/actors.yaml:3:17: unknown actor 'sdff': did you mean 'sdf'?"]


WATCHES = """\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: [alepo]
    events: [siege, control]
    severity: hihg
    rise: []
    examples:
      must_match: []
      must_not_match: [{title: "", why: nothing}]
"""


def test_every_problem_of_a_file_is_told_at_once(write_rules: WriteRules) -> None:
    book, problems = load(write_rules(watches=WATCHES))

    assert book is None
    assert problems == [
        "rules/watches.yaml:6:21: expected one of control_change, siege, got 'control': did you mean 'control_change'?",
        "rules/watches.yaml:7:15: expected one of low, medium, high, critical, got 'hihg': did you mean 'high'?",
        "rules/watches.yaml:8:5: unknown key 'rise': did you mean 'raise'?",
        "rules/watches.yaml:10:7: must have at least one entry, got 0",
        "rules/watches.yaml:11:24: an example needs a 'title' or a 'text'",
    ]


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        ("{text: x, published: 9 June}", "11:34: write a date like '2016-06-09', got '9 June'"),
        ("{text: x, published: 2016-06-31}", "11:34: write a date like '2016-06-09', got '2016-06-31'"),
        ("{text: x, published: []}", "11:23: write a date like '2016-06-09', got a list"),
        ("{txt: x}", "11:14: unknown key 'txt': did you mean 'text'?"),
        ("{text: x, expect: {plaec: azaz}}", "11:32: unknown key 'plaec': did you mean 'place'?"),
        ("[x]", "11:13: expected keys with values, got a list"),
    ],
)
def test_a_bad_example_is_told(write_rules: WriteRules, example: str, expected: str) -> None:
    watches = f"""\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: aleppo
    events: siege
    severity: high
    examples:
      must_not_match: [Nothing.]
      must_match:
          - {example}
"""

    book, problems = load(write_rules(watches=watches))

    assert book is None
    assert f"rules/watches.yaml:{expected}" in problems


def test_a_broken_language_table_is_told_with_the_rest(write_rules: WriteRules) -> None:
    folder = write_rules()
    (folder / "language/xx.yaml").write_text("version: 1\nlangauge: xx\n", encoding="utf-8")

    book, problems = load(folder)

    assert book is None
    assert "rules/language/xx.yaml:2:1: unknown key 'langauge': did you mean 'language'?" in problems


def test_ids_that_lead_nowhere_are_told_wherever_they_stand(write_rules: WriteRules) -> None:
    watches = """\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: [alepo]
    events: siege
    severity: high
    raise: [{to: critical, places: [azzaz]}]
    examples:
      must_match:
        - {text: Rebels took Azaz., expect: {place: azas, gained_by: oposition, lost_by: iss}}
      must_not_match: [Nothing.]
"""
    routes = """\
version: 1
routes:
  desk: {title: Desk, when: {areas: [syria, homs]}, send: {wait: at once, then_every: 1 hour}, to: [mail]}
"""

    book, problems = load(write_rules(watches=watches, routes=routes))

    assert book is None
    assert problems == [
        "rules/routes.yaml:3:45: unknown place 'homs'",
        "rules/watches.yaml:5:13: unknown place 'alepo': did you mean 'aleppo'?",
        "rules/watches.yaml:8:37: unknown place 'azzaz': did you mean 'azaz'?",
        "rules/watches.yaml:11:53: unknown place 'azas': did you mean 'azaz'?",
        "rules/watches.yaml:11:70: unknown actor 'oposition': did you mean 'opposition'?",
        "rules/watches.yaml:11:90: unknown actor 'iss': did you mean 'is'?",
    ]


@pytest.mark.parametrize(
    ("send", "expected"),
    [
        ("{wait: 10, then_every: 1 hour}", "5:18: write a duration like '10 minutes', got '10'"),
        ("{wait: at once}", "5:5: missing key 'then_every'"),
        ("at once", "5:11: expected keys with values, got 'at once'"),
        (
            "{wait: at once, then_every: 1 hour, daily_at: ['7:00'], timezone: UTC}",
            "5:58: write a time of day like '07:00', got '7:00'",
        ),
        (
            "{wait: at once, then_every: 1 hour, daily_at: ['24:00'], timezone: UTC}",
            "5:58: write a time of day like '07:00', got '24:00'",
        ),
        (
            "{wait: at once, then_every: 1 hour, daily_at: 07:00}",
            "5:5: missing key 'timezone': daily_at needs one, like 'Europe/Berlin'",
        ),
    ],
)
def test_a_bad_clock_is_told(write_rules: WriteRules, send: str, expected: str) -> None:
    routes = f"version: 1\nroutes:\n  desk:\n    title: Desk\n    send: {send}\n    to: [mail]\n"

    book, problems = load(write_rules(routes=routes))

    assert book is None
    assert problems == [f"rules/routes.yaml:{expected}"]


def test_one_broken_file_hides_no_other(write_rules: WriteRules) -> None:
    folder = write_rules(
        places="a: [\n", actors="version: 1\nactors: {}\n", watches=None, routes="version: 3\nroutes: {}\n"
    )

    book, problems = load(folder)

    assert book is None
    assert problems == [
        "rules/actors.yaml:2:1: must have at least one entry, got 0",
        "rules/places/all.yaml:2:1: expected an entry: a '[' or '{' is not closed, or a ',' stands alone",
        "rules/routes.yaml:1:10: this program reads version 1, got 3",
        "rules/routes.yaml:2:1: must have at least one entry, got 0",
        "rules/watches.yaml:1:1: cannot read the file: no such file or directory",
    ]


def test_a_missing_folder_is_one_problem(write_rules: WriteRules) -> None:
    write_rules()

    assert load_rulebook(Path("rulez")) == (None, (Problem(Position("rulez"), "no such folder"),))


def test_an_empty_folder_of_places_is_told(write_rules: WriteRules) -> None:
    folder = write_rules(places=None, watches=None)

    _, problems = load(folder)

    assert "rules/places:1:1: expected at least one .yaml file here" in problems


def test_files_that_nobody_reads_are_a_warning(write_rules: WriteRules) -> None:
    folder = write_rules()
    for name in ("watch.yaml", "places/azaz.yml", "old/places.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("version: 1\n", encoding="utf-8")

    book, problems = load(folder)

    assert book is not None
    assert problems == [
        "rules/old/places.yaml:1:1: warning: this file is not read",
        "rules/places/azaz.yml:1:1: warning: this file is not read: did you mean 'places/azaz.yaml'?",
        "rules/watch.yaml:1:1: warning: this file is not read: did you mean 'watches.yaml'?",
    ]
    assert [str(problem) for problem in book.problems] == problems


def test_a_duplicate_key_refuses_the_rules(write_rules: WriteRules) -> None:
    book, problems = load(
        write_rules(places=PLACES + "  aleppo: {kind: town, inside: syria, name: Other}\n", watches=None)
    )

    assert book is None
    assert "rules/places/all.yaml:5:3: key 'aleppo' is already on line 4" in problems
