"""The forms of Arabic words, generated from the basic one: verbs, nouns with article, plurals and suffixes. Pure.

Everything is folded (``text.fold``). Used once, when a table is compiled.
"""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.text import fold

_OBJECTS: Final = ("ه", "ها", "هم", "هما")
_OWNERS: Final = ("ه", "ها", "هم", "هما", "نا")
_WEAK: Final = frozenset("اوي")
_PREPOSITIONS: Final = frozenset(("على", "من", "عن", "إلى", "في", "ل", "ب", "مع", "أمام", "نحو"))
_FOUR, _THREE = 4, 3  # letters of a stem


class Form:
    """What a written form of a verb may be; several at once. Plain numbers: they are asked for every word."""

    NONE: Final = 0
    PERFECT: Final = 1  # سيطر
    IMPERFECT: Final = 2  # يسيطر
    FUTURE: Final = 4  # سيسيطر
    PASSIVE: Final = 8  # حوصر; only where it is written otherwise than the active
    FEMININE: Final = 16
    PLURAL: Final = 32
    OBJECT: Final = 64  # حاصرها: the object is written onto it
    WE: Final = 128
    JUSSIVE: Final = 256  # only behind "لم": يستعد of استعاد


def place_preposition(phrase: str) -> str:
    """The preposition that a table entry names behind its verb or noun, folded; "" for a direct object.

    >>> place_preposition("سيطر على"), place_preposition("حرر")
    ('علي', '')
    """
    last = phrase.rpartition(" ")[2]
    return fold(last) if " " in phrase and last in _PREPOSITIONS else ""


