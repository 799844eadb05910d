"""Which side an Arabic noun phrase means: a name, "عناصر من قسد", "الجيش", "التنظيم", or the subject left out. Pure."""

# ruff: noqa: C901, PLR0911  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunk
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.forms import Form
from watcher.detect.arabic.sentence import Sentence
from watcher.detect.candidates import PLACE_NOUNS, Side, Unit
from watcher.detect.context import ActorMention, Context
from watcher.detect.vocabulary import Noun
from watcher.model import ActorId

ARMED: Final = (Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
_NOBODY: Final = (
    Noun.PEOPLE,
    Noun.THING,
    Noun.NOT_A_LOCATION,
    Noun.ATTEMPT,
    Noun.REPORT,
    Noun.DEAL,
    Noun.CONTROL,
    Noun.SIEGE,
)
_MEMBERS_OF: Final = frozenset(("من", "ل"))
_FEMININE: Final = words.folded("قوات فصائل كتائب قسد وحدات مليشيات ميليشيات عصابات تركيا روسيا أنقرة")


def is_feminine(head: str) -> bool:
    """Whether a name of a side takes a feminine verb, by its first word."""
    word = head.removeprefix(ARTICLE)
    return word in _FEMININE or word.endswith(("ه", "ات"))


class Sides:
    """Answers for one sentence of one item. ``offset``: the item's number of the sentence's first token."""

    def __init__(self, sentence: Sentence, context: Context, offset: int, item_side: ActorId | None) -> None:
        self.sentence = sentence
        self.item_side = item_side  # whom the outlet speaks for: "our forces"
        self.context = context
        self.offset = offset

    def side(self, index: int | None) -> Side | None:
        """The side of a noun phrase; None when it is nobody armed. ``actor`` None: armed people without a name."""
        if index is None or not self.sentence.is_np(index):
            return None
        phrase = self.sentence.chunks[index]
        head = phrase.head
        unit = phrase.actor
        armed = phrase.head_is(*ARMED)
        if unit is not None:
            if head is not unit and not armed and (head.noun(*_NOBODY) or head.noun(*PLACE_NOUNS)):
                return None
            return Side(unit.actor, unit, index)
        if head.modifier is not None and not self.sentence.governed(index):
            return Side(head.modifier, head, index)  # a country that acts is its army
        outlet = next((one for one in phrase.units if one.meaning is not None and one.meaning.outlet is not None), None)
        if outlet is not None and outlet.meaning is not None:
            return Side(outlet.meaning.outlet, outlet, index)
        if head.places or not armed:
            return None
        member = self._members_of(index)
        if member is not None:
            return member
        if self.sentence.governed(index + 2) in _MEMBERS_OF and self.sentence.chunks[index + 2].has(Noun.PEOPLE):
            return None  # دفعة من الجرحى
        if phrase.pronoun:
            return self._owned(index, phrase)
        inner = next((u for u in phrase.units if u is not head and u.noun(*ARMED) and u.norm.startswith(ARTICLE)), None)
        if inner is not None and not head.norm.startswith(ARTICLE):
            return self._meant(index, phrase, inner)  # عناصر التنظيم
        if phrase.has(Noun.PEOPLE, Noun.THING) and not phrase.head_is(Noun.PEOPLE):
            return None  # رجال الإطفاء
        if not phrase.head.norm.startswith(ARTICLE):
            return Side(None, None, index) if not phrase.place or head.noun(*ARMED) else None
        return self._meant(index, phrase, head)

    def _meant(self, index: int, phrase: Chunk, head: Unit) -> Side:
        """The army, the organisation: whose."""
        token = self.offset + phrase.first
        if head.noun(Noun.STATE_FORCE):
            if self._is_foreign(phrase):
                return Side(None, None, index, "an army that is not listed")
            if self.context.home is not None:
                self.context.remember(token, self.context.home)
            return Side(self.context.home, None, index, f"'{phrase.word}' means the country's own")
        actor = self.called(token, head.norm.removeprefix(ARTICLE))
        if actor is None:
            return Side(None, None, index)
        self.context.remember(token, actor)
        return Side(actor, None, index, f"'{phrase.word}' means the side that was named")

    def _owned(self, index: int, phrase: Chunk) -> Side:
        """مقاتلوها: of the side that was named last."""
        mentions = self._before(self.offset + phrase.first)
        outlets = (
            unit.meaning.outlet
            for chunk in reversed(self.sentence.chunks[:index])
            for unit in chunk.units
            if unit.meaning is not None and unit.meaning.outlet is not None
        )
        ours = self.item_side if phrase.pronoun == "نا" else None
        actor = next(outlets, None) or ours or (mentions[0].actor if mentions else None)
        return Side(actor, None, index, f"'{phrase.word}' are those of the side named before")

    def called(self, token: int, noun: str) -> ActorId | None:
        """The side that "the organisation" means: one named before that is called so, else the only one that is."""
        found = self.context.called(token, noun)
        owners = self.context.nouns.get(noun, frozenset())
        return found or (next(iter(owners)) if len(owners) == 1 else None)

    def _members_of(self, index: int) -> Side | None:
        """Fighters of A, units of the army."""
        j = index + 1
        if (
            self.sentence.kind(j) != "prep"
            or self.sentence.word(j) not in _MEMBERS_OF
            or not self.sentence.is_np(j + 1)
        ):
            return None
        inner = self.sentence.chunks[j + 1]
        unit = inner.actor
        if unit is not None and (inner.head is unit or inner.head_is(*ARMED)):
            return Side(unit.actor, unit, index)
        if inner.head_is(Noun.STATE_FORCE) and inner.is_definite and not self._is_foreign(inner):
            return Side(self.context.home, None, index, f"'{inner.word}' means the country's own")
        return None

    def _is_foreign(self, phrase: Chunk) -> bool:
        """The Iraqi army: an adjective that nothing is known of stands behind it."""
        return any(
            unit.meaning is None and unit.norm.startswith(ARTICLE) and unit.norm.endswith(("ي", "يه"))
            for unit in phrase.units[1:]
            if unit.norm not in words.KNOWN
        )

    def left_out(self, index: int) -> Side | None:
        """The subject that a verb leaves out, or that is written onto a noun: the side named last that agrees."""
        chunk = self.sentence.chunks[index]
        token = self.offset + chunk.first
        feminine: bool | None = None
        if chunk.kind == "verb" and not chunk.form & Form.PLURAL:
            feminine = bool(chunk.form & Form.FEMININE)
        elif chunk.pronoun in {"ه", "ها"}:
            feminine = chunk.pronoun == "ها"
        mentions = self._before(token)
        if not mentions:
            return None
        agreeing = [one for one in mentions if feminine is None or is_feminine(one.head) == feminine]
        near = [one for one in agreeing if one.sentence >= mentions[0].sentence - 1] or agreeing or mentions
        first = [one for one in near if one.sentence == near[0].sentence]
        actor = first[-1].actor if near[0].sentence != self.context.sentence_of(token) else near[0].actor
        return Side(actor, None, index, f"'{chunk.word}' leaves it out: the side named before")

    def _before(self, token: int) -> list[ActorMention]:
        """The sides named before a token, the last first, not far back."""
        here = self.context.sentence_of(token)
        found = [one for one in self.context.sides if one.token < token and one.sentence >= here - 3]
        return found[::-1]
