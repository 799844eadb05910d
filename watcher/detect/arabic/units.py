"""Arabic tokens without the words that are written onto them, and the units of a sentence. Pure.

Offsets stay those of the text: ``split_tokens`` cuts "وبحلب" into "و", "ب" and "حلب", each with its own place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.clitics import PREPOSITIONS, split
from watcher.detect.candidates import Unit
from watcher.detect.lexicon import Lexicon
from watcher.detect.text import BREAK, Token, fold

_AND: Final = "و"
_SHORTEST_UNKNOWN: Final = 4  # letters of an unknown word that "and" is cut from


def split_tokens(tokens: Sequence[Token], full: str, is_known: Callable[[str], bool]) -> list[Token]:
    """The tokens with conjunctions and prepositions cut from the words that they are written onto."""
    pieces: list[Token] = []
    for token in tokens:
        run, rest = split(token.norm, is_known)
        if not run and token.norm[:1] == _AND and len(token.norm) >= _SHORTEST_UNKNOWN and not is_known(token.norm):
            run, rest = _AND, token.norm[1:]
            onto = next((p for p in PREPOSITIONS if rest.startswith(p) and is_known(rest[1:])), "")
            run, rest = run + onto, rest[len(onto) :]
        if run:
            pieces.extend(_pieces(token, full, run, rest))
        else:
            pieces.append(token)
    return pieces


def _pieces(token: Token, full: str, run: str, rest: str) -> Iterator[Token]:
    start = token.start
    for letter in run:
        end = _after_letter(full, start, token.end)
        yield Token(letter, start, end, True, False)
        start = end
    yield Token(rest, start, token.end, True, False)


def _after_letter(full: str, start: int, end: int) -> int:
    """Where the letter that begins at ``start`` ends: with its vowel signs and what only stretches it."""
    at = start
    while at < end and not fold(full[at]):
        at += 1
    at += 1
    while at < end and (unicodedata.combining(full[at]) or not fold(full[at])):
        at += 1
    return min(at, end)


def read_units(lexicon: Lexicon, tokens: Sequence[Token]) -> list[Unit]:
    """The tokens of a sentence as words and phrases with their meanings; the longest phrase wins."""
    units = []
    for first, last, meaning in lexicon.read(tokens):
        token = tokens[first]
        if token.norm == BREAK:
            continue
        norm = token.norm if last == first + 1 else " ".join(other.norm for other in tokens[first:last])
        unit = Unit(first, last, norm, meaning, capital=True, glued=False)
        if meaning is not None:
            unit.places, unit.actor, unit.modifier = meaning.places, meaning.actor, meaning.modifier
        units.append(unit)
    return units


def is_function_word(norm: str) -> bool:
    """Whether a word is grammar rather than a name or a thing."""
    return norm in words.KNOWN
