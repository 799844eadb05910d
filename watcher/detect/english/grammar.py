"""Reads English: the sentences of an item, one after the other, into findings. Pure.

Called by ``match`` for items that name a tracked place. The order of ``read`` is the order of reading.
"""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from watcher.detect.calendar import History, Setting, go_back, last_day
from watcher.detect.candidates import PLACE_NOUNS, Located, Side, Unit
from watcher.detect.context import ActorMention, Context, RawPlace
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.compiled import CompiledEnglish
from watcher.detect.english.frames import read_frames
from watcher.detect.english.locate import Locator
from watcher.detect.english.phrases import read_chunks
from watcher.detect.english.pointers import read_topic
from watcher.detect.english.relations import relate
from watcher.detect.english.roles import Roles
from watcher.detect.english.sides import Sides
from watcher.detect.english.sources import Sources
from watcher.detect.english.status import Statuses
from watcher.detect.english.times import read_times
from watcher.detect.english.units import read_units
from watcher.detect.merge import Told
from watcher.detect.tellings import Reading, ReadSentence, Rejection, reject, sides_by_sentence
from watcher.detect.text import Text, Token, fold_phrase
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import ActorId, Event, PlaceId, Status

_DATELINE_TOKENS: Final = 14
_SENTENCES_BACK: Final = 6  # sentences that "the town" looks back
_POINTERS: Final = frozenset(("it", "its", "them", "both"))
_POINTING_NOUNS: Final = frozenset((*PLACE_NOUNS, Noun.SIEGE, Noun.PART, Noun.AROUND, Noun.ROUTE))
_NEWS_SIEGES: Final = 4  # sentences that "the siege" looks back


@dataclass(slots=True)
class _Findings:
    """What the item has given so far."""

    told: list[Told] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    sieges: list[tuple[int, Located]] = field(default_factory=list)
    left: dict[PlaceId, Side] = field(default_factory=dict)  # places that a side has left, as told so far
    last_left: tuple[int, Located] | None = None  # the last of them, and its sentence
    last_taken: tuple[int, Located, Side] | None = None  # what was taken last, by whom, and in which sentence
    anchor: date | None = None
    history: History | None = None


