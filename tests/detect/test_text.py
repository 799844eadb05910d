"""Offsets are right for any text; sentences and tokens are cut where a reader would cut them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watcher.detect.text import fold, fold_phrase, full_text, read_text

WORDS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"), st.sampled_from("aZ9 .,'’“”—-\n\u00ad\u0301\u200f\ufb01ء\u064bİı𝔸")
    ),
    max_size=120,
)


@given(title=WORDS, body=WORDS)
def test_tokens_stand_where_they_say_and_in_order(title: str, body: str) -> None:
    text = read_text(title, body)

    assert text.full == full_text(title, body)
    end = 0
    for token in text.tokens:
        assert end <= token.start < token.end <= len(text.full)
        end = token.end


@given(title=WORDS, body=WORDS)
def test_every_letter_and_digit_is_in_a_token(title: str, body: str) -> None:
    text = read_text(title, body)

    covered = {index for token in text.tokens for index in range(token.start, token.end)}
    assert {index for index, letter in enumerate(text.full) if letter.isalnum()} <= covered


@given(title=WORDS, body=WORDS)
def test_sentences_are_stretches_of_tokens_without_overlap(title: str, body: str) -> None:
    text = read_text(title, body)

    last = 0
    for sentence in text.sentences:
        assert last <= sentence.first < sentence.last <= len(text.tokens)
        last = sentence.last


@given(WORDS)
def test_folding_twice_changes_nothing(word: str) -> None:
    assert fold(fold(word)) == fold(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kobanê", "KOBANE"),
        ("Kobane\u0302", "Kobanê"),
        ("Da’esh", "Da'esh"),
        ("al\u00adBab", "alBab"),
        ("ﬁghters", "fighters"),
        ("Çobanbey", "cobanbey"),
        ("Iğdır", "igdir"),
        ("أعزاز", "اعزاز"),
        ("إدلب", "ادلب"),
        ("آب", "اب"),
        ("السَّيْطَرَةُ", "السيطره"),
        ("مديـــنة", "مدينه"),
        ("المشفى", "المشفي"),
        ("کوبانی", "كوباني"),
        ("ﺣﻠﺐ", "حلب"),
        ("\u202bالرقة\u202c", "الرقه"),
        ("٢٠١٤", "2014"),
        ("۲۰۱۴", "2014"),
        ("لأنه", "لانه"),
        ("ﻻ", "لا"),
    ],
)
def test_spellings_that_are_the_same_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("phrase", "tokens"),
    [
        ("al-Bab", ("al", "bab")),
        ("Al Bab", ("al", "bab")),
        ("A'zaz", ("azaz",)),
        ("Mare'", ("mare", "'")),
        ("Azaz’s", ("azaz", "'s")),
        ("hasn’t", ("has", "not")),
        ("U.S.-backed", ("us", "backed")),
        ("300,000", ("300,000",)),
        ("تل أبيض، الرقة", ("تل", "ابيض", ",", "الرقه")),
        ("\u200fحلب\u200e", ("حلب",)),
        ("ـحلبـ ـ", ("حلب",)),
    ],
)
def test_phrase_is_cut_into_tokens(phrase: str, tokens: tuple[str, ...]) -> None:
    assert fold_phrase(phrase) == tokens


@pytest.mark.parametrize(
    ("title", "body", "sentences"),
    [
        ("A title", "One. Two.", ["A title", "One.", "Two."]),
        ("", "Gen. Smith of the U.S. said no. He left.", ["Gen. Smith of the U.S. said no.", "He left."]),
        ("", "“It fell.” He left.", ["“It fell.”", "He left."]),
        ("", "a line\nthat is wrapped", ["a line\nthat is wrapped"]),
        ("", "A line\nAnother line", ["A line", "Another line"]),
        ("Has it? Yes.", "", ["Has it?", "Yes."]),
        ("", "هل سقطت؟ لا. عاد د. سامر.", ["هل سقطت؟", "لا.", "عاد د. سامر."]),
    ],
)
def test_text_is_cut_into_sentences(title: str, body: str, sentences: list[str]) -> None:
    text = read_text(title, body)

    assert [text.full[text.tokens[s.first].start : text.tokens[s.last - 1].end] for s in text.sentences] == sentences
