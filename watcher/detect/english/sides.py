"""Which side a noun phrase means: a name, "rebel fighters", "the army", "the group", "they". Pure."""

# ruff: noqa: C901, PLR0911, PLR0912  a table of cases, asked in their order

from __future__ import annotations

from typing import Final

from watcher.detect.candidates import Side
from watcher.detect.context import Context
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.units import NounPhrase
from watcher.detect.vocabulary import Noun
from watcher.model import ActorId

ARMED: Final = (Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
_OURS: Final = frozenset(("our", "its"))
_OWNED: Final = (*ARMED, Noun.SPEAKER, Noun.STATE_VOICE, Noun.CONTROL, Noun.SIEGE, Noun.ATTEMPT)
_LOYAL: Final = frozenset(("loyal", "affiliated", "linked", "belonging"))
_PRONOUNS: Final = frozenset(("it", "they", "he", "she", "them", "him", "who", "which"))


class Sides:
    """Answers for one sentence of one item."""

    def __init__(self, sentence: Sentence, context: Context, offset: int) -> None:
        self.sentence = sentence
        self.context = context
        self.offset = offset

    def side(self, index: int | None, *, other_than: ActorId | None = None) -> Side | None:
        """The side of a noun phrase; None when it is nobody armed ("students", "residents")."""
        if index is None or not self.sentence.is_np(index):
            return None
        phrase = self.sentence.np(index)
        named = self._led_by(index, phrase) or self._named(phrase, index)
        if named is not None:
            return named
        if phrase.head.norm in _LOYAL and self.sentence.chain(index)[:1]:
            inner = self.side(self.sentence.chain(index)[0][1])  # a brigade loyal to A
            return Side(inner.actor, inner.unit, index) if inner is not None else None
        for word, other in self.sentence.chain(index)[:2]:
            if word == "from" and phrase.head_is(Noun.FORCE) and self.sentence.np(other).head.actor:
                return Side(self.sentence.np(other).head.actor, self.sentence.np(other).head, index)
            if word == "of" and (phrase.head_is(Noun.GROUP, Noun.FORCE, Noun.PART, Noun.WHOLE) or self._counts(phrase)):
                inner = self.side(other)
                if inner is None and self.sentence.np(other).place is None:
                    return None
                if inner is None:
                    continue
                if inner.actor is not None:
                    return inner
        exclude = (other_than,) if other_than else ()
        token = self.offset + phrase.first
        if phrase.head.norm in {"we", "us"} and phrase.is_pronoun:
            actor = self._speaker() or self.context.speaker_near(token)
            return Side(actor, None, index, f"'{phrase.head.norm}' means the speaker's side") if actor else None
        if phrase.is_pronoun:
            if phrase.head.norm not in _PRONOUNS:
                return None
            speaker = self._who_says(index)
            if speaker is not None and speaker.actor not in exclude:
                return Side(speaker.actor, None, index, f"'{phrase.head.norm}' means the speaker's side")
            actor = self._subject_so_far(index, exclude) or self.context.subject_before(token, exclude=exclude)
            return Side(actor, None, index, f"'{phrase.head.norm}' means the side named last") if actor else None
        if (
            phrase.head_is(Noun.STATE_VOICE)
            and not phrase.head_is(Noun.STATE_FORCE)
            and self.context.home is not None
            and not phrase.head_is(Noun.PEOPLE)
        ):
            return Side(self.context.home, None, index, f"'{self._words(phrase)}' speaks for the country's own")
        if phrase.head_is(Noun.STATE_FORCE) and not phrase.head_is(Noun.GROUP):
            return self._soldiers(index, phrase, token)
        if phrase.head_is(Noun.FORCE, Noun.GROUP) and not phrase.head_is(Noun.THING):
            if self._foreign(phrase):
                return Side(None, None, index, "armed people who are not listed")
            if phrase.possessor:
                return self.owner(index)
            if any(unit.noun(Noun.STATE_FORCE) and not unit.noun(Noun.FORCE, Noun.GROUP) for unit in phrase.own[:-1]):
                return self._soldiers(index, phrase, token)  # an army column
            if phrase.determiner in words.POSSESSIVES:
                ours = (
                    self._speaker(None if phrase.determiner == "our" else index) if phrase.determiner in _OURS else None
                )
                actor = (
                    ours or self._subject_so_far(index, exclude) or self.context.subject_before(token, exclude=exclude)
                )
                return Side(actor, None, index, f"'{phrase.determiner}' means the side named last")
            if phrase.determiner not in {"the", "this", "that", "these", "those", "both"} and not self._in_headline(
                index
            ):
                return Side(None, None, index, "armed people without a name")
            apposed = self._apposed(index)
            if apposed is not None:
                return apposed
            actor = self.context.called(token, phrase.head.norm, exclude=exclude)
            if actor is None:
                return Side(None, None, index, f"'{self._words(phrase)}' are armed people, the text does not say whose")
            self._remember(token, actor)
            return Side(actor, None, index, f"'{self._words(phrase)}' means the side named last")
        return None

    def _apposed(self, index: int) -> Side | None:
        """The garrison of X, all rebels, …: the side that the insertion names."""
        chain = self.sentence.chain(index)
        end = chain[-1][1] if chain else index
        if self.sentence.kind(end + 1) != "," or not self.sentence.is_np(end + 2) or self.sentence.kind(end + 3) != ",":
            return None
        return self._named(self.sentence.np(end + 2), end + 2)

    def _who_says(self, index: int) -> Side | None:
        """A rebel alliance said it …: the subject of the verb of saying right before."""
        verb = index - 1
        while verb >= 0 and self.sentence.kind(verb) in {"comp", "time", "adv"}:
            verb -= 1
        if not self.sentence.reports(verb):
            return None
        subject = self.sentence.clause(verb).subject
        if subject is None or self.sentence.np(subject).is_pronoun:
            return None
        phrase = self.sentence.np(subject)
        named = self._led_by(subject, phrase) or self._named(phrase, subject)
        if named is None and phrase.head_is(Noun.STATE_FORCE) and not self._foreign(phrase) and self.context.home:
            return Side(self.context.home, None, subject)
        voice = self._speaker(index) if named is None and not phrase.head_is(Noun.WITNESS) else None
        return Side(voice, None, subject) if voice is not None else named

    def speaker(self, index: int) -> Side | None:
        """Whose "we" and "ours" are."""
        actor = self._speaker() or self.context.speaker_near(self.offset + self.sentence.chunks[index].first)
        return Side(actor, None, index, "the speaker's side") if actor else None

    def named_last(self, index: int) -> Side | None:
        """Whose "theirs" is."""
        actor = self.context.subject_before(self.offset + self.sentence.chunks[index].first)
        return Side(actor, None, index, "the side named last") if actor else None

    def speaker_before(self, index: int) -> Side | None:
        """The side of whoever is said, before that chunk, to say it."""
        actor = self._speaker(index)
        return Side(actor, None, index, "the speaker's own") if actor else None

    def _speaker(self, before: int | None = None) -> ActorId | None:
        """The side of whoever is said to say it in this sentence: what "we" and "our" mean.

        ``before``: only who speaks before that chunk, whom "its" may mean.
        """
        for verb in range(len(self.sentence.chunks) if before is None else before):
            if not self.sentence.reports(verb):
                continue
            inverted = self.sentence.kind(verb - 1) in {",", '"'} and self.sentence.is_np(verb + 1)
            noun = verb + 1 if inverted else self.sentence.clause(verb).subject
            if noun is None or self.sentence.np(noun).is_pronoun:
                continue
            phrase = self.sentence.np(noun)
            if phrase.head_is(Noun.STATE_VOICE) and not phrase.head_is(Noun.PEOPLE):
                behind = [
                    side for word, other in self.sentence.chain(noun) if word == "of" and (side := self.side(other))
                ]
                voice = self.owner(noun) or next(iter(behind), None)
                if voice is not None:
                    return voice.actor
                return None if phrase.possessor or self._foreign(phrase) else self.context.home
            outlet = next((unit.meaning.outlet for unit in phrase.units if unit.meaning and unit.meaning.outlet), None)
            if outlet is not None:
                return outlet
            if before is not None and phrase.head.actor is not None:
                return phrase.head.actor
            if phrase.head_is(Noun.SPEAKER, *ARMED):
                owner = self.owner(noun)
                return owner.actor if owner is not None else None
        return None

    def _subject_so_far(self, index: int, exclude: tuple[ActorId, ...]) -> ActorId | None:
        """The first side of the sentence that no preposition governs: what "it" means behind it."""
        for noun in range(index):
            if not self.sentence.is_np(noun) or self.sentence.governed(noun):
                continue
            phrase = self.sentence.np(noun)
            named = self._led_by(noun, phrase) or self._named(phrase, noun)
            actor = named.actor if named is not None else None
            if named is None and phrase.head_is(Noun.STATE_FORCE, Noun.STATE_VOICE) and not self._foreign(phrase):
                actor = self.context.home
            elif named is None and phrase.head_is(Noun.GROUP, Noun.FORCE) and phrase.determiner == "the":
                actor = self.context.called(self.offset + phrase.first, phrase.head.norm)
            if actor is not None and actor not in exclude:
                return actor
        return None

    def _led_by(self, index: int, phrase: NounPhrase) -> Side | None:
        """An alliance led by A is A."""
        if not phrase.head_is(Noun.GROUP, Noun.FORCE) or not self.sentence.is_vg(index + 1):
            return None
        verb = self.sentence.vg(index + 1)
        if (
            verb.word in {"led", "belonging", "affiliated"}
            and not verb.auxiliaries
            and self.sentence.kind(index + 2) == "prep"
        ):
            for unit in self.sentence.np(index + 3).units if self.sentence.is_np(index + 3) else ():
                if unit.actor is not None:
                    return Side(unit.actor, unit, index)
        return None

    def _in_headline(self, index: int) -> bool:
        del index
        return False

    def _remember(self, token: int, actor: ActorId) -> None:
        """An inferred side is one that "they" may mean in the next sentence."""
        self.context.remember(token, actor)

    def _words(self, phrase: NounPhrase) -> str:
        return " ".join(unit.norm for unit in phrase.units)

    def _counts(self, phrase: NounPhrase) -> bool:
        head = phrase.head.norm
        return head.isdecimal() or head in words.NUMBERS or head in words.INDEFINITE

    def _named(self, phrase: NounPhrase, index: int) -> Side | None:
        own = phrase.own
        for position in range(len(own) - 1, -1, -1):
            unit = own[position]
            if unit.actor is not None:
                backed = own[position - 1] if position else None
                if (
                    backed is not None
                    and backed.modifier
                    and not unit.capital
                    and backed.norm.endswith(("backed", "led"))
                ):
                    return Side(backed.modifier, backed, index)  # US-backed rebels
                behind = own[position + 1 :]
                if (
                    behind
                    and not any(u.noun(*ARMED, Noun.CONTROL, Noun.SPEAKER) for u in behind)
                    and not all(u.glued for u in behind)
                ) and any(u.noun(Noun.PEOPLE, Noun.THING) for u in behind):
                    return None
                return Side(unit.actor, unit, index)
            if unit.modifier is not None:
                behind = own[position + 1 :]
                glued = bool(behind) and behind[0].glued and behind[0].norm not in {"backed", "led", "allied"}
                armed = [u for u in behind if u.noun(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)]
                soldiers = any(u.noun(Noun.STATE_FORCE) for u in armed)
                if armed and not glued and (soldiers or not (unit.meaning and unit.meaning.modifies_soldiers_only)):
                    return Side(unit.modifier, unit, index)
                if not behind and self.sentence.kind(index + 1) == "cc" and self.sentence.is_np(index + 2):
                    return Side(unit.modifier, unit, index)
                alone = (
                    phrase.determiner == "the" or len(phrase.units) == 1 or bool(phrase.possessor)
                )  # (X falls to) government
                if not behind and alone and not unit.capital:
                    return Side(unit.modifier, unit, index)
                acts = self.sentence.governed(index) in {"", "by"}  # Turkey took X, but not: fled to Turkey
                if not behind and acts and unit.meaning is not None and unit.meaning.country:
                    return Side(unit.modifier, unit, index)
        return None

    def owner(self, index: int) -> Side | None:
        """The side whose siege, attempt or hands they are: a possessive, an adjective or "of"/"by" a side."""
        phrase = self.sentence.np(index)
        for unit in reversed(phrase.possessor):
            abroad = unit.meaning is not None and unit.meaning.country and not phrase.head_is(*_OWNED)
            if (unit.actor or unit.modifier) and not abroad:  # not "Moscow's orchestra"
                return Side(unit.actor or unit.modifier, unit, index)
        for unit in reversed(phrase.own):
            if unit.actor or unit.modifier:
                return Side(unit.actor or unit.modifier, unit, index)
        if phrase.head_is(Noun.CONTROL) and phrase.own[:1] and phrase.own[0].norm == "state" and self.context.home:
            return Side(self.context.home, None, index, "'state' means the country's own")
        for unit in (*phrase.possessor, *phrase.own[:-1]):
            if unit.noun(Noun.STATE_FORCE) and not unit.noun(Noun.PEOPLE, Noun.GROUP) and self.context.home:
                return Side(self.context.home, None, index, f"'{unit.norm}' means the country's own")
        for unit in (*phrase.possessor, *phrase.own[:-1]):
            if unit.noun(Noun.FORCE, Noun.GROUP) and not unit.noun(Noun.SIEGE, Noun.ATTEMPT):
                actor = self.context.called(self.offset + unit.first, unit.norm)
                if actor:
                    return Side(actor, None, index, f"'{unit.norm}' means the side named last")
        if phrase.determiner in words.POSSESSIVES:
            token = self.offset + phrase.first
            ours = phrase.determiner == "our"
            actor = (ours and (self._speaker() or self.context.speaker_near(token))) or self.context.subject_before(
                token
            )
            if actor:
                return Side(actor, None, index, f"'{phrase.determiner}' means the side named last")
        return None

    def _soldiers(self, index: int, phrase: NounPhrase, token: int) -> Side:
        """ "The army" is that of the country at hand, unless a foreign adjective stands before it."""
        if self._foreign(phrase):
            return Side(None, None, index, "an army that is not listed")
        if phrase.determiner in {"its", "his", "their", "her"}:
            actor = (self._speaker(index) if phrase.determiner == "its" else None) or self.context.subject_before(token)
            if actor is not None:
                return Side(actor, None, index, f"'{phrase.determiner}' means the side named last")
        if self.context.home is not None:
            self._remember(token, self.context.home)
        return Side(self.context.home, None, index, f"'{self._words(phrase)}' means the country's own")

    def _foreign(self, phrase: NounPhrase) -> bool:
        first = phrase.own[0] if phrase.own else None
        if first is not None and first.meaning is None and first.norm in words.NATIONALITIES:
            return True
        return any(
            unit.capital and unit.meaning is None and not (unit is first and unit.first == 0) for unit in phrase.own
        )
