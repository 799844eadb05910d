"""A text as a set of hashed word triples, and the few of them by which it is found again (a bottom-k sketch).

Pure: no I/O. Language-neutral: words are folded by case, accents, vowel signs and Arabic letter forms. Before
copies/judge.py; the store keeps the keys.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from zlib import crc32

from watcher.detect.text import INVISIBLE, fold

FEWEST_SHINGLES = 10  # a text of fewer says too little to be found again
WHOLE_KEYS = 16  # looked up; an item is found by half of them, those that few others have
LEAD_KEYS = 4  # a summary and its full article may share nothing but the lead
LEAD_WORDS = 40
_HASH_BITS = 64
_SMALLEST_HASH = -(1 << _HASH_BITS - 1)
_KEY_BITS = 48  # SQLite stores such an integer in six bytes

_LONGEST_KEPT = 20_000  # characters
_MOST_RUNS = 50_000  # some 8 MB
_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # scripts that put no spaces: a character counts as a word
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_UNWRITTEN = re.compile(f"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed{INVISIBLE}]")
_NO_ASCII_RUN = re.compile(r"([^\x00-\x7f]+)")

# What stands for each byte of a text in UTF-8: letters are small, and white space that only ``str`` knows is a space.
_SMALL = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ\x1c\x1d\x1e\x1f", b"abcdefghijklmnopqrstuvwxyz    ")
_NO_LETTERS = bytes(byte for byte in range(128) if not (chr(byte).isalnum() or chr(byte).isspace()))


class _Runs(dict[str, str]):
    """Each run of characters beyond ASCII as it is compared, worked out once; quicker than a cache that counts use."""

    def __missing__(self, run: str) -> str:
        if len(self) >= _MOST_RUNS:
            self.clear()
        levelled = self[run] = run.translate(_LETTERS)
        return levelled


_levelled = _Runs().__getitem__


class _Letters(dict[int, str]):
    """The same for each character."""

    def __missing__(self, code: int) -> str:
        if len(self) >= _MOST_RUNS:
            self.clear()
        levelled = self[code] = _level(written(chr(code)))
        return levelled


_LETTERS = _Letters()


def _level(character: str) -> str:
    if not character or character.isspace():
        return " " if character else ""
    plain = "".join(filter(str.isalnum, fold(character))) if character.isalnum() else ""
    return f" {plain} " if _IS_UNSPACED.match(character) else plain


def written(text: str) -> str:
    """The text without vowel signs, stretching and invisible characters, which would cut words in two."""
    return text if text.isascii() else _UNWRITTEN.sub("", text)


def word_numbers(text: str) -> list[int]:
    """Each word as a number; the same in every process. No step of it is taken word by word."""
    if not text.isascii():
        runs = _NO_ASCII_RUN.split(text)
        runs[1::2] = map(_levelled, runs[1::2])
        text = "".join(runs)
    return list(map(crc32, text.encode("utf-8", "surrogatepass").translate(_SMALL, _NO_LETTERS).split()))


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


_kept = lru_cache(maxsize=256)(_read_anew)


def sketch(text: str) -> tuple[int, ...]:
    """What a text is found by: the smallest hashes of its lead and of the whole. None when it says too little.

    The cost grows with the length of the text, and no faster.
    """
    shingles, lead = _read(text)
    if len(shingles) < FEWEST_SHINGLES:
        return ()
    found = dict.fromkeys((*sorted(lead)[:LEAD_KEYS], *_smallest(shingles, WHOLE_KEYS)))
    return tuple(value >> (_HASH_BITS - _KEY_BITS) for value in found)


def _smallest(hashes: Collection[int], count: int) -> list[int]:
    """The smallest in order. Hashes lie evenly, so all but a few can be passed over before the sort."""
    limit = _SMALLEST_HASH + (2 * count << _HASH_BITS) // len(hashes)
    few = [value for value in hashes if value < limit]
    return sorted(few if len(few) >= count else hashes)[:count]


def told_text(title: str, text: str) -> str:
    """What copies are known by: the text. Titles are the house's own; one counts only where there is nothing else."""
    return text if text.strip() else title
