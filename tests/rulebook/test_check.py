"""The strict check: what load finds, lints, unknown channels, and the examples run through the detector."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from watcher.model import Channel, ChannelId, Position
from watcher.rulebook.check import channel_problems, check_rules, unused_channels
from watcher.rulebook.load import load_rulebook

WriteRules = Callable[..., Path]

MAIL = ChannelId("mail")

WATCHES = """\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: [aleppo]
    events: [control_change, siege]
    severity: high
    raise: [{to: critical, places: [azaz]}]
    examples:
      must_match:
        - %s
      must_not_match:
        - %s
      later: [%s]
"""
TAKEN = "Rebels captured Azaz from Islamic State on Sunday."
NOT_TAKEN = "Rebels failed to capture Azaz."


def check(folder: Path, *, channels: list[ChannelId] | None = None) -> list[str]:
    problems = check_rules(folder, [MAIL] if channels is None else channels)
    return [str(problem).removeprefix("rules/") for problem in problems]


def examples(write_rules: WriteRules, match: str = TAKEN, no_match: str = NOT_TAKEN, later: str = "") -> list[str]:
    return check(write_rules(watches=WATCHES % (match, no_match, later)))


def test_rules_in_order_have_no_problem(write_rules: WriteRules) -> None:
    assert check(write_rules()) == []


def test_a_broken_file_is_told_with_the_rest(write_rules: WriteRules) -> None:
    folder = write_rules(actors="version: 1\nactors: {is: {nam: IS}}\n")

    assert check(folder, channels=[]) == [
        "actors.yaml:2:10: missing key 'name'",
        "actors.yaml:2:15: unknown key 'nam': did you mean 'name'?",
        "routes.yaml:6:10: route 'desk': unknown channel 'mail'",
    ]


def test_lints_are_part_of_it(write_rules: WriteRules) -> None:
    routes = """\
version: 1
routes:
  desk: {title: Desk, when: {severity: [low]}, send: {wait: at once, then_every: 1 hour}, to: [mail]}
