"""The short words that Arabic writes onto the next one: and, so, in, for, like, and the article after "for". Pure.

``و ف`` (and, so) stand first, then one of ``ب ل ك`` (in or by, for, like). Words here are folded (``text.fold``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

CONJUNCTIONS: Final = ("و", "ف")
PREPOSITIONS: Final = ("ب", "ل", "ك")
RUNS: Final = frozenset(
    f"{first}{second}" for first in ("", *CONJUNCTIONS) for second in ("", *PREPOSITIONS)
)  # every run of them, with none
ARTICLE: Final = "ال"
_FOR: Final = "ل"
_FOR_THE: Final = "لل"  # the article loses its first letter behind "for"
_SHORTEST: Final = 2  # letters of a word that something may be written onto
_LONGEST_RUN: Final = 2

RUNS_BEFORE_ARTICLE: Final = frozenset(run for run in RUNS if run.endswith(_FOR))
"""The runs behind which the article is written ``ل``."""


def split(word: str, is_known: Callable[[str], bool]) -> tuple[str, str]:
    """The run that is written onto a word, and the word itself; a word that is known as it stands is left whole.

    >>> known = {"حلب", "الجيش", "وحدات"}.__contains__
    >>> split("وبحلب", known), split("للجيش", known), split("وحدات", known)
    (('وب', 'حلب'), ('ل', 'الجيش'), ('', 'وحدات'))
    """
    if is_known(word):
        return "", word
    for run, rest in _ways(word):
        if is_known(rest):
            return run, rest
    return "", word


def _ways(word: str) -> Iterator[tuple[str, str]]:
    """The ways to read a run at the head of a word, the shortest run first."""
    for length in range(1, _LONGEST_RUN + 1):
        run, rest = word[:length], word[length:]
        if run not in RUNS or len(rest) < _SHORTEST:
            return
        yield run, rest
        if run.endswith(_FOR) and rest.startswith(_FOR):
            yield run, ARTICLE + rest[1:]
