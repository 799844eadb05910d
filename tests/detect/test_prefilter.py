"""A text without a tracked place leaves at once; one that names a place never does, however it is written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.prefilter import Prefilter

NAMES = ("Azaz", "A'zaz", "Tell Rif'at", "al-Bab", "Deir ez-Zor", "عزاز", "الرقة", "تل أبيض", "Hawār")
PREFILTER = Prefilter(NAMES)
GAP = st.sampled_from([" ", ", ", ". ", "\n", " (", ") ", " “", "” ", "—", "/", "\u00a0", "; "])


@pytest.mark.parametrize(
    "text",
    [
        "Azaz",
        "AZAZ FALLS",
        "in azaz.",
        "Azaz's fall",
        "Azaz’s fall",
        "near A’zaz,",
        "Tell Rif‘at",
        "Tell-Rifat",
        "al Bab",
        "Al–Bab",
        "“al-Bab”",
        "Deir\u00a0ez-Zor",
        "سقوط عزاز.",
        "وعزاز",
        "لعزاز وما حولها",
        "انتقلوا بالرقة",
        "دخلوا للرقة.",
        "وللرقـــة",
        "الرَّقَّة",
        "وبتل ابيض",
        "ﻋﺰﺍﺯ",
        "Hawar",
        "the Azaz-Marea road",
    ],
)
def test_a_tracked_name_is_seen(text: str) -> None:
    assert PREFILTER.finds_a_place("", text)
    assert PREFILTER.finds_a_place(text, "")


@pytest.mark.parametrize(
    "text", ["", "Azazi", "Jazaz", "the Babel", "al", "Deir", "Tell me", "عزازي", "مع الناس", "للأرقة", "فرقة", "يرقة"]
)
def test_a_part_of_a_word_or_of_a_name_is_not(text: str) -> None:
    assert not PREFILTER.finds_a_place("", text)


def test_a_name_does_not_run_from_the_title_into_the_text_unseen_nor_is_it_needed() -> None:
    assert not Prefilter(()).finds_a_place("Azaz", "Azaz")


@given(
    name=st.sampled_from(NAMES),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
    left=GAP,
    right=GAP,
    form=st.sampled_from(["NFC", "NFD"]),
)
def test_a_name_between_anything_is_seen(name: str, before: str, after: str, left: str, right: str, form: str) -> None:
    assert PREFILTER.finds_a_place("", unicodedata.normalize(form, f"{before}{left}{name}{right}{after}"))  # type: ignore[arg-type]