"""

    assert check(write_rules(routes=routes)) == [
        "routes.yaml:3:41: warning: no watch gives severity low",
        (
            "watches.yaml:3:3: warning: no route takes critical incidents of watch 'aleppo': "
            "they go out to every channel"
        ),
        "watches.yaml:3:3: warning: no route takes high incidents of watch 'aleppo': they go out to every channel",
    ]


# --- channels ------------------------------------------------------------------------------------------------------


def test_an_unknown_channel_is_told_where_it_stands(write_rules: WriteRules) -> None:
    folder = write_rules()

    assert check(folder, channels=[ChannelId("mial")]) == [
        "routes.yaml:6:10: route 'desk': unknown channel 'mail': did you mean 'mial'?"
    ]
    assert check_rules(folder, None) == ()


def test_without_the_file_at_hand_it_is_told_at_the_route(write_rules: WriteRules) -> None:
    book, _ = load_rulebook(write_rules())
    assert book is not None

    problems = channel_problems(book.routes, [ChannelId("chat")])

    assert [str(problem) for problem in problems] == ["rules/routes.yaml:3:3: route 'desk': unknown channel 'mail'"]


def test_a_channel_that_no_route_names_is_a_warning(write_rules: WriteRules) -> None:
    book, _ = load_rulebook(write_rules())
    assert book is not None
    channels = [Channel(MAIL, "Mail", "x", Position("c", 1)), Channel(ChannelId("chat"), "Chat", "x", Position("c", 2))]

    problems = unused_channels(book.routes, channels)

    assert [str(problem) for problem in problems] == ["c:2:1: warning: no route names channel 'chat'"]


# --- examples ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "example",
    [
        TAKEN,
        f"{{text: {TAKEN}, published: 2016-06-06}}",
        f"{{title: Azaz falls, text: {TAKEN}, published: 2016-06-06T06:00:00Z, language: en, source: Wire}}",
        f"{{text: {TAKEN}, expect: {{}}}}",
        (
            f"{{text: {TAKEN}, expect: {{event: control_change, action: captured, place: azaz, gained_by: opposition, "
            "lost_by: is, status: asserted, extent: full, severity: critical}}"
        ).replace("}}", "}")
        + "}",
    ],
)
def test_an_example_that_keeps_its_promise_is_silent(write_rules: WriteRules, example: str) -> None:
    assert examples(write_rules, match=example) == []


def test_a_related_actor_is_good_enough(write_rules: WriteRules) -> None:
    example = "{text: The YPG captured Azaz from Islamic State on Sunday., expect: {gained_by: sdf}}"

    assert examples(write_rules, match=example) == []


def test_an_example_that_gives_no_alert_tells_why(write_rules: WriteRules) -> None:
    (problem,) = examples(write_rules, match=NOT_TAKEN)

    assert problem == (
        "watches.yaml:11:11: must match, but gives no alert: it is read as control_change (captured, negated) at 'azaz'"
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Nothing to see.", "no tracked place is named"),
        ("{text: Azaz., language: xx}", "no language table for 'xx'"),
        ("The SDF captured Tabqa from Islamic State on Sunday.", "no tracked place is named"),
        ("Azaz is a town.", "no tracked place with an event word"),
    ],
)
def test_an_example_about_something_else_tells_why(write_rules: WriteRules, text: str, why: str) -> None:
    assert examples(write_rules, match=text) == [f"watches.yaml:11:11: must match, but gives no alert: {why}"]


def test_an_example_that_another_watch_takes_tells_which(write_rules: WriteRules) -> None:
    first = WATCHES % (TAKEN, NOT_TAKEN, "")
    entry = first.partition("watches:\n")[2].replace(
        "raise: [{to: critical, places: [azaz]}]", "minimum_confidence: %s"
    )
    both = first.replace("aleppo:\n", "first:\n", 1) + entry % "0"
    picky = "version: 1\nwatches:\n" + entry % "1"

    assert check(write_rules(watches=both))[-1] == (
        "watches.yaml:23:11: must match, but gives no alert: "
        "watch 'first' takes control_change (captured, asserted) at 'azaz'"
    )
    assert check(write_rules(watches=picky))[-1] == (
        "watches.yaml:11:11: must match, but gives no alert: "
        "no watch follows control_change (captured, asserted) at 'azaz'"
    )


def test_an_example_that_matches_otherwise_tells_the_difference(write_rules: WriteRules) -> None:
    expect = "{place: marea, action: withdrawn, gained_by: sdf, severity: low, status: claimed}"

    (problem,) = examples(write_rules, match=f"{{text: {TAKEN}, expect: {expect}}}")

    assert problem == (
        "watches.yaml:11:11: matches, but not as expected: action is captured, expected withdrawn, "
        "place is azaz, expected marea, status is asserted, expected claimed, "
        "gained_by is opposition, expected sdf, severity is critical, expected low"
    )


def test_a_false_alarm_names_the_word_s_line(write_rules: WriteRules) -> None:
    (problem,) = examples(write_rules, no_match=TAKEN)

    told, _, rule = problem.partition(" [")
    assert told == (
        "watches.yaml:13:11: must not match, but is taken for control_change (captured, asserted) at 'azaz'"
    )
    assert rule.startswith("rules/language/en.yaml:")


def test_what_must_not_match_may_still_be_read_in_a_certain_way(write_rules: WriteRules) -> None:
    fits = f"{{text: {NOT_TAKEN}, expect: {{status: negated, place: azaz}}}}"
    differs = f"{{text: {NOT_TAKEN}, expect: {{status: background}}}}"
    nothing = "{text: Azaz is a town., expect: {status: negated}}"

    assert examples(write_rules, no_match=fits) == []
    assert examples(write_rules, no_match=nothing) == [
        "watches.yaml:13:11: does not match, but not as expected: no tracked place with an event word"
    ]
    assert examples(write_rules, no_match=differs) == [
        "watches.yaml:13:11: does not match, but not as expected: status is negated, expected background"
    ]


def test_a_known_gap_is_a_warning_until_it_closes(write_rules: WriteRules) -> None:
    assert examples(write_rules, later="Nothing to see.") == [
        "watches.yaml:14:15: warning: known gap: must match, but gives no alert: no tracked place is named"
    ]
    assert examples(write_rules, later=TAKEN) == [
        "watches.yaml:14:15: warning: this gap is closed: move the example to must_match"
    ]
