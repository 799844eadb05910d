"""From an event word to candidates: which action at which place, who gains and who loses. Pure.

One method per frame of the vocabulary; each reads the places and sides around its verb, noun or state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.forms import Form
from watcher.detect.english.locate import PLACE_NOUNS, Located, Locator, NoPlace
from watcher.detect.english.phrases import NounPhrase, Unit, VerbGroup
from watcher.detect.english.sides import Side, Sides
from watcher.detect.lexicon import EventReading, Meaning, StateReading
from watcher.detect.vocabulary import Effect, Frame, Noun, Word
from watcher.model import Action, Event, Extent, PlaceId

_HOLDER_FIRST = ("in control of", "in charge of", "in possession of", "in full control of", "in complete control of", "in total control of")
_INTO = frozenset(("to", "into", "under", "in"))
_ROUTES = ("out of", "into", "to", "from", "of", "for", "in", "towards", "inside")
_SIEGES = ("of", "on", "around", "over", "against", "to", "in", "round", "at")


@dataclass(slots=True)
class Candidate:
    """An event that the sentence may tell of, before it is decided whether it happened.

    ``chunk`` is the verb group, noun phrase or state that tells of it; ``voice`` says how it is told:
    active, passive, reduced, noun, state, adjective or suffix.
    """

    event: Event
    action: Action
    frame: Frame
    word: Word
    chunk: int
    voice: str
    located: Located
    gained: Side | None = None
    lost: Side | None = None
    trigger: Unit | None = None
    notes: list[str] = field(default_factory=list)
    standing: bool = False  # the words tell of a state
    entry: bool = False  # the words tell of an entry, not yet of a capture
    partial: bool = False
    denied: bool = False  # "not B": said not to be so beside what is


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event word that gives no candidate, and why."""

    unit: Unit
    word: Word
    why: str


