"""What is written onto a word is cut from it, and words that only look like that are left whole."""

from __future__ import annotations

import pytest

from watcher.detect.arabic.clitics import split

KNOWN = {"حلب", "الجيش", "وحدات", "قوات", "بلده", "الفصائل", "كتل", "تل"}


@pytest.mark.parametrize(
    ("word", "run", "rest"),
    [
        ("حلب", "", "حلب"),
        ("بحلب", "ب", "حلب"),
        ("وبحلب", "وب", "حلب"),
        ("فلحلب", "فل", "حلب"),
        ("كحلب", "ك", "حلب"),
        ("للجيش", "ل", "الجيش"),
        ("وللجيش", "ول", "الجيش"),
        ("بالجيش", "ب", "الجيش"),
        ("ووحدات", "و", "وحدات"),
        ("وقوات", "و", "قوات"),
    ],
)
def test_conjunctions_prepositions_and_their_runs_are_cut(word: str, run: str, rest: str) -> None:
    assert split(word, KNOWN.__contains__) == (run, rest)


@pytest.mark.parametrize("word", ["وحدات", "بلده", "كتل", "ولد", "بيت", "لل", "و", ""])
def test_a_known_word_and_one_without_a_known_rest_stay_whole(word: str) -> None:
    assert split(word, KNOWN.__contains__) == ("", word)