class EnglishGrammar(CompiledEnglish):
    """Reads items with the compiled table."""

    def read(self, text: Text, today: date | None, source: str | None) -> Reading:
        """What the sentences of ``text`` tell. ``today`` is the item's date; ``source`` names the outlet."""
        sentences = self._read(text)
        context = self._context(sentences)
        item_side = self._side_of_outlet(source)
        found = _Findings()
        for number, read in enumerate(sentences):
            self._sentence(number, read, text, context, today, item_side, found)
        return Reading(
            tuple(found.told),
            tuple(found.rejected),
            tuple(mark for told in found.told for mark in told.finding.marks),
            tuple(mention.actor for mention in context.sides),
            sides_by_sentence(context, sentences, text),
        )

    def _read(self, text: Text) -> list[ReadSentence]:
        """The sentences without datelines, and without paragraphs that are no report."""
        read = []
        for span in text.sentences:
            tokens = list(text.tokens[span.first : span.last])
            if span.number == 0 and span.paragraph >= 0 and self._is_skipped(tokens):
                continue
            lead = _lead_in(tokens, text.full) if span.number == 0 else 0
            tokens = tokens[lead:]
            if tokens:
                read.append(ReadSentence(span, tokens, span.first + lead, read_units(self.lexicon, tokens)))
        return read

    def _is_skipped(self, tokens: list[Token]) -> bool:
        return any(
            tuple(token.norm for token in tokens[: len(skipped)]) == skipped
            for skipped in self.skipped.get(tokens[0].norm, ())
        )

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
        for number, read in enumerate(sentences):
            units = read.units
            for position, unit in enumerate(units):
                if unit.places and not self._is_other_thing(units, position):
                    noun, word = self._type_noun(units, position)
                    raw.append(
                        RawPlace(
                            number,
                            read.offset + unit.first,
                            unit.places,
                            unit.meaning.weak if unit.meaning else frozenset(),
                            noun,
                            word,
                        )
                    )
                    if self._is_aside(units, position):
                        context.asides.add(read.offset + unit.first)
                if unit.actor is not None:
                    common = not unit.capital
                    context.sides.append(
                        ActorMention(number, read.offset + unit.first, unit.actor, common, unit.norm.split()[-1])
                    )
                elif unit.modifier is not None and position + 1 < len(units) and self._armed(units, position):
                    context.sides.append(
                        ActorMention(
                            number, read.offset + unit.first, unit.modifier, not unit.capital, units[position + 1].norm
                        )
                    )
        context.settle(raw)
        for number, read in enumerate(sentences):
            topic = read_topic(read.units, read.offset, context.at_token)
            if topic is not None:
                context.topics[number] = topic
        return context

    def _is_aside(self, units: list[Unit], position: int) -> bool:
        """North of X, (fled Y) for X: a place that only tells where another lies, or where one goes."""
        before = units[position - 1].norm if position else ""
        away = before in {"for", "towards", "toward"} and any(unit.places for unit in units[:position])
        return away or (before == "of" and position > 1 and units[position - 2].norm in words.COMPASS)

    def _armed(self, units: list[Unit], position: int) -> bool:
        following = units[position + 1]
        if following.capital and following.meaning is None and position + 2 < len(units):
            following = units[position + 2]  # pro-government Palestinian militia
        soldiers = following.noun(Noun.STATE_FORCE)
        only = units[position].meaning is not None and units[position].meaning.modifies_soldiers_only  # type: ignore[union-attr]  # tested
        return soldiers or (following.noun(Noun.FORCE, Noun.GROUP, Noun.SIEGE) and not only) or following.glued

    def _is_other_thing(self, units: list[Unit], position: int) -> bool:
        if position > 1 and self._is_inside_longer_name(units, position):
            return True
        following = units[position + 1] if position + 1 < len(units) else None
        return (
            following is not None
            and following.noun(Noun.NOT_A_LOCATION)
            and not following.noun(*PLACE_NOUNS)
            and following.first == units[position].last
        )

    def _is_inside_longer_name(self, units: list[Unit], position: int) -> bool:
        """Tariq al-Bab is no al-Bab: an unknown name stands right before, where not every word has a capital."""
        before, unit = units[position - 1], units[position]
        unknown = before.capital and before.meaning is None and before.is_word and before.last == unit.first
        if before.norm in words.WEEKDAYS or before.norm in words.MONTHS or before.norm in words.FUNCTION_WORDS:
            return False
        written_low = any(not other.capital and other.is_word for other in units[max(0, position - 4) : position + 4])
        return unknown and written_low and not before.norm.isdecimal()

    def _type_noun(self, units: list[Unit], position: int) -> tuple[Noun | None, str]:
        """The type noun beside a name: "Marea town", "the town of Marea", "the Rumeilah and Batani districts"."""
        candidates: list[Unit] = []
        if position + 1 < len(units):
            candidates.append(units[position + 1])
        if position > 1 and units[position - 1].norm == "of":
            candidates.append(units[position - 2])
        if position > 0:
            candidates.append(units[position - 1])
        ahead = position + 1
        while ahead + 1 < len(units) and units[ahead].norm in {",", "and"} and units[ahead + 1].places:
            ahead += 2
        if ahead > position + 1 and ahead < len(units):
            candidates.append(units[ahead])
        for unit in candidates:
            if unit.meaning is None:
                continue
            for noun in PLACE_NOUNS:
                if noun is Noun.QUARTER and any(
                    self.gazetteer[place].kind == "city" for place in units[position].places
                ):
                    continue  # "a Raqqa district" is a part of the city
                if noun in unit.meaning.nouns:
                    return noun, unit.meaning.nouns[noun][0].text
        return None, ""

    def _side_of_outlet(self, source: str | None) -> ActorId | None:
        """The side that an outlet speaks for, if it speaks for one."""
        if not source:
            return None
        name = fold_phrase(source)
        if name in self.outlets:
            return self.outlets[name]
        tokens = [Token(norm, 0, 0, True, False) for norm in name]
        for _, _, meaning in self.lexicon.read(tokens):
            if meaning is not None and Noun.STATE_VOICE in meaning.nouns:
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
    ) -> None:
        spans = read_times(read.tokens, today, found.anchor)
        found.history = go_back(read.span.paragraph, spans, today, self.vocabulary.recency_days, found.history)
        if not self._may_tell(number, read, context):
            found.anchor = last_day(spans, found.anchor)
            return
        chunks, times = read_chunks(read.units, spans)
        found.anchor = last_day(spans, found.anchor)
        sentence = Sentence(chunks)
        locator = Locator(sentence, context, number, read.offset, in_title=read.span.in_title)
        sides = Sides(sentence, context, read.offset)
        recent = [place for at, place in found.sieges[-_NEWS_SIEGES:] if at >= number - _NEWS_SIEGES]
        last = [place for place in recent if place.place == recent[-1].place][-1:] if recent else []
        taken = found.last_taken[1:] if found.last_taken is not None and found.last_taken[0] == number - 1 else None
        roles = Roles(sentence, locator, sides, last, self.lexicon.phrase, taken)
        candidates = read_frames(roles)
        setting = Setting(
            in_title=read.span.in_title,
            in_lead=read.span.paragraph == 0 and read.span.number == 0,
            question=bool(read.tokens) and read.tokens[-1].norm == "?",
            today=today,
            recency_days=self.vocabulary.recency_days,
            history=found.history.words if found.history is not None else "",
        )
        statuses = Statuses(sentence, times, setting)
        sources = Sources(sentence, sides, context, read.tokens, text.full)
        last_left = found.last_left[1] if found.last_left is not None and found.last_left[0] == number - 1 else None
        judged = relate(candidates, statuses, sentence, sides, context, found.left, last_left)
        for refusal in roles.refusals:
            found.rejected.append(reject(refusal, read, text))
        for candidate, verdict in judged:
            if candidate.frame is Frame.LEAVES and candidate.lost is not None and verdict.status is Status.ASSERTED:
                found.left[candidate.located.place] = replace(candidate.lost, unit=None)  # another sentence's
                found.last_left = (number, candidate.located)
            if candidate.frame is Frame.TAKES and candidate.gained is not None and verdict.status is Status.ASSERTED:
                found.last_taken = (number, candidate.located, replace(candidate.gained, unit=None))
            if verdict.dated_back and read.span.paragraph > 0:
                found.history = History(read.span.paragraph, verdict.dated_back)
            if candidate.event is Event.SIEGE:
                found.sieges.append((number, candidate.located))
            finding = self.teller.tell(candidate, verdict, sources.source(candidate), read, text, context, item_side)
            if finding is not None:
                found.told.append(Told(finding, setting.in_title, len(found.told)))

    def _may_tell(self, number: int, read: ReadSentence, context: Context) -> bool:
        """Whether a sentence can tell of an event at all: most cannot, and need no grammar."""
        nouns: set[Noun] = set()
        needed: set[Noun] = set()
        tells = False
        points_back = False
        for unit in read.units:
            if unit.norm in _POINTERS:
                points_back = True
            meaning = unit.meaning
            if meaning is None:
                continue
            if meaning.nouns:
                nouns.update(meaning.nouns)
            if meaning.needs:
                needed.update(meaning.needs)
            if meaning.tells or unit.norm in self.separable:
                tells = True
        if not (tells or needed & nouns or Noun.CONTROL in nouns):
            return False
        if any(unit.places for unit in read.units):
            return True
        if not (points_back or nouns & _POINTING_NOUNS):
            return False
        return any(
            number - _SENTENCES_BACK <= mention.sentence <= number or mention.sentence == 0
            for mention in context.places
        )


def _lead_in(tokens: list[Token], full: str) -> int:
    """How many tokens are a dateline ("BEIRUT, Feb 16 -") or a time stamp ("08:50 -") before the report begins."""
    if len(tokens) > 3 and tokens[0].norm.isdecimal() and tokens[1].norm in {":", "."} and tokens[2].norm.isdecimal():  # noqa: PLR2004  hours, colon, minutes
        after = 3
        while after < len(tokens) and tokens[after].norm in {"gmt", "utc", "-", ":", "local", "time"}:
            after += 1
        return after
    if not tokens or not full[tokens[0].start : tokens[0].end].isupper() or len(tokens[0].norm) < 3:  # noqa: PLR2004  "IS - the group" is no dateline
        return 0
    for index, token in enumerate(tokens[:_DATELINE_TOKENS]):
        if token.norm == "-":
            return index + 1
        if not (token.capital or token.norm in {",", "(", ")", "/", "."} or token.norm.isdecimal()):
            return 0
    return 0
