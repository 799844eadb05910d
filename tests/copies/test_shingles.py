"""What a text is found by."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.copies.shingles import FEWEST_SHINGLES, LEAD_KEYS, WHOLE_KEYS, shingle, sketch, told_text, word_numbers

REPORT = (
    "Fighters of the northern brigade entered the mill town of Dabra before dawn on Tuesday, residents said, "
    "after the garrison had left its posts along the canal and driven south without a shot being fired at either "
    "end of the bridge."
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The rebels, they said, took Marea.", "the REBELS they said took marea"),
        ("Kobanê’s “old” town", "Kobane's old town"),
        ("سيطرت القوّات على قرية في إعزاز", "سيطرت القوات علي قريه فى اعزاز"),
        ("السـيطرة", "السيطرة"),
        ("قُتل ٢٥ شخصا", "قتل 25 شخصا"),
        ("co\u00adoperation at the front", "cooperation at the front"),
    ],
)
def test_case_marks_and_letter_forms_make_no_other_word(one: str, other: str) -> None:
    assert word_numbers(one) == word_numbers(other)


def test_words_in_scripts_without_spaces_are_characters() -> None:
    assert len(word_numbers("阿勒颇以北的城镇")) == 8


@given(st.lists(st.text(st.characters(categories=["Lu", "Ll"]), min_size=1), max_size=30))
def test_there_is_a_shingle_for_each_three_words_in_a_row(words: list[str]) -> None:
    numbers = word_numbers(" ".join(words))

    assert len(shingle(numbers)) == max(0, len(numbers) - 2)


@given(st.text(max_size=400))
def test_any_text_has_a_sketch_of_bounded_size(text: str) -> None:
    keys = sketch(text)

    assert len(keys) <= WHOLE_KEYS + LEAD_KEYS
    assert len(set(keys)) == len(keys)
    assert all(-(2**47) <= key < 2**47 for key in keys)


@given(st.text(max_size=200))
def test_white_space_and_order_of_evaluation_do_not_matter(text: str) -> None:
    assert sketch(f"  {text}\n") == sketch(text)


def test_a_text_of_a_few_words_is_found_by_nothing() -> None:
    words = REPORT.split()

    assert sketch(" ".join(words[: FEWEST_SHINGLES + 1])) == ()
    assert sketch(" ".join(words[: FEWEST_SHINGLES + 2])) != ()
    assert sketch("") == ()
    assert sketch("taken taken taken " * 50) == ()


def test_a_summary_shares_a_key_with_the_full_article() -> None:
    article = f"{REPORT} " + " ".join(f"Then word{number} followed in sentence {number % 7}." for number in range(400))

    assert set(sketch(REPORT)) & set(sketch(article))


def test_the_sketch_is_the_same_in_every_process() -> None:
    code = f"from watcher.copies.shingles import sketch; print(sketch({REPORT!r}))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    ]

    assert runs == [str(sketch(REPORT))] * 2


def test_the_text_counts_and_the_title_only_where_there_is_no_text() -> None:
    assert told_text("A title", "A text") == "A text"
    assert told_text("A title", " ") == "A title"
