"""Whether an item is a copy of an earlier one: most of its text stands there, with the same figures and names.

Pure: no I/O. After copies/shingles.py, which finds the candidates; watcher/copying.py brings them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache

from watcher.copies.shingles import FEWEST_SHINGLES, shingle, shingles_of, word_numbers
from watcher.copies.slots import Difference, KnownNames, Slots, compare_figures, compare_names, read_slots
from watcher.model import FeedId

MOSTLY = 0.5  # of a text: as much makes it a copy
MOSTLY_SHORT = 0.6  # of a short one, in which two stock phrases are much
SHORT = 30  # shingles
NEARLY_ALL = 0.8
PERHAPS = 0.25  # shared with all standing text still in it
FIGURES_THAT_TELL = 4
HARDLY = 0.25
LONGER = 2  # times: a text that is longer than that has more of its own than it took over
HEAD_SLACK = 40  # words: a place line, a date line
_FIGURES = re.compile(r"\d{1,15}")
_CACHED = 256
_LONGEST_CACHED = 20_000  # characters


@dataclass(frozen=True, slots=True)
class Wording:
    """A text to be judged, its outlet and its feed."""

    text: str
    outlet: str
    feed_id: FeedId


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is a copy, and why, in words that follow "it"."""

    is_copy: bool
    because: str


def standing_text(unrelated: Iterable[str]) -> frozenset[int]:
    """The shingles that two or more texts share though they tell different things: footers, notices, templates."""
    once: set[int] = set()
    again: set[int] = set()
    for text in unrelated:
        shingles = shingles_of(text)
        again |= once & shingles
        once |= shingles
    return frozenset(again)


def _slots_of(wording: Wording, known: KnownNames) -> Slots:
    read = _cached_slots if len(wording.text) <= _LONGEST_CACHED else read_slots
    return read(wording.text, known, wording.outlet)


_cached_slots = lru_cache(maxsize=_CACHED)(read_slots)


def _figures_of(text: str) -> frozenset[int]:
    return (_cached_figures if len(text) <= _LONGEST_CACHED else _read_figures)(text)


def _read_figures(text: str) -> frozenset[int]:
    return frozenset(map(int, _FIGURES.findall(text)))


_cached_figures = lru_cache(maxsize=_CACHED)(_read_figures)


def judge(
    later: Wording, earlier: Wording, known: KnownNames, standing: Callable[[], AbstractSet[int]] = frozenset
) -> Verdict:
    """Decide whether ``later`` is a copy of ``earlier``.

    A text that took most of itself from there is a copy, however long the other is (an excerpt, a summary). A longer
    one is a copy if it adds no more than it took, or if it opens with the whole of the other: the full article after
    its summary. A round-up that quotes a report somewhere is none. What is ``standing`` text counts neither way; it is
    asked for when the two share enough.
    """
    if not _share_enough(later.text, earlier.text):
        return Verdict(is_copy=False, because="shares too few words with it")
    if (difference := _other_figures(later.text, earlier.text)) is not None:
        return Verdict(is_copy=False, because=difference)
    share = _shared(later.text, earlier.text, standing())
    if share.is_copy and (difference := _other_slots(later, earlier, known)) is not None:
        return Verdict(is_copy=False, because=difference)
    return share


def _other_slots(later: Wording, earlier: Wording, known: KnownNames) -> str | None:
    """What stands in the same words of both and differs: figures first, then names."""
    here, there = _slots_of(later, known), _slots_of(earlier, known)
    figures = compare_figures(here.figures, there.figures)
    if figures.changed:
        return _differs("figures", figures)
    beside = compare_figures(here.beside, there.beside)
    if len(beside.changed) > beside.kept:
        return _differs("figures", beside)
    names = compare_names(here.names, there.names, known)
    return _differs("names", names) if names.changed else None


def _differs(what: str, difference: Difference) -> str:
    here, there = difference.changed[0]
    return f"has other {what} in the same words: '{here}' here, '{there}' there"


def _share_enough(later: str, earlier: str) -> bool:
    """Whether they may share most of what is left when standing text is taken away."""
    here, there = shingles_of(later), shingles_of(earlier)
    return len(here & there) >= max(FEWEST_SHINGLES, PERHAPS * min(len(here), len(there)))


def _other_figures(later: str, earlier: str) -> str | None:
    """That hardly a figure of one is in the other, wherever it stands, if so: the next bulletin of the same form."""
    here, there = _figures_of(later), _figures_of(earlier)
    fewer = min(len(here), len(there))
    if fewer < FIGURES_THAT_TELL or len(here & there) > HARDLY * fewer:
        return None
    return f"has other figures: {_some(here - there)} here, {_some(there - here)} there"


def _some(figures: AbstractSet[int]) -> str:
    return ", ".join(map(str, sorted(figures)[:3]))


def _shared(later: str, earlier: str, standing: AbstractSet[int]) -> Verdict:
    own, others = shingles_of(later) - standing, shingles_of(earlier) - standing
    rest = own & others
    fraction, words = _taken_over(later, own, others, rest)
    if fraction == 0:
        return Verdict(is_copy=False, because=words)
    if min(len(own), len(others)) < FEWEST_SHINGLES and len(rest) < NEARLY_ALL * min(len(own), len(others)):
        return Verdict(is_copy=False, because="shares little with it beside standing text")
    if not rest:
        return Verdict(is_copy=False, because="shares standing text only")
    return Verdict(is_copy=True, because=words)


def _taken_over(
    later: str, own: AbstractSet[int], others: AbstractSet[int], rest: AbstractSet[int]
) -> tuple[float, str]:
    """How much of one text stands in the other, in the way that makes a copy, and in words; 0 when it makes none."""
    if not own or not others:
        return 0, "shares standing text only"
    of_own, of_others = len(rest) / len(own), len(rest) / len(others)
    if of_own >= _enough(own):
        return of_own, f"has {of_own:.0%} of its text from there, with the same figures and names"
    if of_others >= _enough(others) and len(own) <= LONGER * len(others):
        return of_others, f"holds {of_others:.0%} of that text, with the same figures and names"
    if of_others >= NEARLY_ALL:
        head = shingle(word_numbers(later)[: len(others) + HEAD_SLACK])
        in_head = len(others & set(head)) / len(others)
        if in_head >= NEARLY_ALL:
            return in_head, f"opens with {in_head:.0%} of that text, with the same figures and names"
    return 0, f"has only {of_own:.0%} of its text from there"


def _enough(shingles: AbstractSet[int]) -> float:
    return MOSTLY_SHORT if len(shingles) < SHORT else MOSTLY
