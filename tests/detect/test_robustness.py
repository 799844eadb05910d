"""No text breaks the detector or takes over-long, and every offset that it gives is right."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.detect.match import Detector
from watcher.detect.text import full_text

PUBLISHED = datetime(2016, 6, 9, 18, tzinfo=UTC)

PIECES = st.sampled_from(
    [
        "Rebels",
        "Azaz",
        "Marea",
        "Aleppo",
        "Raqqa",
        "al-Bab",
        "IS",
        "ISIS",
        "SDF",
        "the",
        "a",
        "of",
        "in",
        "from",
        "to",
        "by",
        "and",
        "or",
        "but",
        "not",
        "never",
        ",",
        ".",
        ":",
        ";",
        "—",
        "-",
        "“",
        "”",
        "(",
        ")",
        "?",
        "’s",
        "captured",
        "capture",
        "took",
        "take",
        "fell",
        "lost",
        "withdrew",
        "left",
        "besieged",
        "cut",
        "broke",
        "siege",
        "road",
        "town",
        "village",
        "villages",
        "district",
        "control",
        "flag",
        "has",
        "have",
        "had",
        "been",
        "was",
        "is",
        "are",
        "to",
        "will",
        "would",
        "could",
        "which",
        "who",
        "that",
        "when",
        "after",
        "before",
        "since",
        "if",
        "said",
        "says",
        "denied",
        "claimed",
        "tried",
        "failed",
        "managed",
        "Wednesday",
        "2014",
        "last",
        "week",
        "ago",
        "two",
        "17",
        "half",
        "outskirts",
        "north",
        "army",
        "fighters",
        "civilians",
        "weapons",
        "deal",
        "rebel-held",
        "under",
        "hands",
        "over",
        "out",
        "it",
        "they",
        "them",
        "its",
        "8",
        "June",
        "حلب",
        "الرقة",
        "\n\n",
    ]
)
SENTENCES = st.lists(PIECES, max_size=60).map(" ".join)


def _examine(detector: Detector, title: str, text: str) -> None:
    examination = detector.examine(title, text, published_at=PUBLISHED, language="en", source="Amaq")
    full = full_text(title, text)
    for found in examination.findings:
        assert full[found.start : found.end] == found.quote
        assert 0 < found.confidence < 1
        assert found.reasons
    for mark in examination.marks:
        assert 0 <= mark.start < mark.end <= len(full)
    for rejected in examination.rejected:
        assert full[rejected.start : rejected.end] == rejected.words


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(title=SENTENCES, text=SENTENCES)
def test_any_order_of_event_words_is_read(detector: Detector, title: str, text: str) -> None:
    _examine(detector, title, text)


@settings(max_examples=200, deadline=None)
@given(title=st.text(max_size=40), text=st.text(max_size=200))
def test_any_unicode_is_read(detector: Detector, title: str, text: str) -> None:
    _examine(detector, title, f"Rebels captured Azaz.{text}Azaz fell to {text} rebels.")


@pytest.mark.parametrize("published_at", [None, datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_any_date_or_none_is_counted_from(detector: Detector, published_at: datetime | None) -> None:
    text = "Rebels captured Azaz on Wednesday, two years ago, last week, next month, on 31 June, since 2014 and in May."

    findings = detector.match("", text, published_at=published_at, language="en", source=None)

    assert {found.place for found in findings} == {"azaz"}


def _repeated_names(size: int) -> str:
    return "Azaz " * size


def _one_long_sentence(size: int) -> str:
    return "rebels captured Azaz and " * size


def _many_clauses(size: int) -> str:
    return "rebels said that the army, which had left Azaz, took Marea, " * size


def _many_sentences(size: int) -> str:
    return "On Wednesday rebels captured Azaz from the army, a monitor said. The town was quiet. " * size


def _mixed_scripts(size: int) -> str:
    return "Azaz حلب captured 阿勒颇 ребели “Marea” " * size


def _marks_only(size: int) -> str:
    return "Azaz " + "(,-“;" * size


@pytest.mark.parametrize(
    "make",
    [_repeated_names, _one_long_sentence, _many_clauses, _many_sentences, _mixed_scripts, _marks_only],
)
def test_work_grows_with_the_length_and_no_faster(detector: Detector, make: Callable[[int], str]) -> None:
    """Four times the text takes about four times the calls; a square would take sixteen times.

    Calls are counted, not seconds: seconds are for benchmarks/detection.py.
    """

    def calls(size: int) -> int:
        text = make(size)
        count = 0

        def note(frame: object, event: str, argument: object) -> None:
            nonlocal count
            count += event in ("call", "c_call")

        former = sys.getprofile()
        sys.setprofile(note)
        try:
            detector.match("x", text, published_at=PUBLISHED, language="en", source=None)
        finally:
            sys.setprofile(former)
        return count

    assert calls(400) < 6 * calls(100)
