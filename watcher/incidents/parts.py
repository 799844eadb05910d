"""Which unlisted part of a place a report speaks of: "the village of Tal Shabeeb in Aleppo province", "17 villages".

Pure: no I/O. Used by incidents/fitting.py: two villages that no list knows are two changes, though both lie in one
province and fell to one side on one day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from watcher.detect.english.words import NUMBERS
from watcher.detect.text import fold
from watcher.incidents.wording import MONTHS, WEEKDAYS
from watcher.model import Extent, Finding, Mark

_NAME: Final = re.compile(r"(?:[aeAE][a-z]{1,2}[-‑])?[^\W\d_a-z\u0600-\u06ff][^\W\d_]*(?:['’`-][^\W\d_]+)*")
_NEXT_WORD: Final = re.compile(r"[ -]")
_ARABIC_WORD: Final = r"[\u0600-\u06ff]+"
_ARABIC_KIND: Final = "(?:قرية|بلدة|حي|مزرعة|تلة)"
# not a number before it and no other noun behind it: "سبع عشرة بلدة وقرية كانت" names none
_ARABIC_NAME: Final = re.compile(
    rf"(?<!ة ){_ARABIC_KIND}\s+((?!و?{_ARABIC_KIND}\b|كان)(?:{_ARABIC_WORD}\s+)?{_ARABIC_WORD})"
)
_CALENDAR: Final = frozenset(word.lower() for word in (*MONTHS, *WEEKDAYS))
_ALIKE: Final = 0.85  # of the consonants of two spellings: Tal Shabeeb, Tell Shabib; not Tal Shabeeb, Tal Salib
_WORD: Final = re.compile(r"\w+")
_YEAR_DIGITS: Final = 4
_FURTHER: Final = frozenset(fold(word) for word in ("another", "more", "further", "additional", "أخرى", "اخرى"))


def told_parts(finding: Finding) -> frozenset[str]:
    """The unlisted parts of the place that the finding's sentence names, as consonants; empty when it names none.

    They stand between the event word and the name of the place around them, in either order.
    """
    stretch = _stretch(finding)
    names = (_skeleton(name) for name in (*_capitalised(stretch), *_ARABIC_NAME.findall(stretch)))
    return frozenset(name for name in names if name)


def told_number(finding: Finding) -> int:
    """How many parts of the place the finding's sentence speaks of: 17 of "17 villages"; 0 when it tells no number."""
    numbers = (_number(word) for word in _WORD.findall(_stretch(finding)))
    return max((number for number in numbers if number is not None), default=0)


def tells_of_another(finding: Finding) -> bool:
    """Whether it says itself that this is a further part: "another village", "two more"."""
    return any(fold(word) in _FURTHER for word in _WORD.findall(_stretch(finding)))


def _number(word: str) -> int | None:
    written = fold(word)
    if written.isdecimal():
        return int(written) if len(written) < _YEAR_DIGITS else None
    return NUMBERS.get(written)


def _stretch(finding: Finding) -> str:
    """The words from the event word to the place, or those before the place when the event word comes after it."""
    place = next((mark for mark in finding.marks if mark.role == "place"), None)
    trigger = next((mark for mark in finding.marks if mark.role == "trigger"), None)
    if finding.extent is Extent.FULL or place is None or trigger is None:
        return ""
    start = trigger.end if trigger.start < place.start else finding.start
    taken = [mark for mark in finding.marks if start <= mark.start < place.start and mark.role != "place"]
    return _blank(finding.quote, finding.start, start, place.start, taken)


def _blank(quote: str, offset: int, start: int, end: int, taken: Iterable[Mark]) -> str:
    letters = list(quote)
    for mark in taken:
        for at in range(mark.start - offset, min(mark.end - offset, len(letters))):
            letters[at] = "."
    return "".join(letters)[start - offset : end - offset]


def _capitalised(stretch: str) -> list[str]:
    """The runs of capitalised words: names, but for days and months."""
    runs: list[str] = []
    last = -2
    for found in _NAME.finditer(stretch):
        word = found.group()
        if word.lower() in _CALENDAR or (found.start() == 0 and word in {"The", "A", "An", "In"}):
            continue
        if runs and found.start() - last == 1 and _NEXT_WORD.match(stretch, last):
            runs[-1] = f"{runs[-1]} {word}"
        else:
            runs.append(word)
        last = found.end()
    return runs


def _skeleton(name: str) -> str:
    """The consonants of a name, each run of one letter once, without the article: spellings differ in the rest.

    >>> _skeleton("Tal Shabeeb"), _skeleton("Tell Shabib"), _skeleton("al-Qana")
    ('tlshb', 'tlshb', 'qn')
    """
    words = [fold(word) for word in re.split(r"[\s-]+", name)]
    kept = words[1:] if len(words) > 1 and len(words[0]) <= len("al") and words[0][0] in "ae" else words
    letters = re.sub(r"[aeiouy'’`]", "", "".join(kept)).replace("k", "q").replace("dh", "z").replace("th", "t")
    return re.sub(r"(.)\1+", r"\1", letters)


def share_a_part(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two sets of parts have one in common, however it is spelt; names in two scripts may be the same."""
    others = tuple(other)
    return any(
        a.isascii() != b.isascii() or SequenceMatcher(None, a, b, autojunk=False).ratio() >= _ALIKE
        for a in one
        for b in others
    )