def verb_forms(phrase: str, irregular: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Every written form of the verb, which stands first in the phrase: third person and "we", with objects.

    >>> forms = verb_forms("استعاد", {})
    >>> [word for word in ("استعادت", "يستعيد", "ستستعيد", "استعيدت", "استعادها", "يستعد") if word in forms]
    ['استعادت', 'يستعيد', 'ستستعيد', 'استعيدت', 'استعادها', 'يستعد']
    """
    verb = phrase.partition(" ")[0]
    forms: dict[str, int] = {}

    def add(written: str, form: int) -> None:
        forms[written] = forms.get(written, Form.NONE) | form

    perfect = fold(verb)
    imperfect, passive = irregular.get(verb, (_imperfect(verb), _passive(perfect)))
    for written, form in _perfect_forms(perfect, sound=verb.endswith("أ")):
        add(written, form | Form.PERFECT)
    if fold(passive) != perfect:
        for written, form in _perfect_forms(fold(passive), sound=False):
            if not form & Form.OBJECT:
                add(written, form | Form.PERFECT | Form.PASSIVE)
    for written, form in _imperfect_forms(fold(imperfect)):
        add(written, form | Form.IMPERFECT)
        add(f"س{written}", form | Form.FUTURE)
    return forms


def _perfect_forms(stem: str, *, sound: bool) -> Iterator[tuple[str, int]]:
    """``sound``: the last letter is a hamza, and no weak one (بدأ)."""
    defective = not sound and stem[-1] in {"ي", "ا"} and len(stem) >= _THREE and stem[-2] != "ا"
    short = stem[:-1] if defective else stem
    first = stem if not defective else stem[:-1] + ("ي" if stem[-1] == "ي" else "و")
    hollow = len(stem) >= _THREE and stem[-2] == "ا" and stem[-1] not in _WEAK
    we = (stem[:-2] + stem[-1] if hollow else first) + "نا"
    plain = (
        (stem, 0),
        (f"{short}ت", Form.FEMININE),
        (f"{short}وا", Form.PLURAL),
        (f"{first}ا", Form.PLURAL),
        (f"{short}تا", Form.FEMININE | Form.PLURAL),
        (we, Form.WE | Form.PLURAL),
    )
    yield from plain
    before_object = stem[:-1] + "ا" if defective else stem
    for written, form in (
        (before_object, 0),
        (f"{short}ت", Form.FEMININE),
        (f"{short}و", Form.PLURAL),
        (we, Form.WE | Form.PLURAL),
    ):
        for suffix in _OBJECTS:
            yield written + suffix, form | Form.OBJECT


def _imperfect_forms(third: str) -> Iterator[tuple[str, int]]:
    """``third`` is the third person: يسيطر."""
    stem = third[1:]
    weak = stem[-1] in _WEAK
    short = stem[:-1] if weak else stem
    hollow = len(stem) >= _THREE and stem[-2] in _WEAK and not weak
    jussive = stem[:-2] + stem[-1] if hollow else short  # behind "not": لم يستعد
    for letter, form in (("ي", 0), ("ت", Form.FEMININE), ("ن", Form.WE | Form.PLURAL)):
        yield letter + stem, form
        if jussive != stem:
            yield letter + jussive, form | Form.JUSSIVE
        for suffix in _OBJECTS:
            yield letter + stem + suffix, form | Form.OBJECT
            if jussive != stem:
                yield letter + jussive + suffix, form | Form.OBJECT | Form.JUSSIVE
            if weak:
                yield f"{letter}{short}ا{suffix}", form | Form.OBJECT
    for ending in ("ون", "وا"):
        yield f"ي{short}{ending}", Form.PLURAL
    for ending in ("ون", "و"):
        for suffix in _OBJECTS:
            yield f"ي{short}{ending}{suffix}", Form.PLURAL | Form.OBJECT
    for letter, form in (("ي", Form.PLURAL), ("ت", Form.PLURAL | Form.FEMININE)):
        for ending in ("ان", "ا"):
            yield letter + stem + ending, form


def _imperfect(verb: str) -> str:
    """The third person of the imperfect, by the pattern of the verb; others stand in the table as irregular."""
    stem = fold(verb)
    if not stem.startswith("ا") or len(stem) < _FOUR:
        return f"ي{stem}"
    rest = stem[1:]
    turns = verb.startswith("أ") or stem.startswith("است")  # أعاد يعيد, استعاد يستعيد; but انحاز ينحاز
    if turns and len(rest) >= _THREE and rest[-2] == "ا":
        rest = f"{rest[:-2]}ي{rest[-1]}"
    return f"ي{rest}"


def _passive(stem: str) -> str:
    """The passive of the perfect, where its letters differ: حاصر حوصر, استعاد استعيد."""
    if len(stem) == _FOUR and stem[1] == "ا" and stem[0] != "ا":
        return f"{stem[0]}و{stem[2:]}"
    if stem.startswith("ا") and len(stem) >= _FOUR and stem[-2] == "ا":
        return f"{stem[:-2]}ي{stem[-1]}"
    return stem


def noun_forms(phrase: str, plurals: Mapping[str, tuple[str, ...]]) -> dict[str, bool]:
    """Every written form of a noun or noun phrase, and whether it is a plural or a dual.

    >>> forms = noun_forms("بلدة", {"بلدة": ("بلدات",)})
    >>> forms["بلده"], forms["البلده"], forms["بلدتي"], forms["بلدتها"], forms["البلدات"]
    (False, False, True, False, True)
    """
    words = phrase.split()
    if len(words) > 1 and words[-1] in _PREPOSITIONS:
        words = words[:-1]
    forms: dict[str, bool] = {}
    if len(words) > 1:
        folded = [fold(word) for word in words]
        bare = [word.removeprefix(ARTICLE) for word in folded]
        for variant in (folded, [ARTICLE + word for word in bare], [*bare[:-1], ARTICLE + bare[-1]]):
            forms.setdefault(" ".join(variant), False)
        return forms
    for written, plural in _noun_forms(words[0], plurals.get(words[0], ())):
        forms.setdefault(written, plural)
    return forms


def _noun_forms(word: str, plurals: Iterable[str]) -> Iterator[tuple[str, bool]]:
    noun = fold(word)
    yield from ((written, False) for written in _cases(noun, feminine=word.endswith("ة")))
    for plural in plurals:
        yield from ((written, True) for written in _cases(fold(plural), feminine=plural.endswith("ة")))
        if plural.endswith("ى"):
            yield from ((f"{fold(plural)[:-1]}ا{owner}", True) for owner in _OWNERS)
    if noun.startswith(ARTICLE):
        return
    stem = noun[:-1] if word.endswith("ة") else noun
    joint = "ت" if word.endswith("ة") else ""
    for ending in ("ان", "ين"):
        yield stem + joint + ending, True
        yield ARTICLE + stem + joint + ending, True
    for ending in ("ي", "ا") if joint else ("ي", "و"):
        yield stem + joint + ending, True
        if joint:
            continue
        for owner in _OWNERS:
            yield stem + ending + owner, True
    yield from ((written, True) for written in _cases(f"{stem}ات", feminine=False))
    if not joint:
        yield f"{stem}ون", True
        yield f"{ARTICLE}{stem}ون", True


def _cases(noun: str, *, feminine: bool) -> Iterator[str]:
    """Bare, with the article, with the ending of an object without article, and with an owner written onto it."""
    yield noun
    if noun.startswith(ARTICLE):
        return
    yield ARTICLE + noun
    if not feminine and noun[-1] not in _WEAK:
        yield f"{noun}ا"
    stem = f"{noun[:-1]}ت" if feminine else noun
    if noun.endswith("ي") and not feminine:
        stem = noun  # حي: حيه
    for owner in _OWNERS:
        yield stem + owner
        if noun.endswith("ء"):
            yield f"{noun[:-1]}ئ{owner}".replace("ئ", "ي")
            yield f"{noun[:-1]}و{owner}"
