"""A text as a set of hashed word triples, and the few of them by which it is found again (a bottom-k sketch).

Pure: no I/O. Language-neutral: words are folded by case, accents, vowel signs and Arabic letter forms. Before
copies/judge.py; the store keeps the keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

from watcher.detect.text import INVISIBLE, fold

FEWEST_SHINGLES = 10  # a text of fewer says too little to be found again
WHOLE_KEYS = 16  # looked up; an item is found by half of them, those that few others have
LEAD_KEYS = 4  # a summary and its full article may share nothing but the lead
LEAD_WORDS = 40
_KEY_BITS = 48  # SQLite stores such an integer in six bytes

_LONGEST_KEPT = 20_000  # characters
_MOST_WORDS = 50_000  # some 8 MB
_NO_ASCII_WORD = re.compile(r"[^a-zA-Z0-9]+")
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # scripts that put no spaces: a character counts as a word
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_UNWRITTEN = re.compile(f"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed{INVISIBLE}]")


class _Numbers(dict[str, int]):
    """Each word as a number, worked out once; quicker than a cache that keeps count of use."""

    def __missing__(self, token: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        if token.isascii():
            plain = (token if token.isalnum() else _NO_ASCII_WORD.sub("", token)).lower()
        else:
            plain = "".join(map(fold, _WORDS.findall(written(token))))
        number = self[token] = crc32(plain.encode("utf-8", "surrogatepass")) if plain else 0
        return number


_number_of = _Numbers().__getitem__


def written(text: str) -> str:
    """The text without vowel signs, stretching and invisible characters, which would cut words in two."""
    return text if text.isascii() else _UNWRITTEN.sub("", text)


def word_numbers(text: str) -> list[int]:
    """Each word as a number; the same in every process."""
    spaced = text.isascii() or not _IS_UNSPACED.search(text)
    numbers = list(map(_number_of, text.split() if spaced else _WORDS.findall(text)))
    return [number for number in numbers if number] if 0 in numbers else numbers


def shingle(numbers: Sequence[int]) -> list[int]:
    """The hash of each three words in a row. Python's hash of a tuple of integers is not salted."""
    return list(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False)))


def shingles_of(text: str) -> frozenset[int]:
    """The distinct shingles of a text."""
    return _read(text)[0]


def _read(text: str) -> tuple[frozenset[int], list[int]]:
    """The distinct shingles of a text, and those of its lead. What was read last is kept: it is asked for again."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _read_anew(text)


def _read_anew(text: str) -> tuple[frozenset[int], list[int]]:
    hashes = shingle(word_numbers(text))
    return frozenset(hashes), hashes[:LEAD_WORDS]


_kept = lru_cache(maxsize=512)(_read_anew)


def sketch(text: str) -> tuple[int, ...]:
    """What a text is found by: the smallest hashes of its lead and of the whole. None when it says too little.

    The cost grows with the length of the text, and no faster.
    """
    shingles, lead = _read(text)
    if len(shingles) < FEWEST_SHINGLES:
        return ()
    found = dict.fromkeys((*sorted(lead)[:LEAD_KEYS], *sorted(shingles)[:WHOLE_KEYS]))
    return tuple(value >> (64 - _KEY_BITS) for value in found)


def told_text(title: str, text: str) -> str:
    """What copies are known by: the text. Titles are the house's own; one counts only where there is nothing else."""
    return text if text.strip() else title
