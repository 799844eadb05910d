"""Looks places up by any spelling, for people: more forgiving than the detector, which must not guess. Pure."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from watcher.detect.text import fold_phrase
from watcher.model import Place

_ARTICLE = re.compile(r"\b(?:[ae]l|a[dnrstz]h?|ash|ath|adh)-|\b[ae]l (?=\w)", re.IGNORECASE)
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{2})")
_LETTERS = str.maketrans({"ة": "ه", "ى": "ي", "ؤ": "و", "ئ": "ي", "ٱ": "ا", "ک": "ك", "ی": "ي"})
_HILL = re.compile(r"\bt[ae]ll?\b")  # Tal, Tel, Tell, Tall
_NEAR_ENOUGH = 0.72
_MOST_NEAR = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A place that was found, and by which of its spellings, id or P-code."""

    place: Place
    by: str


def lookup_key(name: str) -> str:
    """A spelling without case, accents, articles and the Arabic letters that are written both ways.

    >>> lookup_key("Ar-Raqqah") == lookup_key("ar-raqqah"), lookup_key("الأتارب") == lookup_key("اتارب")
    (True, True)
    >>> lookup_key("al-Bab"), lookup_key("Tell Rifaat")
    ('bab', 'tal rifaat')
    """
    bare = _ARABIC_ARTICLE.sub("", _ARTICLE.sub("", name))
    folded = " ".join(token for token in fold_phrase(bare) if token[0].isalnum())
    return _HILL.sub("tal", folded.translate(_LETTERS))


class PlaceIndex:
    """Every spelling of every place."""

    def __init__(self, places: Iterable[Place]) -> None:
        self._by_key: dict[str, dict[str, Match]] = defaultdict(dict)
        for place in places:
            for spelling in (*place.names, place.name, place.pcode, place.id):
                if spelling:
                    self._by_key[lookup_key(spelling)].setdefault(place.id, Match(place, spelling))

    def find(self, name: str) -> tuple[Match, ...]:
        """The places that are called so; when none is, those whose name holds all the words."""
        key = lookup_key(name)
        if key in self._by_key:
            return tuple(self._by_key[key].values())
        words = set(key.split())
        keys = [other for other in self._by_key if words <= set(other.split())] if words else []
        return self._places_of(keys)

    def near(self, name: str) -> tuple[Match, ...]:
        """The places whose spelling is nearest, for a name that ``find`` does not know; the nearest first."""
        keys = difflib.get_close_matches(lookup_key(name), self._by_key, n=_MOST_NEAR, cutoff=_NEAR_ENOUGH)
        return self._places_of(keys)[:_MOST_NEAR]

    def _places_of(self, keys: Iterable[str]) -> tuple[Match, ...]:
        """Each place once, by the first of the keys that it has."""
        found: dict[str, Match] = {}
        for key in keys:
            for place_id, match in self._by_key[key].items():
                found.setdefault(place_id, match)
        return tuple(found.values())
