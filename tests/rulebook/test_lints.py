"""Rules that are well formed and yet do nothing, or not what they seem to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.rulebook.files import read_rules
from watcher.rulebook.lints import lint

WriteRules = Callable[..., Path]

PLACES = """\
version: 1
places:
  syria: {kind: country, name: Syria}
  aleppo: {kind: governorate, inside: syria, name: Aleppo province}
  raqqa: {kind: governorate, inside: syria, name: Raqqa province}
  azaz: {kind: town, inside: aleppo, name: Azaz}
  tabqa: {kind: city, inside: raqqa, name: Tabqa}
"""


def lints(folder: Path) -> list[str]:
    files = read_rules(folder)
    assert files.problems == ()
    problems = lint(files)
    assert {problem.severity for problem in problems} <= {"warning"}
    return [str(problem).replace(" warning:", "") for problem in problems]


def test_rules_in_order_give_no_warning(write_rules: WriteRules) -> None:
    assert lints(write_rules()) == []


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("name: Suran", "name: suran", True),
        ("name: Suran", "name: X, names: [Sûran]", True),
        ("name: Suran, needs_context: yes", "name: Suran", False),
        ("name: Suran, needs_context: yes", "name: Suran, needs_context: yes", False),
        ("name: X, names_in_context: [Suran]", "name: Suran", False),
        ("name: Suran", "name: Suran al-Gharbi", False),
    ],
)
def test_two_places_of_one_name_need_context(write_rules: WriteRules, first: str, second: str, expected: bool) -> None:
    places = f"{PLACES}  one: {{kind: town, inside: aleppo, {first}}}\n  two: {{kind: town, inside: raqqa, {second}}}\n"

    found = lints(write_rules(places=places))

    name = second.rpartition("[")[2].rstrip("]").removeprefix("name: ")
    told = f"{name!r} is also a name of 'one' (rules/places/all.yaml:8): both need context for it"
    assert found == ([f"rules/places/all.yaml:9:3: {told}"] if expected else [])


def test_a_spelling_that_another_one_makes_strong_is_told(write_rules: WriteRules) -> None:
    places = PLACES + "  madan: {kind: town, inside: raqqa, name: Maadan, names: [Ma'dan], names_in_context: [Madan]}\n"

    assert lints(write_rules(places=places)) == [
        "rules/places/all.yaml:8:88: 'Madan' counts without context, too: \"Ma'dan\" reads the same"
    ]


def test_two_actors_of_one_name_are_told(write_rules: WriteRules) -> None:
    actors = "version: 1\nactors:\n  sdf: {name: SDF}\n  other: {name: Other, names: [sdf]}\n"

    assert lints(write_rules(actors=actors)) == ["rules/actors.yaml:4:3: 'sdf' is also a name of 'sdf'"]


# --- watches -------------------------------------------------------------------------------------------------------


def watch(name: str, keys: str) -> str:
    return (
        f"  {name}:\n    title: T\n    events: [siege, control_change]\n{keys}"
        "    examples: {must_match: [a], must_not_match: [b]}\n"
    )


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("    areas: [aleppo, azaz]\n    severity: high\n", ["6:21: 'azaz' is already covered by 'aleppo'"]),
        ("    areas: [azaz, azaz]\n    severity: high\n", ["6:19: 'azaz' is already covered by 'azaz'"]),
        (
            "    areas: [aleppo]\n    severity: high\n    raise: [{to: high, places: [azaz]}]\n",
            ["8:18: raises nothing: the watch's severity is already high"],
        ),
        (
            "    areas: [aleppo]\n    severity: high\n    raise: [{to: critical, places: [azaz, tabqa]}]\n",
            ["8:43: 'tabqa' lies outside this watch's areas"],
        ),
        ("    areas: [azaz]\n    severity: high\n    raise: [{to: critical, places: [aleppo]}]\n", []),
    ],
)
def test_a_part_of_a_watch_that_does_nothing_is_told(write_rules: WriteRules, keys: str, expected: list[str]) -> None:
    folder = write_rules(places=PLACES, watches="version: 1\nwatches:\n" + watch("one", keys))

    assert lints(folder) == [f"rules/watches.yaml:{problem}" for problem in expected]


def test_a_watch_below_a_wider_one_never_takes_anything(write_rules: WriteRules) -> None:
    wide = watch("wide", "    areas: [aleppo]\n    severity: high\n")
    narrow = watch("narrow", "    areas: [azaz]\n    severity: critical\n")
    picky = watch("picky", "    areas: [aleppo]\n    severity: low\n    minimum_confidence: 0.9\n")

    assert lints(write_rules(watches=f"version: 1\nwatches:\n{wide}{narrow}")) == [
        "rules/watches.yaml:9:3: watch 'narrow' never takes anything: watch 'wide' above it takes it all"
    ]
    assert lints(write_rules(watches=f"version: 1\nwatches:\n{narrow}{wide}")) == []
    assert lints(write_rules(watches=f"version: 1\nwatches:\n{picky}{wide}")) == []


# --- routes --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("{severity: [high, critical]}", []),
        ("{areas: [syria]}", []),
        ("{areas: [azaz]}", []),
        ("{events: [siege]}", []),
        (
            "{severity: [critical]}",
            ["watches.yaml:3:3: no route takes high incidents of watch 'aleppo': they go out to every channel"],
        ),
        (
            "{severity: [low, high, critical]}",
            ["routes.yaml:5:23: no watch gives severity low"],
        ),
        (
            "{areas: [aleppo, tabqa]}",
            ["routes.yaml:5:28: no watch follows anything in 'tabqa'"],
        ),
        (
            "{status: [asserted, standing]}",
            ["routes.yaml:5:31: standing findings never alert: expected claimed or asserted"],
        ),
        (
            "{areas: [raqqa]}",
            [
                "routes.yaml:5:20: no watch follows anything in 'raqqa'",
                "watches.yaml:3:3: no route takes high incidents of watch 'aleppo': they go out to every channel",
                "watches.yaml:3:3: no route takes critical incidents of watch 'aleppo': they go out to every channel",
            ],
        ),
    ],
)
def test_a_filter_that_nothing_passes_is_told(write_rules: WriteRules, when: str, expected: list[str]) -> None:
    routes = (
        "version: 1\nroutes:\n  desk:\n    title: Desk\n"
        f"    when: {when}\n    send: {{wait: at once, then_every: 1 hour}}\n    to: [mail]\n"
    )

    assert lints(write_rules(routes=routes)) == [f"rules/{problem}" for problem in expected]


def test_an_event_that_no_watch_follows_is_told(write_rules: WriteRules) -> None:
    watches = """\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: [aleppo]
    events: [siege]
    severity: high
    examples: {must_match: [a], must_not_match: [b]}
"""
    routes = """\
version: 1
routes:
  one: {title: One, when: {events: [control_change]}, send: {wait: at once, then_every: 1 hour}, to: [mail]}
  two: {title: Two, send: {wait: at once, then_every: 1 hour}, to: [mail]}
"""

    assert lints(write_rules(watches=watches, routes=routes)) == [
        "rules/routes.yaml:3:37: no watch follows control_change"
    ]
