"""However a text is written, what is cut from a word keeps its place in the text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.arabic import words
from watcher.detect.arabic.units import split_tokens
from watcher.detect.text import fold, read_text

KNOWN = words.KNOWN | {"حلب", "الجيش", "قوات", "مارع", "الرقه"}
LETTERS = st.text(alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئـًٌٍَُِّْ\u200f\u200e\u202b\u202c ", max_size=30)


def _pieces(text: str) -> list[tuple[str, str]]:
    whole = read_text("", text)
    tokens = [token for token in whole.tokens if token.norm != "\n"]
    pieces = split_tokens(tokens, whole.full, KNOWN.__contains__)
    return [(piece.norm, whole.full[piece.start : piece.end]) for piece in pieces]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("وبحلب", [("و", "و"), ("ب", "ب"), ("حلب", "حلب")]),
        ("للجيش", [("ل", "ل"), ("الجيش", "لجيش")]),
        ("وَبِحَلَب", [("و", "وَ"), ("ب", "بِ"), ("حلب", "حَلَب")]),
        ("بـــحلب", [("ب", "بـــ"), ("حلب", "حلب")]),
        ("\u202bوقوات\u202c", [("و", "و"), ("قوات", "قوات\u202c")]),
        ("وحدات", [("وحدات", "وحدات")]),
        ("ﻭﻗﻮﺍﺕ", [("و", "ﻭ"), ("قوات", "ﻗﻮﺍﺕ")]),
    ],
)
def test_pieces_stand_where_they_are_written(text: str, pieces: list[tuple[str, str]]) -> None:
    assert _pieces(text) == pieces


@given(before=LETTERS, after=LETTERS, run=st.sampled_from(["و", "ب", "ل", "وب", "فل", "وَب", "بـ"]))
def test_pieces_cover_their_word_in_order_whatever_stands_around(before: str, after: str, run: str) -> None:
    text = f"{before} {run}مارع {after}"
    whole = read_text("", text)
    tokens = [token for token in whole.tokens if token.norm != "\n"]

    pieces = split_tokens(tokens, whole.full, KNOWN.__contains__)

    assert all(one.end <= two.start for one, two in pairwise(pieces))
    assert all(0 <= piece.start < piece.end <= len(whole.full) for piece in pieces)
    named = [piece for piece in pieces if piece.norm == "مارع"]
    assert named
    assert all("مارع" in fold(whole.full[piece.start : piece.end]) for piece in named)