class Frames:
    """Reads the candidates of one sentence."""

    def __init__(
        self,
        sentence: Sentence,
        locator: Locator,
        sides: Sides,
        siege_places: list[Located],
        lookup: Callable[[str], Meaning | None],
    ) -> None:
        self.lookup = lookup  # a phrase of the table
        self.sentence = sentence
        self.locator = locator
        self.sides = sides
        self.siege_places = siege_places  # of the sentences before: what "the siege" means
        self.candidates: list[Candidate] = []
        self.refusals: list[Refusal] = []
        self._used_nouns: set[int] = set()

    def read(self) -> list[Candidate]:
        """All candidates of the sentence, in text order."""
        for index, chunk in enumerate(self.sentence.chunks):
            if isinstance(chunk, VerbGroup):
                self._verb(index, chunk)
            elif chunk.kind == "state":
                self._state(index)
        for index, chunk in enumerate(self.sentence.chunks):
            if isinstance(chunk, NounPhrase):
                self._noun(index, chunk)
        self._out_of()
        self.candidates.sort(key=lambda candidate: candidate.trigger.first if candidate.trigger else 0)
        return self.candidates

    # --- verbs

    def _verb(self, index: int, group: VerbGroup) -> None:
        if group.main is None:
            return
        readings = sorted(
            (*self._separated(index, group), *group.events),
            key=lambda reading: (
                reading.group.needs is None,
                reading.group.frame is Frame.TAKES and not self._wants_change(index, group),
            ),
        )
        why = ""
        for reading in readings:
            if reading.group.needs is not None and reading.group.frame is not Frame.FALLS and not self._has_needed(index, group, reading.group.needs):
                continue
            found = self._frame(reading, index, group)
            if isinstance(found, NoPlace):
                why = why or found.why
                continue
            if found:
                self.candidates.extend(found)
                return
        if readings and group.main is not None:
            self.refusals.append(Refusal(group.main, readings[0].word, why or "no place in the role that it needs"))

    def _goes_on(self, index: int) -> bool:
        """Continues to control: a state, whatever the verb could mean."""
        before = self.sentence.chunks[index - 1] if index else None
        if before is None:
            return False
        if isinstance(before, VerbGroup):
            return before.effect(Effect.ONGOING, Effect.STILL) is not None and before.word not in {"began", "begun", "started"}
        return any(cue.cue.effect is Effect.STILL for unit in before.units if unit.meaning for cue in unit.meaning.cues)

    def _separated(self, index: int, group: VerbGroup) -> tuple[EventReading, ...]:
        """Turned X over: the particle stands behind the object."""
        assert group.main is not None
        for j in range(index + 1, min(index + 5, len(self.sentence.chunks))):
            chunk = self.sentence.chunks[j]
            if chunk.kind in {"adv", "cue"} and chunk.word in {"over", "back", "out", "up", "off", "away"}:
                meaning = self.lookup(f"{group.main.norm} {chunk.word}")
                if meaning is not None:
                    return tuple(e for e in meaning.events if e.form is not None and e.form & group.form)
            if not (self.sentence.is_np(j) or self.sentence.kind(j) == "prep"):
                break
        return ()

    def _wants_change(self, index: int, group: VerbGroup) -> bool:
        """"Control", "occupy": taking in "managed to control", holding in "controls"."""
        if self._goes_on(index):
            return False
        if group.infinitive:
            return True
        if group.form & Form.PAST and not group.auxiliaries:
            dated = [chunk for chunk in self.sentence.chunks[index + 1 : index + 5] if chunk.kind == "time"]
            if dated and not dated[0].word.startswith(("since", "for", "until")):
                return True
        clause = self.sentence.clause(index)
        return clause.shares is not None and self.sentence.vg(clause.shares).infinitive

    def _has_needed(self, index: int, group: VerbGroup, needs: Noun) -> bool:
        holders = self.sentence.complements(index).objects[:1]
        if self._voice(index, group) != "active" or needs is Noun.SIEGE:
            subject = self._subject(index, group)
            holders = [*holders, *([subject] if subject is not None else [])]
        if needs is Noun.CONTROL:
            holders = [*holders, *self.sentence.complements(index).after("under")]
        return any(self._is_a(np, needs) for np in holders)

    def _is_a(self, index: int, noun: Noun) -> bool:
        phrase = self.sentence.np(index)
        if phrase.head_is(noun):
            return True
        if phrase.head_is(Noun.PART, Noun.WHOLE) or phrase.head.norm in {"last", "only"}:
            chain = self.sentence.chain(index)
            return bool(chain) and chain[0][0] == "of" and self.sentence.np(chain[0][1]).head_is(noun)
        return False

    def _voice(self, index: int, group: VerbGroup) -> str:
        del group
        return self.sentence.voice(index)

    def _subject(self, index: int, group: VerbGroup) -> int | None:
        if self._voice(index, group) == "reduced" and not group.auxiliaries:
            before = self.sentence._skip_left(index - 1)  # noqa: SLF001
            if self.sentence.kind(before) == ",":
                before -= 1
            while self.sentence.is_np(before) and self.sentence.governed(before) == "of" and self.sentence.is_np(before - 2):
                before -= 2
            if self.sentence.is_np(before):
                if not self.sentence.governed(before) or not isinstance(self.locator.locate(before), NoPlace):
                    return before
                return self.sentence._chain_head(before)  # noqa: SLF001
        return self.sentence.clause(index).subject

    def _objects(self, index: int) -> list[int]:
        """The direct objects; of a relative clause without one, what it refers to."""
        objects = self.sentence.complements(index).objects
        if objects:
            return objects
        current: int | None = index
        for _ in range(4):
            if current is None or not self.sentence.is_vg(current):
                break
            clause = self.sentence.clause(current)
            if clause.opener in {"rel", "contact", "and"} and clause.antecedent is not None and clause.antecedent != clause.subject:
                return [self._placed_antecedent(clause.antecedent)]
            current = clause.matrix if clause.opener in {"infinitive", "gerund"} else None  # which they tried to take
        return []

    def _placed_antecedent(self, noun: int) -> int:
        """What "which" means: the nearest noun phrase to the left that is a place ("X, a district of garages, which …")."""
        j = noun
        while j >= 0 and self.sentence.kind(j) in {"np", "prep", ",", "cc", "adv", "time"}:
            if self.sentence.is_np(j) and not isinstance(self.locator.locate(j), NoPlace):
                while self.sentence.governed(j) == "of" and self.sentence.is_np(j - 2) and not isinstance(self.locator.locate(j - 2), NoPlace):
                    j -= 2
                return j
            j -= 1
        return noun

    def _frame(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        frame = reading.group.frame
        match frame:
            case Frame.TAKES:
                if reading.group.needs is Noun.FLAG:
                    return self._flag(reading, index, group)
                return self._takes(reading, index, group)
            case Frame.LOSES:
                return self._loses(reading, index, group)
            case Frame.FALLS:
                return self._falls(reading, index, group)
            case Frame.LEAVES:
                return self._leaves(reading, index, group)
            case Frame.DRIVES_OUT:
                return self._drives_out(reading, index, group)
            case Frame.HANDS_OVER:
                return self._hands_over(reading, index, group)
            case Frame.ENTERS:
                return self._enters(reading, index, group)
            case Frame.HOLDS:
                return self._holds(reading, index, group)
            case Frame.BESIEGES:
                return self._besieges(reading, index, group)
            case Frame.CUTS:
                return self._cuts(reading, index, group)
            case Frame.ENDS_SIEGE:
                return self._ends_siege(reading, index, group)

    def _make(
        self,
        reading: EventReading | StateReading,
        index: int,
        voice: str,
        places: list[Located],
        gained: Side | None,
        lost: Side | None,
        *,
        action: Action | None = None,
        frame: Frame | None = None,
        trigger: Unit | None = None,
    ) -> list[Candidate]:
        if isinstance(reading, EventReading):
            event, chosen, used = reading.group.event, action or reading.group.action, frame or reading.group.frame
        else:
            event, used = reading.event, frame or Frame.HOLDS
            chosen = action or (Action.CAPTURED if event is Event.CONTROL_CHANGE else Action.IMPOSED)
        chunk = self.sentence.chunks[index]
        unit = trigger or (chunk.main if isinstance(chunk, VerbGroup) and chunk.main else chunk.units[-1])
        return [
            Candidate(event, chosen, used, reading.word, index, voice, place, gained, lost, unit) for place in places
        ]

    def _locate_all(self, nouns: list[int]) -> list[Located] | NoPlace:
        """The places of coordinated noun phrases; the first failure counts when none has a place."""
        found: list[Located] = []
        failure = NoPlace("no object")
        for position, noun in enumerate(nouns):
            result = self.locator.locate(noun)
            if isinstance(result, NoPlace):
                if position == 0:
                    failure = result
                continue
            if found and any(place.unit is None for place in result):
                continue  # "Qabasin and Bza'a, two smaller towns": an apposition
            found.extend(place for place in result if all(place.place != other.place for other in found))
        return found or failure

    def _subjects(self, subject: int | None, before: int) -> list[int]:
        """The subject and what is coordinated with it, up to the verb."""
        if subject is None:
            return []
        nouns = [subject]
        j = subject + 1
        while j < before:
            kind = self.sentence.kind(j)
            if kind == "," and not (self.sentence.is_np(j + 1) and self.sentence._list_goes_on(j + 1)):  # noqa: SLF001
                closing = self.sentence._next_comma(j + 1)  # noqa: SLF001
                if closing is None or closing >= before:
                    break
                j = closing + 1  # an apposition
            elif kind in {"cc", ","} and self.sentence.is_np(j + 1):
                nouns.append(j + 1)
                j += 2
            elif kind in {"prep", "adv", "time", "cue"} or self.sentence.is_np(j):
                j += 1
            else:
                break
        return nouns

    def _agent(self, index: int) -> Side | None:
        """By whom, in the passive."""
        for noun in self.sentence.complements(index).after("by"):
            side = self.sides.side(noun) or (self.sides.owner(noun) if self.sentence.np(noun).possessor else None)
            if side is not None:
                return side
        return None

    def _source(self, index: int, *prepositions: str, gained: Side | None = None) -> Side | None:
        """From whom."""
        for noun in self.sentence.complements(index).after(*prepositions):
            side = self.sides.side(noun, other_than=gained.actor if gained else None)
            if side is not None and (side.actor is not None):
                return side
        return None

    def _armed_subject(self, index: int, group: VerbGroup) -> Side | None | NoPlace:
        """The side that acts; NoPlace when it is somebody else, such as students."""
        subject = self._subject(index, group)
        if subject is None:
            return None
        side = self.sides.side(subject)
        if side is not None:
            return side
        phrase = self.sentence.np(subject)
        if phrase.head_is(Noun.ATTEMPT):
            return self._owner_of_attempt(subject)
        if phrase.head_is(Noun.THING) or (
            phrase.head_is(Noun.PEOPLE) and not phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP)
        ):
            return NoPlace(f"'{phrase.head.norm}' are no armed side")
        if (phrase.place is not None and phrase.head.places) or phrase.head_is(*PLACE_NOUNS):
            return NoPlace("a place cannot do that")
        if phrase.head.capital or phrase.head_is(Noun.SPEAKER) or phrase.is_pronoun:
            return None
        if phrase.determiner in {"a", "an"} and not phrase.head_is(Noun.FORCE, Noun.STATE_FORCE, Noun.GROUP):
            return NoPlace(f"'{phrase.head.norm}' is no armed side")
        return None

    def _owner_of_attempt(self, noun: int) -> Side | None:
        """Whose attempt: its adjective, "by" a side, or the subject of the verb that it is the object of."""
        for word, other in self.sentence.chain(noun):
            if word in {"by", "of", "between"}:
                side = self.sides.side(other)
                if side is not None:
                    return side
        owner = self.sides.owner(noun)
        if owner is not None:
            return owner
        if self.sentence.governed(noun) and self.sentence.is_np(noun - 2):
            return self.sides.side(noun - 2)
        verb = self._verb_left(noun)
        if verb is not None and not self.sentence.governed(noun) and self.sentence.vg(verb).effect(Effect.NEGATED) is None:
            return self.sides.side(self.sentence.clause(verb).subject)
        return None

    def _takes(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        if voice == "active":
            objects = self._objects(index)
            if not objects:
                return NoPlace("nothing is taken")
            places = self._locate_all(objects)
            if isinstance(places, NoPlace):
                return places
            gained = self._armed_subject(index, group)
            if isinstance(gained, NoPlace):
                return gained
            cleared = self.sentence.complements(index).after("of")
            if cleared and self.sentence.np(cleared[0]).head_is(Noun.THING):
                return NoPlace(f"cleared of '{self.sentence.np(cleared[0]).head.norm}'")
            lost = self._source(index, "from", "of")
            if lost is None and reading.group.needs is Noun.CONTROL:
                lost = self.sides.owner(objects[0])
            if lost is not None and gained is not None and gained.unit is None and gained.actor == lost.actor:
                gained = self.sides.side(self._subject(index, group), other_than=lost.actor)
            if lost is not None and gained is not None and lost.actor == gained.actor:
                lost = None
            found = self._make(reading, index, voice, places, gained, lost or self._held_by(places))
            return [*found, *self._denied_beside(reading, index, gained)]
        subject = self._subject(index, group)
        places = self._locate_all(self._subjects(subject, index))
        if isinstance(places, NoPlace):
            return places
        gained = self._agent(index)
        return self._make(reading, index, voice, places, gained, self._source(index, "from", gained=gained) or self._held_by(places))

    def _denied_beside(self, reading: EventReading, index: int, gained: Side | None) -> list[Candidate]:
        """A has taken X, not Y."""
        end = self.sentence.complements(index).end
        if self.sentence.kind(end) != "," or self.sentence.kind(end + 1) != "cue" or not self.sentence.is_np(end + 2):
            return []
        places = self.locator.locate(end + 2)
        if self.sentence.chunks[end + 1].word != "not" or isinstance(places, NoPlace):
            return []
        found = self._make(reading, index, "active", places, gained, None)
        for candidate in found:
            candidate.denied = True
        return found

    def _held_by(self, places: list[Located]) -> Side | None:
        """"Rebel-held" on the place that changes hands says who loses it."""
        for place in places:
            if place.unit is None:
                continue
            for noun in range(len(self.sentence.chunks)):
                if self.sentence.is_np(noun) and (place.unit in self.sentence.np(noun).units or noun == place.noun):
                    holder = self._suffix_holder(self.sentence.np(noun), noun)
                    if holder is not None:
                        return holder[0]
                    if self.sentence._is_holding(noun + 1):  # noqa: SLF001
                        return self.sides.side(noun + 3)
                    for other in (noun - 2,):
                        if self.sentence.is_np(other) and self.sentence.governed(noun) == "of":
                            holder = self._suffix_holder(self.sentence.np(other), other)
                            if holder is not None:
                                return holder[0]
        return None

    def _flag(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        complements = self.sentence.complements(index)
        if self._voice(index, group) != "active":
            subject = self._subject(index, group)
            gained = self.sides.owner(subject) if subject is not None else None
        else:
            owner = self._armed_subject(index, group)
            if isinstance(owner, NoPlace):
                return owner
            gained = owner
        for noun in complements.after("over", "in", "on", "above", "at", "atop", "across"):
            places = self.locator.locate(noun)
            if not isinstance(places, NoPlace):
                site = self.sentence.np(noun).head_is(Noun.SITE)
                extent = Extent.PARTIAL if site else places[0].extent
                return self._make(reading, index, "active", [replace(places[0], extent=extent)], gained, None)
        for noun in range(index - 1, -1, -1):
            if self.sentence.is_np(noun) and self.sentence.governed(noun) == "in":
                places = self.locator.locate(noun)
                if not isinstance(places, NoPlace):
                    return self._make(reading, index, "active", [replace(places[0], extent=Extent.PARTIAL)], gained, None)
        return NoPlace("no place under the flag")

    def _loses(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        gained = self._source(index, "to")
        if voice == "active":
            places = self._locate_all(self._objects(index))
            if isinstance(places, NoPlace):
                return places
            lost = self._armed_subject(index, group)
            if isinstance(lost, NoPlace):
                return lost
        else:
            places = self._locate_all(self._subjects(self._subject(index, group), index))
            if isinstance(places, NoPlace):
                return places
            lost = self._agent(index)
        return self._make(reading, index, "active", places, gained, lost)

    def _falls(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        subject = self._subject(index, group)
        if subject is None:
            return NoPlace("nothing falls")
        complements = self.sentence.complements(index)
        if complements.objects[:1] == [index + 1] and reading.word.text == "fall":
            return NoPlace("something else falls")
        gained: Side | None = None
        for preposition, noun in complements.prepositions:
            if preposition not in _INTO:
                continue
            side = self._controller(noun) if self.sentence.np(noun).head_is(Noun.CONTROL) else self.sides.side(noun)
            if side is not None:
                gained = side
                break
            if preposition == "to" and not self.sentence.np(noun).head.capital and not self.sentence.np(noun).place:
                return NoPlace(f"to '{self.sentence.np(noun).head.norm}' is to no side")
        if gained is None:
            gained = self._going_to(complements.end)
        if gained is None and reading.group.needs is not None:
            return NoPlace("it passes to no side")
        places = self._locate_all(self._subjects(subject, index))
        if isinstance(places, NoPlace):
            return places
        return self._make(reading, index, "active", places, gained, self._source(index, "from") or self._held_by(places))

    def _going_to(self, start: int) -> Side | None:
        """Changed hands, this time going to the rebels."""
        for j in range(start, len(self.sentence.chunks)):
            if self.sentence.is_vg(j) and self.sentence.vg(j).form == Form.ING:
                for noun in self.sentence.complements(j).after("to"):
                    return self.sides.side(noun)
        return None

    def _controller(self, noun: int) -> Side | None:
        """Whose hands or control."""
        for word, other in self.sentence.chain(noun)[:1]:
            if word == "of":
                return self.sides.side(other)
        return self.sides.owner(noun)

    def _leaves(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        complements = self.sentence.complements(index)
        if voice != "active":
            subject = self._subject(index, group)
            phrase = self.sentence.np(subject) if subject is not None else None
            if phrase is not None and (self.sides.side(subject) or phrase.head_is(Noun.FORCE)) and not phrase.head.places:
                side = self.sides.side(subject)
                for noun in complements.after("from", "out of"):
                    located = self.locator.locate(noun)
                    if not isinstance(located, NoPlace):
                        return self._make(reading, index, voice, located, None, side)
                return NoPlace("no place is left")
            places = self._locate_all(self._subjects(subject, index))
            if isinstance(places, NoPlace):
                return places
            return self._make(reading, index, voice, places, None, self._agent(index))
        lost = self._armed_subject(index, group)
        if isinstance(lost, NoPlace):
            return lost
        objects = self._objects(index)
        first = self.sentence.np(objects[0]) if objects else None
        moved = first is not None and not first.is_pronoun and not first.head.places and self.sides.side(objects[0]) is not None
        if objects and not moved:
            places = self._locate_all(objects)
            if isinstance(places, NoPlace):
                return places
            besieged = self.sentence.is_vg(complements.end) and any(
                r.group.frame is Frame.BESIEGES for r in self.sentence.vg(complements.end).events
            )
            if besieged or self.sentence.kind(complements.end) == "state" or (first is not None and first.is_pronoun and complements.after("with")):
                return NoPlace("left as it is")
            if not isinstance(places, NoPlace) and lost is not None:
                return self._make(reading, index, voice, places, self._taker(complements.after("to"), lost), lost)
        nouns = complements.after("from", "out of")
        if not nouns and reading.word.text.endswith("out"):
            nouns = complements.after("of")[:1]
        places = self._locate_all(nouns)
        if isinstance(places, NoPlace):
            return places if nouns else NoPlace("no place is left")
        if lost is None:
            return NoPlace("nobody armed leaves")
        return self._make(reading, index, voice, places, None, lost)

    def _taker(self, nouns: list[int], lost: Side | None) -> Side | None:
        for noun in nouns:
            side = self.sides.side(noun)
            if side is not None and side.unit is not None and (lost is None or side.actor != lost.actor):
                return side
        return None

    def _drives_out(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        complements = self.sentence.complements(index)
        if voice == "active":
            objects = self._objects(index)
            gained = self._armed_subject(index, group)
            if isinstance(gained, NoPlace):
                return gained
            lost = self.sides.side(objects[0], other_than=gained.actor if gained else None) if objects else None
            if lost is None:
                return NoPlace("nobody is driven out")
        else:
            subject = self._subject(index, group)
            lost = self.sides.side(subject)
            if lost is None:
                return NoPlace("nobody armed is driven out")
            gained = self._agent(index)
        for noun in complements.after("out of", "from", "of"):
            places = self.locator.locate(noun)
            if not isinstance(places, NoPlace):
                return self._make(reading, index, voice, places, gained, lost)
        if reading.word.text.endswith(" out") and not complements.after("from", "out of"):
            for noun in range(index):
                if self.sentence.is_np(noun):
                    places = self.locator.locate(noun)
                    if not isinstance(places, NoPlace):
                        return self._make(reading, index, voice, places, gained, lost)
        return NoPlace("no place that they were driven from")

    def _hands_over(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        takers = self.sentence.complements(index).after("to")
        if voice == "active":
            places = self._locate_all(self._objects(index))
            lost = self._armed_subject(index, group)
            if isinstance(lost, NoPlace):
                return lost
        else:
            places = self._locate_all(self._subjects(self._subject(index, group), index))
            lost = self._agent(index)
        if isinstance(places, NoPlace):
            return places
        if not takers and reading.word.text in {"give", "hand", "deliver"}:
            return NoPlace("nobody is given it")
        gained = next((side for side in map(self.sides.side, takers) if side is not None), None)
        action = None if takers else Action.WITHDRAWN
        return self._make(reading, index, voice, places, gained, lost, action=action)

    def _enters(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        if self._voice(index, group) != "active":
            return NoPlace("entered by nobody")
        complements = self.sentence.complements(index)
        gained = self._armed_subject(index, group)
        if isinstance(gained, NoPlace):
            return gained
        nouns = self._objects(index) or complements.after("into", "inside", "in")
        places = self._locate_all(nouns)
        if isinstance(places, NoPlace):
            return places
        if gained is None:
            return NoPlace("nobody armed enters")
        found = self._make(reading, index, "active", places, gained, None)
        for candidate in found:
            candidate.entry = True
        return found

    def _holds(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        if voice == "active":
            places = self._locate_all(self._objects(index))
            holder = self._armed_subject(index, group)
            if isinstance(holder, NoPlace):
                return holder
            if holder is None and not isinstance(places, NoPlace):
                return NoPlace("no side holds it")
        else:
            places = self._locate_all(self._subjects(self._subject(index, group), index))
            holder = self._agent(index)
            if holder is None and not isinstance(places, NoPlace):
                return NoPlace("no side holds it")
        if isinstance(places, NoPlace):
            return places
        found = self._make(reading, index, voice, places, holder, None)
        for candidate in found:
            candidate.standing = True
        return found

    # --- sieges

    def _besieges(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        if reading.group.needs is Noun.SIEGE:
            return self._acts_on_siege(reading, index, group)
        voice = self._voice(index, group)
        complements = self.sentence.complements(index)
        if voice == "active":
            objects = self._objects(index)
            gained = self._armed_subject(index, group)
            if isinstance(gained, NoPlace):
                return gained
            if not objects:
                return NoPlace("nothing is besieged")
            return self._besieged(reading, index, voice, objects, gained, complements.after("in", "inside"))
        subject = self._subject(index, group)
        if subject is None:
            return NoPlace("nothing is besieged")
        gained = self._agent(index)
        by = complements.after("by")
        if gained is None and by and not self.sentence.np(by[0]).head.capital:
            return NoPlace(f"'{self.sentence.np(by[0]).head.norm}' besiege nobody")
        leaving = self._leaving_before(subject)
        if voice == "reduced" and leaving is not None:
            side = self.sides.side(self.sentence.clause(leaving).subject)
            return self._besieged(reading, index, "active", [subject], side, [])
        have = self._have_before(subject)
        if voice == "reduced" and have is not None:
            holder = self.sides.side(self.sentence.clause(have).subject)
            found = self._besieged(reading, index, voice, [subject], holder, [])
            if not isinstance(found, NoPlace):
                for candidate in found:
                    candidate.standing = True
            return found
        nouns = [noun for word, noun in self.sentence.chain(subject) if word in {"in", "inside", "of"}]
        return self._besieged(reading, index, voice, self._subjects(subject, index), gained, [*nouns, *complements.after("in", "inside")])

    def _leaving_before(self, noun: int) -> int | None:
        """…, leaving X surrounded."""
        if self.sentence.is_vg(noun - 1) and any(r.group.frame is Frame.LEAVES for r in self.sentence.vg(noun - 1).events):
            return noun - 1
        return None

    def _have_before(self, noun: int) -> int | None:
        """Have had X surrounded."""
        before = noun - 1
        if self.sentence.is_vg(before):
            main = self.sentence.vg(before).main
            if main is not None and main.norm in words.HAVE:
                return before
        return None

    def _besieged(
        self, reading: EventReading, index: int, voice: str, nouns: list[int], gained: Side | None, inside: list[int]
    ) -> list[Candidate] | NoPlace:
        """The object is a place, or people in a place."""
        places = self._locate_all(nouns)
        lost: Side | None = None
        phrase = self.sentence.np(nouns[0])
        if isinstance(places, NoPlace) or not phrase.head.places:
            side = self.sides.side(nouns[0])
            people = phrase.head_is(Noun.PEOPLE)
            if side is not None or people:
                for noun in inside:
                    found = self.locator.locate(noun)
                    if not isinstance(found, NoPlace):
                        return self._make(reading, index, voice, found, gained, side if side and (not gained or side.actor != gained.actor) else None)
        if isinstance(places, NoPlace):
            return places
        lost = lost or self._held_by(places)
        return self._make(reading, index, voice, places, gained, lost)

    def _siege_noun(self, index: int, group: VerbGroup) -> int | None:
        for noun in self.sentence.complements(index).objects[:1]:
            if self._is_a(noun, Noun.SIEGE):
                return noun
        subject = self._subject(index, group)
        if subject is not None and self._is_a(subject, Noun.SIEGE):
            return subject
        return None

    def _siege_places(self, noun: int, index: int) -> list[Located] | NoPlace:
        """The place of a siege: behind "of", before "'s siege", else what "the siege" means here."""
        self._used_nouns.add(noun)
        for word, other in self.sentence.chain(noun):
            if word in _SIEGES:
                places = self.locator.locate(other)
                if not isinstance(places, NoPlace):
                    more = self.locator.coordinated(other)
                    return [*places, *more]
            self._used_nouns.add(other)
        for word, other in self.sentence.complements(index).prepositions:
            if word in _SIEGES and word != "to":
                places = self.locator.locate(other)
                if not isinstance(places, NoPlace):
                    return places
                side = self.sides.side(other)
                if side is not None:
                    for _, inner in self.sentence.chain(other):
                        places = self.locator.locate(inner)
                        if not isinstance(places, NoPlace):
                            return places
        phrase = self.sentence.np(noun)
        for unit in (*phrase.possessor, *phrase.own):
            if unit.places:
                place = self.locator._place(unit)  # noqa: SLF001
                if place is not None:
                    return [Located(place, Extent.FULL, unit, noun)]
        if self.siege_places:
            return [replace(place, unit=None, noun=noun, how="'the siege' means that of before") for place in self.siege_places]
        token = self.locator.offset + phrase.first
        found = self.locator.context.last_place(token, self.locator.number, (Noun.SETTLEMENT, Noun.SITE, Noun.QUARTER), "")
        kinds = [place for place in found if self.locator.context.gazetteer[place].kind not in {"road", "country"}]
        if kinds:
            return [Located(kinds[0], Extent.FULL, None, noun, "the siege is taken for that of the place named last")]
        return NoPlace("a siege of no tracked place")

    def _acts_on_siege(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        noun = self._siege_noun(index, group)
        if noun is None:
            return NoPlace("no siege")
        voice = self._voice(index, group)
        places = self._siege_places(noun, index)
        if isinstance(places, NoPlace):
            return places
        lost: Side | None = None
        if self.sentence.complements(index).objects[:1] == [noun]:
            gained = self._armed_subject(index, group)
            if isinstance(gained, NoPlace):
                return gained
        else:
            gained = self._agent(index)
        for word, other in (*self.sentence.chain(noun), *self.sentence.complements(index).prepositions):
            if word in {"around", "on", "of", "against"} and self.sides.side(other) and not self.sentence.np(other).head.places:
                lost = self.sides.side(other)
        return self._make(reading, index, voice, places, gained or self.sides.owner(noun), lost or self._held_by(places))

    def _ends_siege(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        needs = reading.group.needs
        voice = self._voice(index, group)
        if needs is Noun.CORRIDOR:
            return self._opens_corridor(reading, index, group)
        if needs is None:
            places = self._locate_all(self._objects(index))
            gained = self._armed_subject(index, group)
            if isinstance(places, NoPlace) or isinstance(gained, NoPlace):
                return places if isinstance(places, NoPlace) else NoPlace("no side relieves it")
            return self._make(reading, index, voice, places, gained, None)
        noun = self._siege_noun(index, group)
        if noun is None:
            return NoPlace("no siege")
        places = self._siege_places(noun, index)
        if isinstance(places, NoPlace):
            return places
        besieger = self._besieger(noun)
        if self.sentence.complements(index).objects[:1] == [noun]:
            actor = self._armed_subject(index, group)
            if isinstance(actor, NoPlace):
                actor = None
        else:
            actor = self._agent(index)
        action = reading.group.action
        own = self.sentence.np(noun).determiner in words.POSSESSIVES
        if action is Action.LIFTED:
            related = actor is not None and besieger is not None and self.sides.context.actors.related(actor.actor, besieger.actor)
            if own or related:
                return self._make(reading, index, voice, places, None, actor)
            lifting = voice == "active" and group.finite or group.infinitive
            if actor is not None and besieger is None and lifting and not reading.word.text.startswith("end"):
                return self._make(reading, index, voice, places, None, actor)
            if actor is not None and actor.actor is not None and not self._agreed(index):
                action = Action.BROKEN
            elif actor is None and not self._by_battle(index, group):
                return self._make(reading, index, voice, places, None, besieger)
            elif actor is None:
                action = Action.BROKEN
        elif own:
            besieger = None
        if besieger is not None and actor is not None and besieger.actor == actor.actor:
            besieger = None
        return self._make(reading, index, voice, places, actor, besieger, action=action)

    def _by_battle(self, index: int, group: VerbGroup) -> bool:
        """A battle ended the siege."""
        subject = self._subject(index, group)
        return subject is not None and self.sentence.np(subject).head_is(Noun.ATTEMPT)

    def _besieger(self, noun: int) -> Side | None:
        for word, other in self.sentence.chain(noun):
            if word == "by":
                return self.sides.side(other)
        return self.sides.owner(noun)

    def _agreed(self, index: int) -> bool:
        return any(
            chunk.head_is(Noun.DEAL) for chunk in self.sentence.chunks if isinstance(chunk, NounPhrase)
        )

    def _opens_corridor(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        objects = self.sentence.complements(index).objects
        if not objects or any(unit.norm in {"humanitarian", "aid", "safe"} for unit in self.sentence.np(objects[0]).units):
            return NoPlace("no corridor of fighters")
        gained = self._armed_subject(index, group)
        if isinstance(gained, NoPlace) or gained is None:
            return NoPlace("no side opens it")
        for word, other in self.sentence.chain(objects[0]):
            if word in {"into", "to", "inside"}:
                places = self.locator.locate(other)
                if not isinstance(places, NoPlace):
                    return self._make(reading, index, "active", places, gained, None)
        return NoPlace("a corridor to no tracked place")

    def _cuts(self, reading: EventReading, index: int, group: VerbGroup) -> list[Candidate] | NoPlace:
        voice = self._voice(index, group)
        complements = self.sentence.complements(index)
        objects = self._objects(index) if voice == "active" else []
        subject = self._subject(index, group)
        nouns = objects or ([subject] if subject is not None and voice != "active" else [])
        if objects and self.sentence.np(objects[0]).is_pronoun:
            nouns = [noun for noun in range(index - 1, -1, -1) if self.sentence.is_np(noun)]  # reached the road and cut it
        route = next((noun for noun in nouns if self._is_a(noun, Noun.ROUTE)), None)
        if route is None:
            return NoPlace("no road is cut")
        places = self._route_places(route, complements.relative)
        if not places:
            return NoPlace("a road to no tracked place")
        gained = self._armed_subject(index, group) if voice == "active" else self._agent(index)
        if isinstance(gained, NoPlace):
            return gained
        phrase = self.sentence.np(route)
        only = any(unit.norm in {"last", "only", "all", "sole", "final", "remaining", "every"} for unit in phrase.units)
        action = Action.IMPOSED if only else Action.TIGHTENED
        return self._make(reading, index, voice, places[:1], gained, self._held_by(places[:1]), action=action)

    def _route_places(self, route: int, relative: int | None) -> list[Located]:
        phrase = self.sentence.np(route)
        owner = next((unit for unit in phrase.possessor if unit.places), None)
        if owner is not None:
            place = self.locator._place(owner)  # noqa: SLF001
            if place is not None:
                return [Located(place, Extent.FULL, owner, route, "its road")]
        chain = list(self.sentence.chain(route))
        if relative is not None:
            j = relative
            while j < len(self.sentence.chunks) and self.sentence.kind(j) not in {",", ";", "sub"}:
                if self.sentence.is_np(j) and self.sentence.governed(j):
                    chain.append((self.sentence.governed(j), j))
                elif self.sentence.is_np(j) and self.sentence.is_vg(j - 1):
                    chain.append(("to", j))
                j += 1
        for word, noun in chain:
            if word in _ROUTES:
                places = self.locator.locate(noun)
                if not isinstance(places, NoPlace):
                    return places
        return []

    # --- nouns

    def _noun(self, index: int, phrase: NounPhrase) -> None:
        self._suffix(index, phrase)
        self._hands(index, phrase)
        self._for_control(index, phrase)
        reading = phrase.event_noun
        if reading is None or index in self._used_nouns:
            return
        found = self._noun_frame(reading, index, phrase)
        if isinstance(found, NoPlace):
            self.refusals.append(Refusal(phrase.head, reading.word, found.why))
        else:
            self.candidates.extend(found)

    def _noun_frame(self, reading: EventReading, index: int, phrase: NounPhrase) -> list[Candidate] | NoPlace:
        chain = self.sentence.chain(index)
        frame = reading.group.frame
        wanted = {
            Frame.LEAVES: ("from", "out of"),
            Frame.DRIVES_OUT: ("from", "out of"),
            Frame.BESIEGES: ("of", "on", "around", "in"),
            Frame.ENTERS: ("into",),
            Frame.ENDS_SIEGE: ("of", "to"),
        }.get(frame, ("of",))
        places: list[Located] | NoPlace = NoPlace("it stands with no tracked place")
        at = index
        for word, noun in chain:
            if word in wanted:
                places = self.locator.locate(noun)
                at = noun
                if not isinstance(places, NoPlace):
                    places = [*places, *self.locator.coordinated(noun)]
                    break
        if frame is Frame.ENDS_SIEGE:
            if at == index or not self._is_a(chain[0][1], Noun.SIEGE):
                return NoPlace("no siege ends")
            places = self._siege_places(chain[0][1], index)
        if isinstance(places, NoPlace):
            owner = next((unit for unit in reversed(phrase.possessor) if unit.places), None)
            place = self.locator._place(owner) if owner is not None else self._owning_place(index, phrase)  # noqa: SLF001
            if place is None or frame is Frame.LEAVES:
                return places
            places = [Located(place, Extent.FULL, owner, index)]
        by = self._chain_side(index, "by") or self._announcer(index, frame)
        to = self._chain_side(index, "to")
        of = self._chain_side(index, "of")
        owner_side = self.sides.owner(index)
        match frame:
            case Frame.TAKES | Frame.BESIEGES | Frame.ENTERS:
                gained, lost = by or owner_side, self._chain_side(index, "from")
            case Frame.FALLS:
                gained, lost = to, self._held_by(places)
            case Frame.LOSES:
                gained, lost = to, by or owner_side
            case Frame.LEAVES:
                gained, lost = None, of or by or owner_side
                if lost is None:
                    return NoPlace("nobody armed leaves")
            case Frame.DRIVES_OUT:
                gained, lost = by, of or owner_side
            case Frame.HANDS_OVER:
                gained, lost = to, by or owner_side
                if to is None and by is None:
                    return NoPlace("nobody hands it over")
            case _:
                gained, lost = by or owner_side, None
        found = self._make(reading, index, "noun", places, gained, lost, trigger=phrase.head)
        for candidate in found:
            candidate.entry = frame is Frame.ENTERS
        return found

    def _owning_place(self, index: int, phrase: NounPhrase) -> PlaceId | None:
        """The town's liberation, its fall."""
        owner = phrase.possessor[-1] if phrase.possessor else None
        nouns = [noun for noun in PLACE_NOUNS if owner is not None and owner.noun(noun)]
        if not nouns:
            return None
        token = self.locator.offset + phrase.first
        found = self.locator.context.last_place(token, self.locator.number, nouns, owner.norm if owner else "", back=2)
        return found[0] if found else None

    def _announcer(self, index: int, frame: Frame) -> Side | None:
        """The army announced the capture of X, denied the loss of X, led an offensive to the capture of X: its own."""
        verb = self._verb_left(index)
        effects = [Effect.REPORTS, Effect.CLAIMS, Effect.PROSPECTIVE, Effect.FACTUAL]
        if frame is Frame.LOSES:
            effects.extend((Effect.DENIES, Effect.CONFIRMS))
        if verb is not None and self.sentence.governed(index) == "to" and self.sentence.vg(verb).effect(Effect.FACTUAL):
            subject = self.sentence.clause(verb).subject
            return self.sides.owner(subject) if subject is not None else None
        if verb is None or self.sentence.governed(index) or self.sentence.vg(verb).effect(*effects) is None:
            return None
        subject = self.sentence.clause(verb).subject
        if subject is None or self.sentence.np(subject).head_is(Noun.WITNESS, Noun.SPEAKER):
            return None
        side = self.sides.side(subject)
        return side if side is not None and side.actor is not None else None

    def _chain_side(self, index: int, preposition: str) -> Side | None:
        for word, noun in self.sentence.chain(index):
            if word == preposition and not self.sentence.np(noun).head.places:
                side = self.sides.side(noun)
                if side is not None:
                    return side
        return None

    # --- states

    def _suffix_holder(self, phrase: NounPhrase, index: int) -> tuple[Side, StateReading, Unit] | None:
        """Rebel-held, government-controlled."""
        for position, unit in enumerate(phrase.units):
            if not unit.glued or unit.meaning is None or position == 0:
                continue
            reading = next((state for state in unit.meaning.states if state.kind == "suffix"), None)
            if reading is None:
                continue
            owner = phrase.units[position - 1]
            actor = owner.actor or owner.modifier
            if actor is None and owner.noun(Noun.STATE_FORCE):
                actor = self.sides.context.home
            if actor is None and owner.noun(Noun.FORCE, Noun.GROUP):
                actor = self.sides.context.called(self.sides.offset + owner.first, owner.norm)
            if actor is not None:
                return Side(actor, owner, index), reading, unit
        return None

    def _suffix(self, index: int, phrase: NounPhrase) -> None:
        holder = self._suffix_holder(phrase, index)
        if holder is not None:
            side, reading, unit = holder
            places = self.locator.locate(index)
            if isinstance(places, NoPlace):
                self.refusals.append(Refusal(unit, reading.word, places.why))
                return
            found = self._make(reading, index, "suffix", places, side, None, trigger=unit)
            for candidate in found:
                candidate.standing = True
            self.candidates.extend(found)
            return
        for position, unit in enumerate(phrase.units[:-1]):
            if unit.meaning is None or unit.glued:
                continue
            reading = next((state for state in unit.meaning.states if state.kind == "adjective"), None)
            named = any(u.places for u in phrase.units[position + 1 :]) or phrase.head_is(*PLACE_NOUNS)
            if reading is None or not named:
                continue
            places = self.locator.locate(index)
            if isinstance(places, NoPlace) or places[0].unit is None:
                why = places.why if isinstance(places, NoPlace) else "no place is named with it"
                self.refusals.append(Refusal(unit, reading.word, why))
                continue
            found = self._make(reading, index, "adjective", places, None, None, trigger=unit)
            for candidate in found:
                candidate.standing = True
            self.candidates.extend(found)
            return

    def _state(self, index: int) -> None:
        """In the hands of, under the control of, in control of, under siege."""
        chunk = self.sentence.chunks[index]
        meaning = chunk.units[0].meaning
        assert meaning is not None
        reading = next(state for state in meaning.states if state.kind == "phrase")
        put = self._put_under(index, chunk.word)
        if put:
            self.candidates.extend(put)
            return
        subject = self._state_subject(index)
        complements = self.sentence.complements(index)
        places: list[Located] | NoPlace
        if reading.event is Event.SIEGE:
            places = self._locate_all(self._subjects(subject, index)) if subject is not None else NoPlace("nothing is besieged")
            holder = next((s for s in map(self.sides.side, complements.after("by", "from")) if s is not None), None)
        elif reading.word.text in _HOLDER_FIRST:
            places = self._locate_all([*complements.objects, *complements.after("of")])
            holder = self.sides.side(subject)
        else:
            places = self._locate_all(self._subjects(subject, index)) if subject is not None else NoPlace("nothing is held")
            holder = self.sides.side(complements.objects[0]) if complements.objects else None
        if not isinstance(places, NoPlace) and holder is None and reading.event is Event.CONTROL_CHANGE:
            places = NoPlace("no side holds it")
        if isinstance(places, NoPlace):
            self.refusals.append(Refusal(chunk.units[0], reading.word, places.why))
            return
        found = self._make(reading, index, "state", places, holder, None, trigger=chunk.units[0])
        verb = self._verb_left(index)
        change = verb is not None and any(r.group.frame is Frame.FALLS for r in self.sentence.vg(verb).events)
        for candidate in found:
            candidate.standing = not change
            if change and verb is not None:
                candidate.chunk, candidate.voice, candidate.frame = verb, "active", Frame.FALLS
        self.candidates.extend(found)

    def _put_under(self, index: int, words_: str) -> list[Candidate]:
        """Put X under siege: the state is what the verb brings about."""
        if not (self.sentence.is_np(index - 1) and self.sentence.is_vg(index - 2)):
            return []
        group = self.sentence.vg(index - 2)
        meaning = self.lookup(f"{group.main.norm} {words_}") if group.main is not None else None
        reading = next((event for event in meaning.events if event.form is not None), None) if meaning is not None else None
        if reading is None:
            return []
        found = self._besieged(reading, index - 2, "active", [index - 1], self.sides.side(self._subject(index - 2, group)), [])
        return [] if isinstance(found, NoPlace) else found

    def _state_subject(self, index: int) -> int | None:
        j = self.sentence._skip_left(index - 1)  # noqa: SLF001
        if self.sentence.is_vg(j):
            return self._subject(j, self.sentence.vg(j))
        if self.sentence.kind(j) == ",":
            j -= 1
        while self.sentence.is_np(j) and self.sentence.governed(j) == "of" and self.sentence.is_np(j - 2):
            j -= 2
        return j if self.sentence.is_np(j) else None

    def verb_of_state(self, index: int) -> int | None:
        """The verb that a state stands with ("is in the hands of"), if it has one."""
        j = self.sentence._skip_left(index - 1)  # noqa: SLF001
        return j if self.sentence.is_vg(j) else None

    def _hands(self, index: int, phrase: NounPhrase) -> None:
        """X remains in rebel hands, X is under government control."""
        if phrase.head.norm == "that" and self.sentence.governed(index) in {"in", "under"}:
            self._hands_again(index)
        if not phrase.head_is(Noun.CONTROL) or self.sentence.governed(index) not in {"in", "under"}:
            return
        verb = self._verb_left(index)
        if verb is not None and any(reading.group.frame is Frame.FALLS for reading in self.sentence.vg(verb).events):
            return
        holder = self._controller(index)
        subject = self._subject(verb, self.sentence.vg(verb)) if verb is not None else self._noun_left(index)
        if holder is None or subject is None or phrase.head.meaning is None:
            return
        if verb is None and self.sentence.is_vg(subject - 1) and self._has_needed(subject - 1, self.sentence.vg(subject - 1), Noun.CONTROL):
            return  # brought X under its control: told by the verb
        places = self._locate_all(self._subjects(subject, index))
        if isinstance(places, NoPlace):
            return
        word = phrase.head.meaning.nouns[Noun.CONTROL][0]
        for place in places:
            self.candidates.append(
                Candidate(
                    Event.CONTROL_CHANGE, Action.CAPTURED, Frame.HOLDS, word, index, "state", place, holder, None, phrase.head,
                    standing=True,
                )
            )

    def _for_control(self, index: int, phrase: NounPhrase) -> None:
        """The battle for control of X."""
        if not phrase.head_is(Noun.CONTROL) or self.sentence.governed(index) != "for" or phrase.head.meaning is None:
            return
        places = self.locator.locate(index)
        if isinstance(places, NoPlace):
            return
        owner = self._owner_of_attempt(index - 2) if self.sentence.is_np(index - 2) else None
        if owner is None:
            verb = self._verb_left(index)
            owner = self.sides.side(self.sentence.clause(verb).subject) if verb is not None else None
        word = phrase.head.meaning.nouns[Noun.CONTROL][0]
        self.candidates.extend(
            Candidate(Event.CONTROL_CHANGE, Action.CAPTURED, Frame.TAKES, word, index, "noun", place, owner, None, phrase.head)
            for place in places
        )

    def _hands_again(self, index: int) -> None:
        """X is under the control of A, and Y under that of B."""
        before = next((c for c in reversed(self.candidates) if c.voice == "state"), None)
        holder = self._controller(index)
        subject = self._noun_left(index)
        if before is None or holder is None or subject is None:
            return
        places = self.locator.locate(subject)
        if not isinstance(places, NoPlace):
            self.candidates.extend(
                replace(before, chunk=index, located=place, gained=holder, trigger=self.sentence.np(index).head, notes=[]) for place in places
            )

    def _verb_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue"}:
            j -= 1
        return j if self.sentence.is_vg(j) else None

    def _noun_left(self, index: int) -> int | None:
        j = index - 1
        while j >= 0 and self.sentence.kind(j) in {"prep", "adv", "time", "cue", ","}:
            j -= 1
        return j if self.sentence.is_np(j) else None

    def _out_of(self) -> None:
        """A headline's "B out of X", or "B is out of X"."""
        for index, chunk in enumerate(self.sentence.chunks):
            if chunk.kind != "prep" or chunk.word != "out of" or not self.sentence.is_np(index + 1):
                continue
            meaning = chunk.units[0].meaning
            reading = next(iter(meaning.events), None) if meaning is not None else None
            before = self.sentence._skip_left(index - 1)  # noqa: SLF001
            if self.sentence.is_vg(before):
                main = self.sentence.vg(before).main
                before = self._subject(before, self.sentence.vg(before)) or -1 if main is not None and main.norm in words.BE else -1
            elif any(isinstance(c, VerbGroup) for c in self.sentence.chunks[:index]):
                continue
            side = self.sides.side(before) if self.sentence.is_np(before) else None
            if reading is None or side is None or side.unit is None:
                continue
            places = self.locator.locate(index + 1)
            if not isinstance(places, NoPlace):
                self.candidates.extend(self._make(reading, index, "state", places, None, side, trigger=chunk.units[0]))


__all__ = ["Candidate", "Effect", "Frames", "Refusal"]
