"""An item's full text as folded tokens with exact offsets, split into sentences. Pure.

First step of detection. Offsets count characters of ``title + "\\n\\n" + text``, whatever Unicode is in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, final

SEPARATOR: Final = "\n\n"
MOST_TOKENS: Final = 120  # of a sentence; the longest in real reports have some 90
BREAK: Final = "\n"  # the norm of a token that ends a line

_ACCENTS: Final = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"  # and Arabic vowel signs
INVISIBLE: Final = (
    "\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"  # hyphens, joiners, direction marks
)
ARABIC_LETTERS: Final = (
    {  # one way to write what Arabic writes in several, and what Persian keyboards write in its place
        "ة": "ه",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ڪ": "ك",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ٱ": "ا",
        "ـ": "",
    }
    | {chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)}
)
_APOSTROPHES: Final = "'\u2019\u2018\u02bc\u02bb\u02be\u02bf`\u00b4"
_STROKE: Final = "ـ"  # only stretches an Arabic word
_LETTERS: Final = rf"[^\W_{_STROKE}][^\W_]*(?:[{_ACCENTS}{INVISIBLE}{_STROKE}]+[^\W_]*)*"
_TOKEN: Final = re.compile(  # with the white space before it, so that one match begins where another ends
    r"[^\S\n]*+(?:"
    r"[^\W\d_]\.(?:[^\W\d_]\.)+(?![^\W_])"  # U.S.
    rf"|{_LETTERS}(?:[{_APOSTROPHES}]{_LETTERS}|[.,]\d+)*"
    r"|\n\s*"
    rf"|[{INVISIBLE}{_STROKE}]+"
    r"|\.{2,}|[^\w\s]|_|\Z)"
)
_NOTHING: Final = re.compile(f"[{INVISIBLE}{_STROKE}]+")
_INVISIBLE_RUN: Final = re.compile(f"[{INVISIBLE}]")
_ONE_WAY: Final = str.maketrans(ARABIC_LETTERS)
_CLITIC: Final = re.compile(
    rf"(?P<stem>.+?)(?P<not>n[{_APOSTROPHES}]t)?(?P<end>[{_APOSTROPHES}](?:s|ll|ve|re|d|m))?", re.IGNORECASE | re.DOTALL
)
_MARKS: Final = (
    dict.fromkeys("—–―-‐‑‒−", "-")
    | dict.fromkeys('"“”„«»', '"')
    | dict.fromkeys(_APOSTROPHES, "'")
    | {"…": "...", "،": ",", "؛": ";", "؟": "?"}
)
_ENDS: Final = frozenset((".", "!", "?", "...", "..", "。"))
_STOPS: Final = _ENDS | {BREAK}
_PAUSES: Final = frozenset((",", ";", ":", "-"))
_CLOSERS: Final = frozenset(('"', "'", ")", "]"))
_ABBREVIATIONS: Final = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "gen",
        "lt",
        "col",
        "maj",
        "capt",
        "sgt",
        "gov",
        "sen",
        "rep",
        "prof",
        "no",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sept",
        "sep",
        "oct",
        "nov",
        "dec",
    ]
)


@final
class Token:
    """A word or mark. ``norm`` is folded; ``glued``: a hyphen joins it to the word before.

    With an initialiser of its own, as there is one for every word of every text: that of a dataclass is slow when
    compiled.
    """

    __slots__ = ("capital", "end", "glued", "norm", "start")

    def __init__(self, norm: str, start: int, end: int, capital: bool, glued: bool) -> None:
        self.norm = norm
        self.start = start
        self.end = end
        self.capital = capital
        self.glued = glued


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens ``first`` up to ``last`` (exclusive). The title is paragraph -1; ``number`` counts in the paragraph."""

    first: int
    last: int
    paragraph: int
    number: int

    @property
    def in_title(self) -> bool:
        return self.paragraph < 0


