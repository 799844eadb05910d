"""The forms of English words, generated from the basic form: verbs, plurals, British and American spelling. Pure.

Used once, when a table is compiled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_VOWELS: Final = frozenset("aeiou")
_PREFIXES: Final = ("re", "over", "out", "under", "with", "un")


class Form:
    """Which forms a written verb may be; several at once ("cut"). Plain numbers: they are asked for every word."""

    NONE: Final = 0
    BASE: Final = 1  # take
    THIRD: Final = 2  # takes
    PAST: Final = 4  # took
    PARTICIPLE: Final = 8  # taken
    ING: Final = 16  # taking


def verb_forms(phrase: str, irregular: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Every written form of a verb phrase, of which the first word is the verb.

    >>> sorted(verb_forms("take back", {"take": ("took", "taken")}))
    ['take back', 'takes back', 'taken back', 'taking back', 'took back']
    """
    verb, _, rest = phrase.partition(" ")
    tail = f" {rest}" if rest else ""
    past, participle = _past(verb, irregular)
    forms: dict[str, int] = {}
    for written, form in (
        (verb, Form.BASE),
        (_third(verb), Form.THIRD),
        (past, Form.PAST),
        (participle, Form.PARTICIPLE),
        (_ing(verb), Form.ING),
    ):
        for spelling in (*spellings(written), *_doubled_l(verb, written)):
            key = spelling + tail
            forms[key] = forms.get(key, Form.NONE) | form
    return forms


def _doubled_l(verb: str, written: str) -> Iterable[str]:
    """British: travelled, signalling."""
    if verb.endswith("l") and verb[-2:-1] in _VOWELS and written in {f"{verb}ed", f"{verb}ing"}:
        yield written.replace(verb, f"{verb}l")


def noun_forms(phrase: str) -> dict[str, bool]:
    """Singular and plural of a noun phrase, of which the last word is the noun; True marks the plural."""
    return {spelling: plural for written, plural in _numbers(phrase) for spelling in spellings(written)}


def spellings(word: str) -> Iterable[str]:
    """The word in British and in American spelling."""
    variants = {word}
    for british, american in (
        ("our", "or"),
        ("entre", "enter"),
        ("efence", "efense"),
        ("ise", "ize"),
        ("ising", "izing"),
    ):
        if word.endswith((british, f"{british}s", f"{british}d", f"{british}hood", f"{british}hoods", f"{british}ing")):
            variants.add(word.replace(british, american))
    return sorted(variants)


def _numbers(phrase: str) -> Iterable[tuple[str, bool]]:
    head, space, noun = phrase.rpartition(" ")
    yield phrase, False
    if noun.endswith("man") and noun not in {"human", "german"}:
        yield f"{head}{space}{noun[:-3]}men", True
    elif noun.endswith(("s", "x", "ch", "sh")):
        yield phrase if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else f"{phrase}es", True
    elif noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        yield f"{phrase[:-1]}ies", True
    elif noun.endswith("fe"):
        yield f"{phrase[:-2]}ves", True
    elif noun.endswith("lf"):
        yield f"{phrase[:-1]}ves", True
    else:
        yield f"{phrase}s", True


def _past(verb: str, irregular: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if verb in irregular:
        return irregular[verb]
    for prefix in _PREFIXES:
        root = verb.removeprefix(prefix).removeprefix("-")
        if root != verb and root in irregular:
            start = verb.removesuffix(root)
            past, participle = irregular[root]
            return start + past, start + participle
    if verb.endswith("e"):
        return f"{verb}d", f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ied", f"{verb[:-1]}ied"
    if verb.endswith("c"):
        return f"{verb}ked", f"{verb}ked"
    regular = f"{_doubled(verb)}ed"
    return regular, regular


def _third(verb: str) -> str:
    if verb == "have":
        return "has"
    if verb in {"be", "have"}:
        return {"be": "is", "have": "has"}[verb]
    if verb.endswith(("s", "x", "ch", "sh", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _ing(verb: str) -> str:
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and len(verb) > 2:  # noqa: PLR2004  be: being
        return f"{verb[:-1]}ing"
    return f"{_doubled(verb)}ing"


def _doubled(verb: str) -> str:
    """Stop: stopp-."""
    return verb + verb[-1] if _ends_short(verb) else verb


def _ends_short(verb: str) -> bool:
    """Whether the verb ends in consonant, vowel, consonant, and is short or built on a short one (overrun, repel)."""
    if len(verb) < 3 or verb[-1] in "wxy" or verb[-1] in _VOWELS:  # noqa: PLR2004  the pattern has three letters
        return False
    pattern = verb[-2] in _VOWELS and (verb[-3] not in _VOWELS or verb[-3:-1] == "ui")
    one_syllable = sum(c in _VOWELS for c in verb) == 1 or verb == "quit"
    return pattern and (
        one_syllable or verb.endswith(("run", "cut", "pel", "get", "gin", "mit", "fer", "hem", "trol", "cur", "vet"))
    )
