from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.incidents.parts import share_a_part, tells_of_another, told_number, told_parts
from watcher.model import Finding
from watcher.rulebook.load import RuleBook

MOMENT = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)


def finding_in(book: RuleBook, text: str) -> Finding:
    (finding,) = book.detector.match("", text, published_at=MOMENT, language=None, source="Wire")
    return finding


@pytest.mark.parametrize(
    ("text", "parts", "number"),
    [
        ("Rebels captured the village of Tal Shabeeb in Aleppo province on Wednesday.", {"tlshb"}, 0),
        ("The village of Tell Shabib in Aleppo province was captured by rebels on Wednesday.", {"tlshb"}, 0),
        ("Rebels captured 17 villages in Aleppo province on Wednesday.", set(), 17),
        ("Rebels captured two villages in Aleppo province on Wednesday.", set(), 2),
        ("Rebels captured a village in Aleppo province on Wednesday.", set(), 0),
        ("Rebels captured the town of Azaz on Wednesday.", set(), 0),  # all of a listed place
        ("انسحب تنظيم الدولة من سبع عشرة بلدة وقرية كانت له في محافظة حلب.", set(), 0),
    ],
)
def test_the_unlisted_part_that_a_sentence_names(
    shipped_book: RuleBook, text: str, parts: set[str], number: int
) -> None:
    finding = finding_in(shipped_book, text)

    assert (set(told_parts(finding)), told_number(finding)) == (parts, number)


def test_a_sentence_may_say_itself_that_it_is_a_further_part(shipped_book: RuleBook) -> None:
    text = "Rebels captured {} village in Aleppo province on Wednesday."

    told = [tells_of_another(finding_in(shipped_book, text.format(word))) for word in ("another", "a")]

    assert told == [True, False]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"tlshb"}, {"tlshb", "qn"}, True),
        ({"tlshbn"}, {"tlshb"}, True),
        ({"tlshb"}, {"mnsr"}, False),
        ({"tlshb"}, {"tlslb"}, False),
        ({"tlshb"}, set(), False),
    ],
)
def test_parts_are_the_same_when_their_consonants_are(one: set[str], other: set[str], *, expected: bool) -> None:
    assert share_a_part(one, other) is expected


def test_names_in_two_scripts_may_be_one_village() -> None:
    assert share_a_part({"tlshb"}, {"تل شبيب"})
    assert not share_a_part({"tlshb"}, {"tlslb"})
