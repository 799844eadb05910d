"""Reads Arabic: the sentences of an item, one after the other, into findings. Pure.

Called by ``match`` for the Arabic sentences of items that name a tracked place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise
from typing import Final

from watcher.detect.arabic import words
from watcher.detect.arabic.chunks import Chunker
from watcher.detect.arabic.clitics import ARTICLE
from watcher.detect.arabic.compiled import CompiledArabic
from watcher.detect.arabic.frames import Frames
from watcher.detect.arabic.places import Places
from watcher.detect.arabic.relations import relate
from watcher.detect.arabic.sentence import Sentence
from watcher.detect.arabic.sides import Sides
from watcher.detect.arabic.sources import Sources
from watcher.detect.arabic.status import Statuses
from watcher.detect.arabic.times import read_times
from watcher.detect.arabic.units import read_units, split_tokens
from watcher.detect.calendar import History, Setting, go_back, last_day
from watcher.detect.candidates import PLACE_NOUNS, Located, Side, Source, Unit
from watcher.detect.context import KINDS, ActorMention, Context, RawPlace
from watcher.detect.merge import Told
from watcher.detect.tellings import Reading, ReadSentence, Rejection, reject, sides_by_sentence
from watcher.detect.text import Text, Token, fold, fold_phrase
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import ActorId, Event, PlaceId, Status

_NEWS_SIEGES: Final = 4  # sentences that "the siege" looks back
_SENTENCES_BACK: Final = 6  # sentences that "the town" looks back
_DATELINE_TOKENS: Final = 6
_TO_COUNTRIES: Final = words.folded("إلى في داخل نحو حدود الحدود شمال جنوب")
_DROPPED: Final = frozenset(('"', "'", "#", "_", "*", "•", "●", "■"))  # quotation marks, hashtags, bullets
_FLASH, _FLASH_TOKENS = "عاجل", 3
_BULLETS: Final = frozenset(("-", "•", "*", "●", "■"))
_POINTERS: Final = frozenset(words.WITH_PRONOUN)


@dataclass(slots=True)
class _Findings:
    """What the item has given so far."""

    told: list[Told] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    sieges: list[tuple[int, Located]] = field(default_factory=list)
    left: dict[PlaceId, Side] = field(default_factory=dict)  # places that a side has left, as told so far
    anchor: date | None = None
    history: History | None = None
    speaker: Source | None = None


class ArabicGrammar(CompiledArabic):
    """Reads items with the compiled table."""

    def read(self, text: Text, today: date | None, source: str | None) -> Reading:
        """What the sentences of ``text`` tell. ``today`` is the item's date; ``source`` names the outlet."""
        sentences = self._read(text)
        context = self._context(sentences)
        telling = [self._may_tell(number, read, context) for number, read in enumerate(sentences)]
        if not any(telling):
            return Reading((), (), (), (), {})
        item_side = self._side_of_outlet(source)
        found = _Findings()
        for number, read in enumerate(sentences):
            if telling[number] or self._matters_later(read, telling[number:]):
                self._sentence(number, read, text, context, today, item_side, found, may_tell=telling[number])
        return Reading(
            tuple(found.told),
            tuple(found.rejected),
            tuple(mark for told in found.told for mark in told.finding.marks),
            tuple(mention.actor for mention in context.sides),
            sides_by_sentence(context, sentences, text),
        )

    def _read(self, text: Text) -> list[ReadSentence]:
        """The sentences without datelines, and without paragraphs that are no report."""
        read: list[ReadSentence] = []
        offset = 0
        for span in text.sentences:
            tokens = split_tokens(text.tokens[span.first : span.last], text.full, self.lexicon.is_known)
            if (
                span.number == 0
                and span.paragraph >= 0
                and any(tuple(token.norm for token in tokens[: len(skipped)]) == skipped for skipped in self.skipped)
            ):
                continue
            tokens = [token for token in tokens if token.norm not in _DROPPED]  # «الجيش الحر» is a name as well
            tokens = tokens[_lead_in(tokens) if span.number == 0 else 0 :]
            if tokens:
                read.append(ReadSentence(span, tokens, offset, read_units(self.lexicon, tokens)))
                offset += len(tokens)
        return read

    # --- what the item names

    def _context(self, sentences: list[ReadSentence]) -> Context:
        """Which places and sides the item names, in order."""
        context = Context(
            self.gazetteer,
            self.actors,
            self.home,
            self.side_nouns,
            self.allies,
            [read.offset for read in sentences],
            self.called,
        )
        raw: list[RawPlace] = []
        certain = any(
            unit.places and not unit.meaning.weak for read in sentences for unit in read.units if unit.meaning
        )
        elsewhere = not certain and any(self._lies_elsewhere(read.units) for read in sentences)
        for number, read in enumerate(sentences):
            for position, unit in enumerate(read.units):
                token = read.offset + unit.first
                if unit.places and self._is_other_thing(read.units, position):
                    unit.places = ()
                if unit.places:
                    noun, word = self._type_noun(read.units, position)
                    weak = unit.meaning.weak if unit.meaning else frozenset()
                    if weak and (elsewhere or self._lies_elsewhere(read.units) or not self._may_be_quarter(unit, noun)):
                        unit.places = ()
                        continue
                    raw.append(RawPlace(number, token, unit.places, weak, noun, word))
                    if self._is_aside(read.units, position):
                        context.asides.add(token)
                if unit.actor is not None and not self._is_country(read.units, position):
                    head = unit.norm.split()[0].removeprefix(ARTICLE)
                    common = head in {"فصائل", "فصايل", "معارضه", "ثوار"}
                    context.sides.append(ActorMention(number, token, unit.actor, common, head))
        context.settle(raw)
        self._widen_title(context)
        return context

    def _widen_title(self, context: Context) -> None:
        """The headline's "Aleppo" is the province, where the item speaks of the province and never of the city."""
        body = {mention.place for mention in context.places if mention.sentence > 0}
        for at, mention in enumerate(context.places):
            if mention.sentence > 0:
                break
            place = self.gazetteer[mention.place]
            above = [self.gazetteer[one] for one in self.gazetteer.ancestors(place.id)]
            province = next((one for one in above if one.kind in KINDS[Noun.PROVINCE]), None)
            if place.kind != "city" or province is None or province.id not in body:
                continue
            named_alike = fold(province.name_ar or "").endswith(fold(place.name_ar or "-"))
            if named_alike and not any(self.gazetteer.contains(place.id, other) for other in body):
                context.places[at] = replace(mention, place=province.id)
                context.at_token[mention.token] = province.id

    def _is_other_thing(self, units: list[Unit], position: int) -> bool:
        """A person, a club or an agency that bears a place's name."""
        before = units[position - 1] if position else None
        following = units[position + 1] if position + 1 < len(units) else None
        if following is not None and following.noun(Noun.NOT_A_LOCATION):
            return True
        unit = units[position]
        typed = before is not None and before.noun(*PLACE_NOUNS) and not self._is_plural(before)
        if unit.meaning is not None and (unit.meaning.adjective or unit.meaning.nouns) and not typed:
            return True  # "أحياء جديدة" are new ones
        if before is None:
            return False
        if before.noun(Noun.NOT_A_LOCATION) and not before.noun(*PLACE_NOUNS):
            return True
        personal = before.meaning is None and not before.norm.startswith(ARTICLE) and before.norm not in words.KNOWN
        behind = units[position - 2] if position > 1 else None
        return personal and behind is not None and behind.noun(Noun.SPEAKER, Noun.PEOPLE) and before.norm.isalpha()

    def _may_be_quarter(self, unit: Unit, noun: Noun | None) -> bool:
        """A quarter whose name is a common word counts behind "حي" only, as Arabic writes no capitals."""
        kinds = {self.gazetteer[place].kind for place in unit.places}
        return noun is not None or not kinds <= KINDS[Noun.QUARTER]

    def _is_country(self, units: list[Unit], position: int) -> bool:
        """نزحوا إلى تركيا: the country, and not its army."""
        before = [unit.norm for unit in units[max(0, position - 2) : position]]
        if " " in units[position].norm or not before:
            return False
        return before[-1] in _TO_COUNTRIES or (before[-1] == "مع" and before[0].endswith(("حدود", "حدوديه")))

    def _is_plural(self, unit: Unit) -> bool:
        return unit.meaning is not None and any(plural for _, plural in unit.meaning.nouns.values())

    def _is_aside(self, units: list[Unit], position: int) -> bool:
        """شمالي حلب, قرب نبل: the name only says where something else lies."""
        before = [unit for unit in units[max(0, position - 2) : position] if not unit.noun(*PLACE_NOUNS)]
        return any(unit.norm in words.DIRECTIONS or unit.norm in words.AROUND for unit in before[-1:])

    def _lies_elsewhere(self, units: list[Unit]) -> bool:
        """في ريف حماة: a province is named that is not in the rules, and none that is."""
        named = [
            following
            for unit, following in pairwise(units)
            if unit.noun(Noun.PROVINCE) and not following.norm.startswith(ARTICLE)
        ]
        return bool(named) and all(unit.meaning is None for unit in named)

    def _type_noun(self, units: list[Unit], position: int) -> tuple[Noun | None, str]:
        """The type noun before a name: مدينة الباب, بلدتي نبل والزهراء."""
        at = position - 1
        while (
            at >= 1 and (units[at].norm in {"و", ","} or units[at].norm in words.CONJUNCTIONS) and units[at - 1].places
        ):
            at -= 2
        unit = units[at] if at >= 0 else None
        if unit is None or unit.meaning is None:
            return None, ""
        for noun in PLACE_NOUNS:
            if noun in unit.meaning.nouns:
                if noun is Noun.QUARTER and any(self.gazetteer[one].kind == "city" for one in units[position].places):
                    continue  # "أحياء حلب" are parts of the city
                text = unit.meaning.nouns[noun][0].text
                return noun, words.KINDS.get(text, text)
        return None, ""

    def _side_of_outlet(self, source: str | None) -> ActorId | None:
        """The side that an outlet speaks for, if it speaks for one."""
        if not source:
            return None
        name = fold_phrase(source)
        if name in self.outlets:
            return self.outlets[name]
        tokens = [Token(norm, 0, 0, True, False) for norm in name]
        for unit in read_units(self.lexicon, tokens):
            if unit.noun(Noun.STATE_VOICE):
                return self.home
        return None

    # --- one sentence

    def _sentence(
        self,
        number: int,
        read: ReadSentence,
        text: Text,
        context: Context,
        today: date | None,
        item_side: ActorId | None,
        found: _Findings,
        *,
        may_tell: bool,
    ) -> None:
        spans = read_times(read.tokens, today, found.anchor)
        found.history = go_back(read.span.paragraph, spans, today, self.vocabulary.recency_days, found.history)
        found.anchor = last_day(spans, found.anchor)
        sentence = Sentence(Chunker(read.units, spans, read.tokens, text.full).read())
        sides = Sides(sentence, context, read.offset, item_side)
        sources = Sources(sentence, sides, read.tokens, text.full, found.speaker)
        if may_tell:
            setting = Setting(
                in_title=read.span.in_title or self._is_flash(read, text),
                in_lead=read.span.paragraph == 0 and read.span.number == 0,
                question=bool(read.tokens) and read.tokens[-1].norm == "?",
                today=today,
                recency_days=self.vocabulary.recency_days,
                history=found.history.words if found.history is not None else "",
            )
            self._tell(number, read, text, context, item_side, found, sentence, sides, sources, setting)
        found.speaker = sources.speaker() or found.speaker

    def _tell(
        self,
        number: int,
        read: ReadSentence,
        text: Text,
        context: Context,
        item_side: ActorId | None,
        found: _Findings,
        sentence: Sentence,
        sides: Sides,
        sources: Sources,
        setting: Setting,
    ) -> None:
        places = Places(sentence, context, number, read.offset, in_title=setting.in_title)
        recent = [place for at, place in found.sieges[-_NEWS_SIEGES:] if at >= number - _NEWS_SIEGES]
        frames = Frames(sentence, places, sides, [place for place in recent if place.place == recent[-1].place][-1:])
        candidates = frames.read()
        judged = relate(candidates, Statuses(sentence, setting), sentence, context, found.left)
        found.rejected.extend(reject(refusal, read, text) for refusal in frames.refusals)
        for candidate, verdict in judged:
            if candidate.frame is Frame.LEAVES and candidate.lost is not None and verdict.status is Status.ASSERTED:
                found.left[candidate.located.place] = replace(candidate.lost, unit=None)  # another sentence's
            if verdict.dated_back and read.span.paragraph > 0:
                found.history = History(read.span.paragraph, verdict.dated_back)
            if candidate.event is Event.SIEGE:
                found.sieges.append((number, candidate.located))
            source = sources.source(candidate)
            finding = self.teller.tell(candidate, verdict, source, read, text, context, item_side)
            if finding is not None:
                found.told.append(Told(finding, read.span.in_title, len(found.told)))

    def _matters_later(self, read: ReadSentence, telling: list[bool]) -> bool:
        """Whether a sentence matters to a later one that tells: by its date, or by who speaks in it."""
        return any(telling) and any(
            (unit.meaning is not None and bool(unit.meaning.cues)) or unit.norm.isdecimal() or unit.norm in words.DATES
            for unit in read.units
        )

    def _is_flash(self, read: ReadSentence, text: Text) -> bool:
        """عاجل: what follows is put as in a headline; so are the lines of a list and those that begin with the hour."""
        opening = [token.norm for token in text.tokens[read.span.first : read.span.first + _FLASH_TOKENS]]
        listed = bool(opening) and opening[0] in _BULLETS
        timed = len(opening) > 2 and opening[0].isdecimal() and opening[1] == ":" and opening[2].isdecimal()  # noqa: PLR2004  hours, colon, minutes
        return _FLASH in opening or listed or timed

    def _may_tell(self, number: int, read: ReadSentence, context: Context) -> bool:
        """Whether a sentence can tell of an event at all: most cannot, and need no grammar."""
        tells = named = points = False
        for unit in read.units:
            meaning = unit.meaning
            if unit.places:
                named = True
            if unit.norm in _POINTERS:
                points = True
            if meaning is None:
                continue
            if meaning.events or meaning.states:
                tells = True
                points = points or any(event.word is not None for event in meaning.events)
            if meaning.nouns and any(noun in meaning.nouns for noun in (*PLACE_NOUNS, Noun.SIEGE, Noun.PART)):
                points = True
        if not tells or not (named or points):
            return False
        return named or any(
            number - _SENTENCES_BACK <= mention.sentence <= number or mention.sentence == 0
            for mention in context.places
        )


def _lead_in(tokens: list[Token]) -> int:
    """How many tokens are a dateline ("بيروت - "), a time stamp ("20:10") or "عاجل:" before the report begins."""
    if len(tokens) > 3 and tokens[0].norm.isdecimal() and tokens[1].norm in {":", "."} and tokens[2].norm.isdecimal():  # noqa: PLR2004  hours, colon, minutes
        after = 3
        while after < len(tokens) and tokens[after].norm in {"-", ":", "|"}:
            after += 1
        return after
    if tokens and tokens[0].norm in words.TITLE_MARKS:
        after = 1
        while after < len(tokens) and not tokens[after].norm[0].isalnum():
            after += 1
        return after
    for index, token in enumerate(tokens[:_DATELINE_TOKENS]):
        if token.norm == "-" and index:
            return index + 1
        if not token.norm[0].isalnum() and token.norm not in {",", "(", ")", "/"}:
            return 0
    return 0
