"""Each sentence is in the language of its script, and the feed's word decides between languages of one script."""

from __future__ import annotations

import pytest

from watcher.detect.languages import by_language, primary_tag
from watcher.detect.text import read_text


@pytest.mark.parametrize(
    ("title", "body", "tag", "languages"),
    [
        ("A title", "One. Two.", "en", {"en": 3}),
        ("A title", "One.", None, {"en": 2}),
        ("Un titre", "Une phrase.", "fr", {"fr": 2}),
        ("عنوان", "جملة أولى. جملة ثانية.", "ar", {"ar": 3}),
        ("عنوان", "جملة أولى.", None, {"ar": 2}),
        ("عنوان", "جملة أولى.", "en", {"ar": 2}),
        ("عنوان", "جمله.", "fa", {"fa": 2}),
        ("A title", "جملة أولى.", "ar", {"en": 1, "ar": 1}),
        ("A title", "جملة أولى. 2016.", "en", {"en": 1, "ar": 2}),
        ("", "", "ar", {}),
        ("رئيس شركة IBM", "The head of IBM, ابن, spoke.", None, {"ar": 1, "en": 1}),
    ],
)
def test_sentences_by_language(title: str, body: str, tag: str | None, languages: dict[str, int]) -> None:
    found = by_language(read_text(title, body), tag)

    assert {language: len(sentences) for language, sentences in found} == languages


@pytest.mark.parametrize(
    ("tag", "primary"), [("ar-SY", "ar"), ("en_GB", "en"), ("AR", "ar"), ("", None), (None, None), ("-", None)]
)
def test_the_primary_subtag(tag: str | None, primary: str | None) -> None:
    assert primary_tag(tag) == primary
