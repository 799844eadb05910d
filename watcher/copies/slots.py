"""The figures and names of a text, each with the words around it: what tells this week's bulletin from last week's.

Pure: no I/O. Used by copies/judge.py. Names are words with a capital inside a sentence and, in scripts without
capitals, the places and sides that the rules know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TypeAlias

from watcher.copies.shingles import written
from watcher.detect.arabic.clitics import split
from watcher.detect.text import fold, fold_phrase

Filler: TypeAlias = tuple[str, ...]
Surroundings: TypeAlias = tuple[str, ...]

_FIGURE, _NAME = "#", "@"  # how a slot looks to its neighbours
_SLOT = frozenset((_FIGURE, _NAME))
_SAYING_NOTHING = _SLOT | {""}
_PLAIN_NEIGHBOURS = 2  # of four; surroundings made of slots say nothing
_SHOUTING = 0.6  # a share of capitals from which they tell no names
_LEAST_ALIKE = 0.5  # of the letters of two spellings of a name
_SHORTEST_ACRONYM = 2

_TOKEN = re.compile(r"\d+(?:[.,\u066b\u066c]\d+)*|[^\W\d_][^\W_]*|[^\W_]+")
_SEPARATORS = re.compile(r"[.,\u066b\u066c]")
_INSIDE_SENTENCE = re.compile(
    r"(?:(?<=\w\s)|(?<=[\w,\u060c\u2013\u2014-]\s)|(?<=\w\s[\"'\u2018\u201c\u00ab(\[])|(?<=\w[-/]))[^\W\d_]\w*"
)
_VOWELS = re.compile(r"[aeiouyw]|(?<=[^aeiou])h\b")
_DOUBLED = re.compile(r"(.)\1+")

_NUMBER_WORDS: Mapping[str, str] = {
    word: str(value)
    for value, words in {
        2: "two اثنان اثنين",
        3: "three ثلاث ثلاثه",
        4: "four اربع اربعه",
        5: "five خمس خمسه",
        6: "six ست سته",
        7: "seven سبع سبعه",
        8: "eight ثمان ثمانيه ثماني",
        9: "nine تسع تسعه",
        10: "ten عشر عشره",
        11: "eleven",
        12: "twelve dozen",
        13: "thirteen",
        14: "fourteen",
        15: "fifteen",
        16: "sixteen",
        17: "seventeen",
        18: "eighteen",
        19: "nineteen",
        20: "twenty عشرون عشرين",
        30: "thirty ثلاثون ثلاثين",
        40: "forty اربعون اربعين",
        50: "fifty خمسون خمسين",
        60: "sixty ستون ستين",
        70: "seventy سبعون سبعين",
        80: "eighty ثمانون ثمانين",
        90: "ninety تسعون تسعين",
        100: "hundred hundreds مئه مايه",
        1000: "thousand thousands الف الاف",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True, eq=False)
class KnownNames:
    """Names that the rules know: what each spelling stands for, and the single words of those without capitals.

    Two are the same if they are one object.
    """

    meanings: Mapping[Filler, str] = field(default_factory=dict)
    caseless: frozenset[str] = frozenset()


def known_names(named: Iterable[tuple[str, Iterable[str]]]) -> KnownNames:
    """Make them of (id, spellings) pairs; a spelling that stands for two ids stands for none."""
    meanings: dict[Filler, str] = {}
    ambiguous: set[Filler] = set()
    for meaning, spellings in named:
        for spelling in spellings:
            words = fold_phrase(spelling)
            if meanings.setdefault(words, meaning) != meaning:
                ambiguous.add(words)
    caseless = {word for words in meanings for word in words if len(word) > 2 and _is_caseless(word)}  # noqa: PLR2004  shorter ones are articles
    return KnownNames(
        {words: meaning for words, meaning in meanings.items() if words not in ambiguous}, frozenset(caseless)
    )


def _is_caseless(word: str) -> bool:
    return word.lower() == word.upper() and not word.isdecimal()


@dataclass(frozen=True, slots=True)
class Slots:
    """What stands in which surroundings. ``beside`` holds figures by the two words before, or after, them alone."""

    figures: Mapping[Surroundings, frozenset[Filler]]
    names: Mapping[Surroundings, frozenset[Filler]]
    beside: Mapping[Surroundings, frozenset[Filler]]


def read_slots(text: str, known: KnownNames, own_names: str = "") -> Slots:
    """Find the slots of a text. ``own_names`` (of its outlet) are no names in it: each house puts in its own."""
    own = frozenset(_read_word(word)[0] for word in _TOKEN.findall(own_names))
    text = written(text)
    words = _TOKEN.findall(text)
    if sum(word[0].isupper() for word in words) > _SHOUTING * len(words):
        return _every_word(words)
    named = {word for word in _INSIDE_SENTENCE.findall(text) if word[0].isupper()}
    masks: list[str] = []
    fillers: list[list[str]] = []
    caseless = known.caseless
    last = ""
    for word, (plain, mask) in zip(words, map(_read_word, words), strict=True):
        if mask is not _FIGURE:
            if caseless and word[0] > "\u024f":
                plain = split(plain, caseless.__contains__)[1]  # noqa: PLW2901  the word without what is written onto it
            if (word in named or plain in caseless) and plain not in own:
                mask = _NAME  # noqa: PLW2901
        if mask is last and mask in _SLOT:
            fillers[-1].append(plain)
        else:
            masks.append(mask)
            fillers.append([plain])
        last = mask
    return _collect(masks, fillers)


@lru_cache(maxsize=1 << 15)
def _read_word(word: str) -> tuple[str, str]:
    """A word as it is compared, and how its neighbours see it unless it is a name."""
    plain = fold(_SEPARATORS.sub("", word))
    figure = _NUMBER_WORDS.get(plain)
    if figure is None and not plain[:1].isdecimal():
        return plain, plain
    return figure or plain, _FIGURE


def _every_word(told: list[str]) -> Slots:
    """In a Headline Like This each word may be a name: each is a slot to the plain words around it."""
    words = ["", "", *(_read_word(word)[0] for word in told), "", ""]
    names: dict[Surroundings, set[Filler]] = {}
    for index in range(2, len(words) - 2):
        around = (words[index - 2], words[index - 1], words[index + 1], words[index + 2])
        names.setdefault(around, set()).add((words[index],))
    return Slots({}, _frozen(names), {})


def _collect(masks: list[str], fillers: list[list[str]]) -> Slots:
    figures: dict[Surroundings, set[Filler]] = {}
    names: dict[Surroundings, set[Filler]] = {}
    beside: dict[Surroundings, set[Filler]] = {}
    padded = ["", "", *masks, "", ""]
    for index, mask in enumerate(masks):
        if mask not in _SLOT:
            continue
        filler = tuple(fillers[index])
        around = (padded[index], padded[index + 1], padded[index + 3], padded[index + 4])
        plain = [neighbour not in _SAYING_NOTHING for neighbour in around]
        if mask == _FIGURE:
            if plain[0] and plain[1]:
                beside.setdefault(("before", *around[:2]), set()).add(filler)
            if plain[2] and plain[3]:
                beside.setdefault(("after", *around[2:]), set()).add(filler)
        if sum(plain) >= _PLAIN_NEIGHBOURS:
            (figures if mask == _FIGURE else names).setdefault(around, set()).add(filler)
    return Slots(_frozen(figures), _frozen(names), _frozen(beside))


def _frozen(slots: dict[Surroundings, set[Filler]]) -> dict[Surroundings, frozenset[Filler]]:
    return {surroundings: frozenset(fillers) for surroundings, fillers in slots.items()}


# --- comparing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Slots that both texts have: how many agree, and what stands here and there in those that do not."""

    kept: int
    changed: tuple[tuple[str, str], ...]


