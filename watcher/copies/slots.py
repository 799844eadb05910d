"""The figures and names of a text, each with the words around it: what tells this week's bulletin from last week's.

Pure: no I/O. Used by copies/judge.py. Names are words with a capital inside a sentence and, in scripts without
capitals, the places and sides that the rules know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
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
_LAST_LATIN = "\u024f"
_LEAST_ALIKE = 0.5  # of the letters of two spellings of a name
_SHORTEST_ACRONYM = 2

_TOKEN = re.compile(r"[^\W\d_][^\W_]*|\d+(?:[.,\u066b\u066c]\d+)*")
_SEPARATORS = re.compile(r"[.,\u066b\u066c]")
# A letter that is not small, in scripts that have capitals, and then what stands before it: this way round it is fast.
_INSIDE_SENTENCE = re.compile(
    r"[^\W\d_a-z\u0600-\u06ff]"
    r"(?:(?<=[\w,\u060c\u2013\u2014-]\s.)|(?<=\w\s[\"'\u2018\u201c\u00ab(\[].)|(?<=\w[-/].))\w*"
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
    text = written(text)
    words = _TOKEN.findall(text)
    capitals = [word for word in words if word[0].isupper()]
    if len(capitals) > _SHOUTING * len(words):
        return _every_word(words)
    named = set(_INSIDE_SENTENCE.findall(text)).intersection(capitals) if capitals else set()
    plain = [word.lower() if word.isascii() else fold(word) for word in words]
    names = _names_among(words, named, known, _words_of(own_names))
    units, places, fillers = ["", ""], list[int](), list[Filler]()
    done = 0
    for index, word in enumerate(words):
        if word in names:
            mask, filler = _NAME, names[word]
        elif _is_figure(plain[index]):
            mask, filler = _FIGURE, _figure(word)
        else:
            continue
        if places and index == done and units[-1] == mask:
            fillers[-1] += (filler,)
        else:
            units += plain[done:index]
            places.append(len(units))
            units.append(mask)
            fillers.append((filler,))
        done = index + 1
    return _collect([*units, *plain[done:], "", ""], places, fillers)


def _names_among(words: list[str], named: AbstractSet[str], known: KnownNames, own: AbstractSet[str]) -> dict[str, str]:
    """The words that are names, and as what: those ``named`` and, in scripts without capitals, those that are known."""
    beyond = {word for word in words if word[0] > _LAST_LATIN} if known.caseless else set()
    names = {}
    for word in named | beyond:
        plain = _bare(word, known) if word in beyond else fold(word)
        if (word in named or plain in known.caseless) and plain not in own and not _is_figure(fold(word)):
            names[word] = plain
    return names


def _is_figure(plain: str) -> bool:
    return plain in _NUMBER_WORDS or plain[:1].isdecimal()


def _figure(word: str) -> str:
    plain = fold(_SEPARATORS.sub("", word))
    return _NUMBER_WORDS.get(plain, plain)


@lru_cache(maxsize=1 << 14)
def _bare(word: str, known: KnownNames) -> str:
    """An Arabic word, folded, without what is written onto it."""
    return split(fold(word), known.caseless.__contains__)[1]


@lru_cache(maxsize=1 << 10)
def _words_of(own_names: str) -> frozenset[str]:
    return frozenset(map(fold, _TOKEN.findall(own_names)))


def _every_word(told: list[str]) -> Slots:
    """In a Headline Like This each word may be a name: each is a slot to the plain words around it."""
    words = ["", "", *(_figure(word) for word in told), "", ""]
    names: dict[Surroundings, set[Filler]] = {}
    for index in range(2, len(words) - 2):
        around = (words[index - 2], words[index - 1], words[index + 1], words[index + 2])
        names.setdefault(around, set()).add((words[index],))
    return Slots({}, _frozen(names), {})


def _collect(units: list[str], places: list[int], fillers: list[Filler]) -> Slots:
    figures: dict[Surroundings, set[Filler]] = {}
    names: dict[Surroundings, set[Filler]] = {}
    beside: dict[Surroundings, set[Filler]] = {}
    for place, filler in zip(places, fillers, strict=True):
        around = (units[place - 2], units[place - 1], units[place + 1], units[place + 2])
        plain = [neighbour not in _SAYING_NOTHING for neighbour in around]
        is_figure = units[place] == _FIGURE
        if is_figure:
            if plain[0] and plain[1]:
                beside.setdefault(("before", *around[:2]), set()).add(filler)
            if plain[2] and plain[3]:
                beside.setdefault(("after", *around[2:]), set()).add(filler)
        if sum(plain) >= _PLAIN_NEIGHBOURS:
            (figures if is_figure else names).setdefault(around, set()).add(filler)
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
