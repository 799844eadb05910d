"""Which language each sentence of an item is in: by its script, and by what the feed says of the item. Pure.

An English headline over an Arabic body is read in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from watcher.detect.text import Sentence, Text

_IN_ARABIC_LETTERS: Final = frozenset(("ar", "fa", "ps", "ur", "ckb", "sd", "ug", "azb"))
_ARABIC: Final = re.compile("[\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")


def by_language(text: Text, language: str | None) -> list[tuple[str, tuple[Sentence, ...]]]:
    """The item's sentences by language tag, in the order in which the languages appear.

    A sentence in the script of the item's language is in that language; one in the other script is in Arabic or in
    English, the languages in which one quotes. A sentence without letters goes with the one before.
    """
    tag = primary_tag(language)
    arabic = tag if tag in _IN_ARABIC_LETTERS else "ar"
    other = "en" if tag is None or tag in _IN_ARABIC_LETTERS else tag
    if text.full.isascii() or not _ARABIC.search(text.full):
        return [(other, text.sentences)] if text.sentences else []
    found: dict[str, list[Sentence]] = {}
    current = other if tag is None else tag
    for sentence in text.sentences:
        written = is_arabic(text.full[token.start] for token in text.tokens[sentence.first : sentence.last])
        if written is not None:
            current = arabic if written else other
        found.setdefault(current, []).append(sentence)
    return [(tag, tuple(sentences)) for tag, sentences in found.items()]


def primary_tag(language: str | None) -> str | None:
    """The primary subtag of a language tag: "ar" of "ar-SY" (RFC 5646, 2.2.1)."""
    return language.replace("_", "-").partition("-")[0].lower() or None if language else None


def is_arabic(letters: Iterable[str]) -> bool | None:
    """Whether more of the characters are Arabic letters than letters of another script; None without letters."""
    arabic = other = 0
    for letter in letters:
        if not letter.isalpha():
            continue
        if _ARABIC.match(letter):
            arabic += 1
        else:
            other += 1
    return arabic > other if arabic or other else None