def compare_figures(
    one: Mapping[Surroundings, frozenset[Filler]], other: Mapping[Surroundings, frozenset[Filler]]
) -> Difference:
    return _compare(one, other, KnownNames(), are_names=False)


def compare_names(
    one: Mapping[Surroundings, frozenset[Filler]], other: Mapping[Surroundings, frozenset[Filler]], known: KnownNames
) -> Difference:
    return _compare(one, other, known, are_names=True)


def _compare(
    one: Mapping[Surroundings, frozenset[Filler]],
    other: Mapping[Surroundings, frozenset[Filler]],
    known: KnownNames,
    *,
    are_names: bool,
) -> Difference:
    kept = 0
    changed = []
    for surroundings in one.keys() & other.keys():
        here, there = one[surroundings], other[surroundings]
        if here & there or (are_names and any(is_same_name(a, b, known) for a in here for b in there)):
            kept += 1
        else:
            changed.append((_say(here), _say(there)))
    return Difference(kept, tuple(sorted(changed)))


def _say(fillers: frozenset[Filler]) -> str:
    return min(" ".join(filler) for filler in fillers)


def is_same_name(one: Filler, other: Filler, known: KnownNames) -> bool:
    """Whether two names may stand for the same: known so, part of each other, an acronym, or spelt in two ways.

    >>> is_same_name(("sdf",), ("syrian", "democratic", "forces"), KnownNames())
    True
    >>> is_same_name(("raqqa",), ("rakka",), KnownNames()), is_same_name(("marea",), ("azaz",), KnownNames())
    (True, False)
    """
    meanings = known.meanings.get(one), known.meanings.get(other)
    if None not in meanings:
        return meanings[0] == meanings[1]
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    return _is_acronym(one, other) or _is_acronym(other, one) or _is_other_spelling("".join(one), "".join(other))


def _is_acronym(short: Filler, long: Filler) -> bool:
    initials = "".join(word[0] for word in long)
    return len(short) == 1 and len(long) >= _SHORTEST_ACRONYM and short[0].startswith(initials)


def _is_other_spelling(one: str, other: str) -> bool:
    """Transliterations differ in vowels and doubled letters, and in q and k."""
    if _consonants(one) != _consonants(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _LEAST_ALIKE


def _consonants(name: str) -> str:
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", name.replace("q", "k")))
