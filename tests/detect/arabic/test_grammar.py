"""An Arabic item gives findings with exact quotes, marks, reasons and the lines of its table; also beside English."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from watcher.detect.match import Detector
from watcher.detect.text import full_text
from watcher.model import Finding

PUBLISHED = datetime(2016, 6, 9, 18, tzinfo=UTC)
SENTENCE = "سيطرت فصائل المعارضة على بلدة مارع يوم الأربعاء، بحسب المرصد السوري لحقوق الإنسان."
NOISE = st.text(alphabet=st.sampled_from("abc ابجد هوز\ufffd\u0080Ø³ÙŠ\u202b\u202c\u200f\u200eـً،؛.\n\t0٣"), max_size=40)


def _find(detector: Detector, title: str, text: str, language: str | None = "ar") -> tuple[Finding, ...]:
    return detector.match(title, text, published_at=PUBLISHED, language=language, source=None)


def test_a_finding_is_told_as_in_english(detector: Detector) -> None:
    (finding,) = _find(detector, "", SENTENCE)

    assert finding.quote == SENTENCE
    assert finding.attributed_to == "المرصد السوري لحقوق الإنسان"
    assert finding.rule.file.endswith("language/ar.yaml")
    assert finding.rule.line > 1
    assert {mark.role: full_text("", SENTENCE)[mark.start : mark.end] for mark in finding.marks} == {
        "trigger": "سيطرت",
        "place": "مارع",
        "gained_by": "فصائل المعارضة",
        "source": "المرصد السوري لحقوق الإنسان",
    }
    assert "confidence: fresh date" in {reason.text for reason in finding.reasons}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(title=NOISE, before=NOISE, after=NOISE)
def test_no_bad_byte_or_direction_mark_shifts_a_quote(detector: Detector, title: str, before: str, after: str) -> None:
    text = f"{before}\n\n{SENTENCE}\n\n{after}"

    findings = _find(detector, title, text)

    full = full_text(title, text)
    assert all(full[finding.start : finding.end] == finding.quote for finding in findings)
    assert all(0 <= mark.start < mark.end <= len(full) for finding in findings for mark in finding.marks)
    assert SENTENCE in {finding.quote for finding in findings}


@pytest.mark.parametrize("language", ["ar", "en", "fr", "ar-SY", None])
def test_an_arabic_sentence_is_read_whatever_the_feed_says(detector: Detector, language: str | None) -> None:
    assert [finding.place for finding in _find(detector, "", SENTENCE, language)] == ["marea"]


@pytest.mark.parametrize("language", ["ar", "en", None])
def test_an_english_headline_over_an_arabic_body_is_read_in_both(detector: Detector, language: str | None) -> None:
    findings = _find(detector, "Rebels capture Akhtarin", SENTENCE, language)

    assert [(finding.place, finding.gained_by) for finding in findings] == [
        ("akhtarin", "opposition"),
        ("marea", "opposition"),
    ]


def test_two_tellings_of_one_event_in_two_languages_are_one_finding(detector: Detector) -> None:
    (finding,) = _find(detector, "Rebels seize Marea", SENTENCE)

    assert finding.quote == SENTENCE


def test_persian_is_not_taken_for_arabic(detector: Detector) -> None:
    assert _find(detector, "", SENTENCE, "fa") == ()


def test_an_event_word_without_a_finding_says_why(detector: Detector) -> None:
    text = "استولت الفصائل على ثلاث دبابات في بلدة مارع."

    seen = detector.examine("", text, published_at=PUBLISHED, language="ar", source=None)

    assert seen.findings == ()
    assert [(one.words, one.reason.text) for one in seen.rejected] == [("استولت", "'ثلاث دبابات' is no place")]
    assert seen.rejected[0].rule.file.endswith("language/ar.yaml")
