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
WHOLE_KEYS = 8  # at a resemblance of .5 all of them miss once in 250 times
LEAD_KEYS = 4  # a summary and its full article may share nothing but the lead
LEAD_WORDS = 40
_KEY_BITS = 48  # SQLite stores such an integer in six bytes

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"  # scripts that put no spaces: a character counts as a word
_IS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORDS = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+")
_UNWRITTEN = re.compile(f"[\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed{INVISIBLE}]")


@lru_cache(maxsize=1 << 16)
def _number(token: str) -> int:
    plain = "".join(map(fold, _WORDS.findall(written(token))))
    return crc32(plain.encode("utf-8", "surrogatepass")) if plain else 0


def written(text: str) -> str:
    """The text without vowel signs, stretching and invisible characters, which would cut words in two."""
    return text if text.isascii() else _UNWRITTEN.sub("", text)


def word_numbers(text: str) -> list[int]:
    """Each word as a number; the same in every process."""
    spaced = text.isascii() or not _IS_UNSPACED.search(text)
    return [number for number in map(_number, text.split() if spaced else _WORDS.findall(text)) if number]


def shingle(numbers: Sequence[int]) -> list[int]:
    """The hash of each three words in a row. Python's hash of a tuple of integers is not salted."""
    return list(map(hash, zip(numbers, numbers[1:], numbers[2:], strict=False)))


def sketch(text: str) -> tuple[int, ...]:
    """What a text is found by: the smallest hashes of the whole and of its lead. None when it says too little.

    The cost grows with the length of the text, and no faster.
    """
    hashes = shingle(word_numbers(text))
    distinct = set(hashes)
    if len(distinct) < FEWEST_SHINGLES:
        return ()
    least = sorted(distinct)[:WHOLE_KEYS]
    lead = sorted(set(hashes[:LEAD_WORDS]))[:LEAD_KEYS]
    return tuple(dict.fromkeys(value >> (64 - _KEY_BITS) for value in (*least, *lead)))


def told_text(title: str, text: str) -> str:
    """What copies are known by: the text. Titles are the house's own; one counts only where there is nothing else."""
    return text if text.strip() else title
