"""An item's full text as folded tokens with exact offsets, split into sentences. Pure.

First step of detection. Offsets count characters of ``title + "\\n\\n" + text``, whatever Unicode is in it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

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
_LETTER: Final = rf"[^\W_{_STROKE}][{_ACCENTS}{INVISIBLE}{_STROKE}]*"
_TOKEN: Final = re.compile(
    rf"(?P<short>(?:[^\W\d_]\.){{2,}}(?![^\W_]))"  # U.S.
    rf"|(?P<word>(?:{_LETTER})+(?:[{_APOSTROPHES}](?:{_LETTER})+|[.,]\d+)*)"
    r"|(?P<line>\s*\n\s*)"
    rf"|(?P<nothing>[{INVISIBLE}{_STROKE}]+)"
    r"|(?P<mark>\.{2,}|[^\w\s]|_)"
)
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


class Token(NamedTuple):
    """A word or mark. ``norm`` is folded; ``glued``: a hyphen joins it to the word before."""

    norm: str
    start: int
    end: int
    capital: bool
    glued: bool


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
    glue_at = -1  # a hyphen that ends here glues the next word to the one before
    word_end = -1
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup
        start, end = found.span()
        raw = found.group()
        if kind == "word":
            glued = glue_at == start
            if len(raw) > 2 and not raw.isalnum() and (raw[-2] in _APOSTROPHES or raw[-3] in _APOSTROPHES):  # noqa: PLR2004  clitics have two or three letters
                tokens.extend(_split_clitic(raw, start, glued=glued))
            else:
                tokens.append(
                    Token(fold(raw), start, end, raw[0].isupper() or not (raw.islower() or raw.isdigit()), glued)
                )
            word_end = end
        elif kind == "mark":
            norm = _MARKS.get(raw, raw)
            if norm == "-" and start == word_end and text[end : end + 1].isalnum():
                glue_at = end
            else:
                tokens.append(Token(norm, start, end, False, False))
        elif kind == "nothing":
            continue
        elif kind == "line":
            tokens.append(Token(BREAK, start, end, False, False))
        else:
            tokens.append(Token(fold(raw.replace(".", "")), start, end, True, glue_at == start))
            word_end = end
    return tokens


def _split_clitic(raw: str, start: int, *, glued: bool) -> Iterator[Token]:
    """``Azaz's`` is a name and a possessive, ``hasn't`` a verb and a negation."""
    found = _CLITIC.fullmatch(raw)
    assert found is not None
    stem_end = start + found.end("stem")
    yield Token(fold(found["stem"]), start, stem_end, not raw[:1].islower(), glued)
    if found["not"]:
        yield Token("not", stem_end, start + found.end("not"), False, False)
    if found["end"]:
        yield Token("'" + fold(found["end"][1:]), start + found.start("end"), start + len(raw), False, False)


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
    index = 0
    while index < count:
        norm = tokens[index].norm
        if norm == BREAK:
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
        elif norm in _ENDS and _ends_sentence(tokens, index):
            while (
                index + 1 < count
                and tokens[index + 1].norm in _CLOSERS
                and tokens[index + 1].start == tokens[index].end
            ):
                index += 1
            yield Sentence(first, index + 1, paragraph, number)
            first = index + 1
            number += 1
        index += 1
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