@dataclass(frozen=True, slots=True)
class Text:
    """The full text, its tokens, and its sentences in order."""

    full: str
    tokens: tuple[Token, ...]
    sentences: tuple[Sentence, ...]


def full_text(title: str, text: str) -> str:
    """What every offset counts in."""
    return f"{title}{SEPARATOR}{text}"


@lru_cache(maxsize=65536)
def fold(word: str) -> str:
    """A word as it is compared: compatibility forms, accents, case and apostrophes levelled.

    >>> fold("Kobanê"), fold("Da’esh"), fold("ﬁghters"), fold("أعزاز"), fold("السـيطرة")
    ('kobane', 'daesh', 'fighters', 'اعزاز', 'السيطره')
    """
    if word.isascii():
        return word.lower().replace("'", "").replace("`", "")
    plain = unicodedata.normalize("NFKD", _INVISIBLE_RUN.sub("", word)).casefold()
    plain = unicodedata.normalize("NFKD", plain).replace("ı", "i").translate(_ONE_WAY)
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in _APOSTROPHES and not c.isspace())


def fold_phrase(phrase: str) -> tuple[str, ...]:
    """A name or phrase as the folded tokens that it has inside a text.

    >>> fold_phrase("al-Bab"), fold_phrase("A'zaz"), fold_phrase("Mare'")
    (('al', 'bab'), ('azaz',), ('mare', "'"))
    """
    return tuple(token.norm for token in _tokens(phrase) if token.norm != BREAK)


def read_text(title: str, text: str) -> Text:
    """Tokens and sentences of an item."""
    full = full_text(title, text)
    tokens = tuple(_tokens(full))
    return Text(full, tokens, tuple(_sentences(full, tokens, len(title))))


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    end = 0
    glue_at = -1  # a hyphen that ends here glues the next word to the one before
    word_end = -1
    for raw in _TOKEN.findall(text):
        written = _read_written(raw)
        start = end + written.at
        end += len(raw)
        if written.is_word:
            glued = glue_at == start
            if not written.clitics:
                tokens.append(Token(written.norm, start, end, written.capital, glued))
            else:
                tokens.append(Token(written.norm, start, start + written.stem, written.capital, glued))
                tokens.extend(Token(norm, start + at, start + to, False, False) for norm, at, to in written.clitics)
            word_end = end
        elif written.norm == "-" and start == word_end and text[end : end + 1].isalnum():
            glue_at = end
        elif written.norm:
            tokens.append(Token(written.norm, start, end, False, False))
    return tokens


@final
class _Written:
    """A stretch of text as it is read wherever it stands. ``norm`` is empty for what is not read at all.

    ``at``: where it begins, after white space. ``stem``: where the word ends, and its ``clitics`` begin: (norm, start,
    end); both are counted from its start.
    """

    __slots__ = ("at", "capital", "clitics", "is_word", "norm", "stem")

    def __init__(
        self, norm: str, *, is_word: bool, capital: bool, stem: int = 0, clitics: tuple[tuple[str, int, int], ...] = ()
    ) -> None:
        self.at = 0
        self.norm = norm
        self.is_word = is_word
        self.capital = capital
        self.stem = stem
        self.clitics = clitics


@lru_cache(maxsize=65536)
def _read_written(spaced: str) -> _Written:
    """What a match of the pattern is: a line end, a word, a mark, or nothing."""
    if "\n" in spaced:
        return _Written(BREAK, is_word=False, capital=False)
    raw = spaced.lstrip()
    written = _read_raw(raw)
    written.at = len(spaced) - len(raw)
    return written


def _read_raw(raw: str) -> _Written:
    if not raw or _NOTHING.fullmatch(raw):
        return _Written("", is_word=False, capital=False)
    if not raw[0].isalnum():
        return _Written(_MARKS.get(raw, raw), is_word=False, capital=False)
    if raw[-1] == ".":
        return _Written(fold(raw.replace(".", "")), is_word=True, capital=True)
    if len(raw) > 2 and not raw.isalnum() and (raw[-2] in _APOSTROPHES or raw[-3] in _APOSTROPHES):  # noqa: PLR2004  clitics have two or three letters
        return _split_clitic(raw)
    return _Written(fold(raw), is_word=True, capital=raw[0].isupper() or not (raw.islower() or raw.isdigit()))


