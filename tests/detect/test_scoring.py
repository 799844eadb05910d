"""What counts as right, missed, false alarm; roles and actions count only where the finding is right."""

from __future__ import annotations

from tests.detect.small_world import PLACES, SIDES, finding
from watcher.detect.scoring import Expected, Tally, pair, tally
from watcher.model import Action, ActorId, Event, Finding, PlaceId, Status


def _expected(text: str) -> Expected:
    like: Finding = finding(text)
    return Expected(like.event, like.action, like.place, like.gained_by, like.lost_by, like.status)


def _tally(expected: list[str], found: list[str]) -> Tally:
    into = Tally()
    scored = pair([_expected(text) for text in expected], [finding(text) for text in found], PLACES, SIDES)
    tally(scored, SIDES, into)
    return into


CAPTURE = "asserted captured aton rebels army"


def test_the_same_is_right_in_everything() -> None:
    got = _tally([CAPTURE], [CAPTURE])

    assert (got.precision, got.recall, got.f1, got.action, got.roles, got.status) == (1, 1, 1, 1, 1, 1)


def test_nothing_expected_and_nothing_found_is_right() -> None:
    got = _tally([], [])

    assert (got.items, got.precision, got.recall, got.status) == (1, 1, 1, 1)


def test_a_miss_costs_recall_and_an_invention_precision() -> None:
    got = _tally([CAPTURE], ["asserted captured beton rebels army"])

    assert (got.right, got.missed, got.false_alarms, got.nearby) == (0, 1, 1, 0)
    assert (got.precision, got.recall, got.f1) == (0, 0, 0)


def test_the_place_around_or_inside_is_a_miss_that_is_shown_as_nearby() -> None:
    got = _tally([CAPTURE], ["asserted captured mill rebels army"])

    assert (got.right, got.missed, got.false_alarms, got.nearby) == (0, 1, 1, 1)


def test_claimed_for_asserted_is_found_but_has_the_wrong_status() -> None:
    got = _tally([CAPTURE], ["claimed captured aton rebels army"])

    assert (got.right, got.status) == (1, 0)


def test_history_told_as_news_is_a_false_alarm_and_news_held_back_a_miss() -> None:
    assert _tally(["background captured aton rebels army"], [CAPTURE]).false_alarms == 1
    assert _tally([CAPTURE], ["background captured aton rebels army"]).missed == 1


def test_a_part_of_a_side_will_do_and_a_side_that_was_not_expected_is_not_punished() -> None:
    assert _tally([CAPTURE], ["asserted captured aton rebels guard"]).roles == 1
    assert _tally(["asserted captured aton rebels -"], [CAPTURE]).roles == 1
    assert _tally([CAPTURE], ["asserted captured aton rebels -"]).roles == 0
    assert _tally([CAPTURE], ["asserted captured aton army rebels"]).roles == 0


def test_a_wrong_action_is_found_all_the_same() -> None:
    got = _tally([CAPTURE], ["asserted handed_over aton rebels army"])

    assert (got.right, got.action) == (1, 0)


def test_two_changes_of_one_place_are_paired_so_that_most_is_right() -> None:
    back = "asserted captured aton army rebels"

    got = _tally([CAPTURE, back], [back, CAPTURE])

    assert (got.right, got.roles) == (2, 1)


def test_a_second_telling_counts_neither_way_and_a_contradiction_is_a_false_alarm() -> None:
    assert _tally([CAPTURE], [CAPTURE, "asserted withdrawn aton - army"]).false_alarms == 0
    assert _tally([CAPTURE, "asserted withdrawn aton - army"], [CAPTURE]).missed == 0
    assert _tally([CAPTURE], [CAPTURE, "asserted captured aton army rebels"]).false_alarms == 1


def test_what_is_held_back_and_was_not_expected_is_counted_apart() -> None:
    got = _tally([], ["background captured aton rebels -"])

    assert (got.false_alarms, got.spurious) == (0, 1)


def test_many_findings_of_one_place_are_paired_in_their_order() -> None:
    expected = [Expected(Event.CONTROL_CHANGE, Action.CAPTURED, PlaceId("aton"), ActorId("army"), None, s)
                for s in [Status.BACKGROUND] * 8]  # fmt: skip

    scored = pair(expected, [finding("background captured aton army -")] * 8, PLACES, SIDES)

    assert len(scored.pairs) == 8
