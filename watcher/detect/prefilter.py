"""Does a text name a tracked place at all? Most items do not, and leave the path here. Pure, and nearly free.

May say yes to a name that turns out to be none (a word in lower case); never no to one that counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import ahocorasick_rs

from watcher.detect.arabic.clitics import ARTICLE, RUNS, RUNS_BEFORE_ARTICLE
from watcher.detect.text import ARABIC_LETTERS, INVISIBLE, fold_phrase

_POSSESSIVE: Final = "'s"
_SPACES: Final = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalnum()})
_DROPPED: Final = re.compile(
    f"[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed'`´\u02b0-\u02ff{INVISIBLE}]+"
)
_ARABIC: Final = re.compile("[\u0620-\u06ff]")
_NOT_WORD: Final = re.compile(r"[\W_]+")
_TYPOGRAPHY: Final = (("’", ""), ("‘", ""), ("“", " "), ("”", " "), ("—", " "), ("–", " "), ("…", " "), ("\u00a0", " "))
_ASCII: Final = frozenset(map(chr, range(128)))
_SAMPLE: Final = 1000  # characters that show the script, mostly
_MOST_LETTERS: Final = 64  # that are replaced one by one; a text of a Latin script has fewer


class Prefilter:
    """The names of the tracked places, ready to be looked for."""

    def __init__(self, names: Iterable[str]) -> None:
        patterns: dict[str, frozenset[str]] = {}  # and the runs of letters that may be written onto it, in Arabic
        for name in names:
            words = " ".join(word for word in fold_phrase(name) if any(map(str.isalnum, word)) and word != _POSSESSIVE)
            if _ARABIC.match(words):
                patterns[words] = RUNS | patterns.get(words, frozenset())
                if words.startswith(ARTICLE):  # "for the" is written with one letter of the article
                    short = words[1:]
                    patterns[short] = RUNS_BEFORE_ARTICLE | patterns.get(short, frozenset())
            elif words:
                patterns[f" {words}"] = frozenset()
        written = sorted(patterns)
        self._automaton = ahocorasick_rs.AhoCorasick(written, matchkind=ahocorasick_rs.MatchKind.Standard)
        self._runs = [patterns[pattern] for pattern in written]
        self._is_empty = not patterns

    def finds_a_place(self, title: str, text: str) -> bool:
        if self._is_empty:
            return False
        line = _level(f"{title}\n{text}")
        for pattern, start, end in self._automaton.find_matches_as_indexes(line, overlapping=True):
            after = line[end]
            if after == " " or (after == "s" and line[end + 1] == " "):
                runs = self._runs[pattern]
                if not runs or line[line.rfind(" ", 0, start) + 1 : start] in runs:
                    return True
        return False


def _level(text: str) -> str:
    """The text as folded words between single spaces; an apostrophe is dropped, other marks are spaces."""
    if not text.isascii():
        text = _without_typography(text)
    if not text.isascii():
        text = _in_ascii(text)
    line = text.lower().replace("'", "").replace("`", "").translate(_SPACES) if text.isascii() else _fold(text)
    while "  " in line:
        line = line.replace("  ", " ")
    return f" {line}  "


def _without_typography(text: str) -> str:
    for mark, replacement in _TYPOGRAPHY:
        if mark in text:
            text = text.replace(mark, replacement)
    return text


def _in_ascii(text: str) -> str:
    """The text with its accented letters levelled, if they are few, and it is of a Latin script; else as it is."""
    for part in (text[:_SAMPLE], text):
        foreign = set(part) - _ASCII
        if len(foreign) > _MOST_LETTERS or not all(_fold_letter(letter).isascii() for letter in foreign):
            return text
    for letter in foreign:
        text = text.replace(letter, _fold_letter(letter))
    return text


@lru_cache(maxsize=4096)
def _fold_letter(letter: str) -> str:
    return _fold(letter)


def _fold(text: str) -> str:
    line = unicodedata.normalize("NFKD", text).casefold()
    if "ı" in line:
        line = line.replace("ı", "i")
    if _ARABIC.search(line):
        for letter, one_way in ARABIC_LETTERS.items():
            if letter in line:
                line = line.replace(letter, one_way)
    return _NOT_WORD.sub(" ", _DROPPED.sub("", line))