def _split_clitic(raw: str) -> _Written:
    """``Azaz's`` is a name and a possessive, ``hasn't`` a verb and a negation."""
    found = _CLITIC.fullmatch(raw)
    assert found is not None
    clitics = []
    if found["not"]:
        clitics.append(("not", found.end("stem"), found.end("not")))
    if found["end"]:
        clitics.append(("'" + fold(found["end"][1:]), found.start("end"), len(raw)))
    return _Written(
        fold(found["stem"]),
        is_word=True,
        capital=not raw[:1].islower(),
        stem=found.end("stem"),
        clitics=tuple(clitics),
    )


def _sentences(full: str, tokens: tuple[Token, ...], title_end: int) -> Iterator[Sentence]:
    """The sentences; one that is longer than any writer's is cut, so that the cost of reading stays linear."""
    for sentence in _whole_sentences(full, tokens, title_end):
        first = sentence.first
        while sentence.last - first > MOST_TOKENS:
            cut = first + MOST_TOKENS
            while cut > first + MOST_TOKENS // 2 and tokens[cut - 1].norm not in _PAUSES:
                cut -= 1
            if tokens[cut - 1].norm not in _PAUSES:
                cut = first + MOST_TOKENS
            yield Sentence(first, cut, sentence.paragraph, sentence.number)
            first = cut
        yield Sentence(first, sentence.last, sentence.paragraph, sentence.number)


def _whole_sentences(full: str, tokens: tuple[Token, ...], title_end: int) -> Iterator[Sentence]:
    """Cut at full stops and at line ends; a line that goes on in lower case is a wrapped one."""
    first = 0
    paragraph = -1
    number = 0
    count = len(tokens)
    for index in [at for at, token in enumerate(tokens) if token.norm in _STOPS]:
        if tokens[index].norm == BREAK:
            at_title_end = paragraph < 0 and tokens[index].end >= title_end + len(SEPARATOR)
            following = tokens[index + 1] if index + 1 < count else None
            wrapped = (
                following is not None
                and full[following.start].islower()
                and full.count("\n", tokens[index].start, tokens[index].end) == 1
            )
            if at_title_end or not wrapped:
                if index > first:
                    yield Sentence(first, index, paragraph, number)
                first = index + 1
                number = 0
                if paragraph >= 0 or tokens[index].end >= title_end:
                    paragraph += 1
        elif _ends_sentence(tokens, index):
            after = index + 1
            while after < count and tokens[after].norm in _CLOSERS and tokens[after].start == tokens[after - 1].end:
                after += 1
            yield Sentence(first, after, paragraph, number)
            first = after
            number += 1
    if first < count:
        yield Sentence(first, count, paragraph, number)


def _ends_sentence(tokens: tuple[Token, ...], index: int) -> bool:
    following = index + 1
    while (
        following < len(tokens)
        and tokens[following].norm in _CLOSERS
        and tokens[following].start == tokens[following - 1].end
    ):
        following += 1
    if following >= len(tokens) or tokens[following].norm == BREAK:
        return True
    after = tokens[following]
    if after.start == tokens[following - 1].end:
        return False
    if tokens[index].norm != ".":
        return after.capital or after.norm in ('"', "'", "(") or after.norm[0].isdigit() or not after.norm.isascii()
    before = tokens[index - 1] if index else None
    if before is not None and before.norm == "no" and not (before.capital and after.norm[0].isdigit()):
        return True
    if before is not None and (before.norm in _ABBREVIATIONS or (len(before.norm) == 1 and before.capital)):
        return False
    return after.capital or not after.norm[:1].isalpha() or not after.norm.isascii()
