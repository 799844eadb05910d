"""One item tells a change several times: in title, lead, quote. It becomes one finding; two changes stay two."""

from __future__ import annotations

from datetime import date

import pytest

from tests.detect.small_world import PLACES, SIDES, finding
from watcher.detect.merge import Told, merge
from watcher.model import Extent, Finding


def _merged(*told: Finding, title: int = 0) -> list[str]:
    """The findings in words; the first ``title`` of them stand in the title."""
    merged = merge([Told(one, number < title, number) for number, one in enumerate(told)], SIDES, PLACES)
    return [f"{one.status} {one.action} {one.place} {one.gained_by or '-'} {one.lost_by or '-'}" for one in merged]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (["asserted captured aton rebels army"], ["asserted captured aton rebels army"]),
        (["asserted captured aton rebels -", "asserted captured aton - army"], ["asserted captured aton rebels army"]),
        (["claimed captured aton rebels -", "asserted captured aton rebels -"], ["asserted captured aton rebels -"]),
        (["asserted captured aton rebels army", "asserted captured aton rebels guard"],
         ["asserted captured aton rebels army"]),
        # another place, another side, or the other way round: another change
        (["asserted captured aton rebels -", "asserted captured beton rebels -"],
         ["asserted captured aton rebels -", "asserted captured beton rebels -"]),
        (["asserted captured aton rebels army", "asserted captured aton army rebels"],
         ["asserted captured aton rebels army", "asserted captured aton army rebels"]),
        (["asserted captured aton rebels -", "asserted captured aton tribes -"],
         ["asserted captured aton rebels -", "asserted captured aton tribes -"]),
        # a siege that begins and a siege that ends
        (["asserted imposed aton army -", "asserted tightened aton army -"], ["asserted imposed aton army -"]),
        (["asserted imposed aton army -", "asserted broken aton rebels -"],
         ["asserted imposed aton army -", "asserted broken aton rebels -"]),
        # a plan that has come true, a denial that is overtaken; a state stays beside the news
        (["asserted captured aton rebels -", "prospective captured aton rebels -"],
         ["asserted captured aton rebels -"]),
        (["negated captured aton rebels -", "asserted captured aton rebels -"], ["asserted captured aton rebels -"]),
        (["asserted captured aton rebels -", "standing captured aton rebels -"],
         ["asserted captured aton rebels -", "standing captured aton rebels -"]),
        (["asserted captured aton rebels -", "prospective captured beton rebels -"],
         ["asserted captured aton rebels -", "prospective captured beton rebels -"]),
        # a full capture and a withdrawal told apart from it
        (["asserted captured aton rebels army", "asserted withdrawn aton - army"],
         ["asserted captured aton rebels army", "asserted withdrawn aton - army"]),
        (["asserted captured aton rebels -", "asserted withdrawn aton - army"],
         ["asserted withdrawn aton rebels army"]),
    ],
)  # fmt: skip
def test_what_is_one_change_and_what_is_two(told: list[str], expected: list[str]) -> None:
    # each telling in a sentence of its own
    findings = [finding(text, start=100 * number) for number, text in enumerate(told)]

    assert _merged(*findings) == expected


def test_the_sentence_that_names_most_is_quoted_and_a_body_sentence_before_the_title() -> None:
    title = finding(quote="Aton falls", start=0)
    lead = finding("asserted captured aton rebels -", quote="Rebels took Aton.", start=20)
    full = finding(quote="They took it from the army.", start=60)

    (merged,) = merge([Told(title, True, 0), Told(lead, False, 1), Told(full, False, 2)], SIDES, PLACES)

    assert merged.quote == "They took it from the army."
    assert any("told 3 times" in reason.text for reason in merged.reasons)


def test_the_day_source_and_best_confidence_of_any_telling_are_kept() -> None:
    full = finding(confidence=0.5)
    dated = finding(
        "asserted captured aton rebels -", event_date=date(2016, 6, 8), attributed_to="a monitor", confidence=0.9
    )

    (merged,) = merge([Told(full, False, 0), Told(dated, False, 1)], SIDES, PLACES)

    assert (merged.gained_by, merged.lost_by) == ("rebels", "army")
    assert (merged.event_date, merged.attributed_to, merged.confidence) == (date(2016, 6, 8), "a monitor", 0.9)


def test_a_title_that_says_near_or_part_gives_way_to_the_place_that_the_body_names() -> None:
    near = finding("asserted captured aton rebels -", extent=Extent.NEAR)
    part = finding("asserted captured aton rebels -", extent=Extent.PARTIAL)
    village = finding("asserted captured beton rebels -")
    quarter = finding("asserted captured mill rebels -")

    assert _merged(near, village, title=1) == ["asserted captured beton rebels -"]
    assert _merged(part, quarter, title=1) == ["asserted captured mill rebels -"]
    assert len(_merged(part, village, title=1)) == 2
    assert len(_merged(part, quarter, title=0)) == 2


def test_history_that_is_told_on_two_days_stays_two() -> None:
    one = finding("background captured aton rebels -", event_date=date(2013, 3, 4))
    other = finding("background captured aton rebels -", event_date=date(2014, 1, 13))

    assert len(_merged(one, other)) == 2
    assert len(_merged(one, one)) == 1
