"""Reads English: the sentences of an item, one after the other, into findings. Pure.

Called by ``match`` for items that name a tracked place. The order of ``examine`` is the order of reading.
"""

# ruff: noqa: C901  a table of cases, asked in their order

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime

from watcher.detect.confidence import confidence
from watcher.detect.context import ActorMention, Context, RawPlace
from watcher.detect.english import words
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.compiled import CompiledEnglish
from watcher.detect.english.dating import History, Setting, go_back, last_day
from watcher.detect.english.frames import read_frames
from watcher.detect.english.locate import PLACE_NOUNS, Located, Locator
from watcher.detect.english.phrases import read_chunks
from watcher.detect.english.pointers import read_topic
from watcher.detect.english.relations import relate
from watcher.detect.english.roles import Candidate, Refusal, Roles
from watcher.detect.english.sides import Side, Sides
from watcher.detect.english.sources import Source, Sources, claim
from watcher.detect.english.status import Statuses, Verdict
from watcher.detect.english.times import read_times
from watcher.detect.english.units import Unit, read_units
from watcher.detect.inference import infer_roles
from watcher.detect.merge import Told, merge
from watcher.detect.text import Sentence as Span
from watcher.detect.text import Text, Token, fold_phrase
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import ActorId, Event, Extent, Finding, Mark, PlaceId, Position, Reason, Status

_YEARS = range(1900, 2200)  # an item dated elsewhere has no date to count from
_DATELINE_TOKENS = 14
_SENTENCES_BACK = 6  # sentences that "the town" looks back
_POINTERS = frozenset(("it", "them", "both"))
_POINTING_NOUNS = frozenset((*PLACE_NOUNS, Noun.SIEGE, Noun.PART, Noun.AROUND, Noun.ROUTE))
_NEWS_SIEGES = 4  # sentences that "the siege" looks back

Rejection = tuple[int, int, str, Reason, Position]


@dataclass(slots=True)
class _Read:
    """One sentence on its way: its span, its tokens after the dateline, its units."""

    span: Span
    tokens: list[Token]
    offset: int
    units: list[Unit]


@dataclass(slots=True)
class _Findings:
    """What the item has given so far."""

    told: list[Told] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    sieges: list[tuple[int, Located]] = field(default_factory=list)
    left: dict[PlaceId, Side] = field(default_factory=dict)  # places that a side has left, as told so far
    last_left: tuple[int, Located] | None = None  # the last of them, and its sentence
    anchor: date | None = None
    history: History | None = None


class EnglishGrammar(CompiledEnglish):
    """Reads items with the compiled table."""

    def examine(
        self, text: Text, published_at: datetime | None, source: str | None
    ) -> tuple[tuple[Finding, ...], tuple[Rejection, ...], tuple[Mark, ...]]:
        today = published_at.date() if published_at is not None and published_at.year in _YEARS else None
        sentences = self._read(text)
        context = self._context(sentences)
        item_side = self._side_of_outlet(source)
        found = _Findings()
        for number, read in enumerate(sentences):
            self._sentence(number, read, text, context, today, item_side, found)
        findings = infer_roles(
            merge(found.told, self.actors, self.gazetteer),
            [mention.actor for mention in context.sides],
            _sides_by_sentence(context, sentences, text),
            self.actors,
            self.allies,
        )
        return tuple(findings), tuple(found.rejected), tuple(sorted(set(found.marks), key=lambda mark: mark.start))

    def _read(self, text: Text) -> list[_Read]:
        """The sentences without datelines, and without paragraphs that are no report."""
        read = []
        for span in text.sentences:
            tokens = list(text.tokens[span.first : span.last])
            if (
                span.number == 0
                and any(tuple(token.norm for token in tokens[: len(skipped)]) == skipped for skipped in self.skipped)
                and span.paragraph >= 0
            ):
                continue
            lead = _lead_in(tokens, text.full) if span.number == 0 else 0
            tokens = tokens[lead:]
            if tokens:
                read.append(_Read(span, tokens, span.first + lead, read_units(self.lexicon, tokens)))
        return read

    def _context(self, sentences: list[_Read]) -> Context:
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

    def _armed(self, units: list[Unit], position: int) -> bool:
        following = units[position + 1]
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
        read: _Read,
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
        roles = Roles(sentence, locator, sides, last, self.lexicon.phrase)
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
            found.rejected.append(self._rejection(refusal, read, text))
        for candidate, verdict in judged:
            if candidate.frame is Frame.LEAVES and candidate.lost is not None and verdict.status is Status.ASSERTED:
                found.left[candidate.located.place] = replace(candidate.lost, unit=None)  # another sentence's
                found.last_left = (number, candidate.located)
            if verdict.dated_back and read.span.paragraph > 0:
                found.history = History(read.span.paragraph, verdict.dated_back)
            if candidate.event is Event.SIEGE:
                found.sieges.append((number, candidate.located))
            area = self.gazetteer.area_of(candidate.located.place, self.areas)
            if area is None:
                continue
            source = sources.source(candidate)
            finding, marks = self._finding(candidate, verdict, source, read, text, context, area, item_side, setting)
            found.told.append(Told(finding, setting.in_title, len(found.told)))
            found.marks.extend(marks)

    def _may_tell(self, number: int, read: _Read, context: Context) -> bool:
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
            if meaning.states:
                tells = True
            for event in meaning.events:
                if event.group.needs is None or event.group.frame is Frame.FALLS:
                    tells = True
                else:
                    needed.add(event.group.needs)
            if unit.norm in self.separable:
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

    def _rejection(self, refusal: Refusal, read: _Read, text: Text) -> Rejection:
        start = read.tokens[refusal.unit.first].start
        end = read.tokens[refusal.unit.last - 1].end
        return start, end, text.full[start:end], Reason(refusal.why), refusal.word.origin

    def _finding(
        self,
        candidate: Candidate,
        verdict: Verdict,
        source: Source,
        read: _Read,
        text: Text,
        context: Context,
        area: PlaceId,
        item_side: ActorId | None,
        setting: Setting,
    ) -> tuple[Finding, tuple[Mark, ...]]:
        status = verdict.status
        reasons = [
            Reason(f"'{candidate.word.text}' ({candidate.frame.value}, {candidate.voice})", candidate.word.origin),
            verdict.reason,
        ]
        if status is Status.ASSERTED:
            status, reason = claim(candidate, source, context, item_side)
            reasons.append(reason)
        if candidate.located.how:
            reasons.append(Reason(f"place: {candidate.located.how}"))
        reasons.extend(
            Reason(f"side: {side.how}") for side in (candidate.gained, candidate.lost) if side is not None and side.how
        )
        reasons.extend(Reason(note) for note in candidate.notes)
        if candidate.located.ambiguous:
            names = ", ".join(candidate.located.ambiguous)
            reasons.append(Reason(f"ambiguous: the name may also mean one of {names}"))
        total, parts = confidence(self._parts(candidate, verdict, source, status, setting), self.weights)
        start, end = _quote(text, read.span)
        extent = candidate.located.extent
        if extent is Extent.FULL and (verdict.partial or candidate.partial):
            extent = Extent.PARTIAL
        marks = self._marks(candidate, source, read)
        finding = Finding(
            event=candidate.event,
            action=candidate.action,
            place=candidate.located.place,
            area=area,
            gained_by=candidate.gained.actor if candidate.gained else None,
            lost_by=candidate.lost.actor if candidate.lost else None,
            status=status,
            extent=extent,
            event_date=verdict.day,
            attributed_to=source.name,
            quote=text.full[start:end],
            start=start,
            end=end,
            confidence=total,
            rule=candidate.word.origin,
            reasons=(*reasons, *parts),
            marks=marks,
        )
        return finding, marks

    def _parts(
        self, candidate: Candidate, verdict: Verdict, source: Source, status: Status, setting: Setting
    ) -> list[str]:
        """The names of the weights that apply."""
        parts = ["base"]
        if candidate.gained is not None and candidate.gained.actor:
            parts.append("gainer_named" if candidate.gained.unit is not None else "gainer_inferred")
        if candidate.lost is not None and candidate.lost.actor:
            parts.append("loser_named" if candidate.lost.unit is not None else "loser_inferred")
        if candidate.located.unit is None:
            parts.append("place_inferred")
        if candidate.located.ambiguous:
            parts.append("place_ambiguous")
        if verdict.fresh:
            parts.append("fresh_date")
        if source.independent:
            parts.append("neutral_source")
        if status is Status.CLAIMED:
            parts.append("claimed_only")
        if candidate.voice == "noun":
            parts.append("told_as_noun")
        if setting.in_title:
            parts.append("headline")
        return parts

    def _marks(self, candidate: Candidate, source: Source, read: _Read) -> tuple[Mark, ...]:
        marks: list[Mark] = []

        def add(unit: Unit | None, role: str, label: str) -> None:
            if unit is not None:
                marks.append(Mark(read.tokens[unit.first].start, read.tokens[unit.last - 1].end, role, label))  # type: ignore[arg-type]  # the roles of Mark

        add(candidate.trigger, "trigger", candidate.word.text)
        add(candidate.located.unit, "place", candidate.located.place)
        if candidate.gained is not None:
            add(candidate.gained.unit, "gained_by", candidate.gained.actor or "")
        if candidate.lost is not None:
            add(candidate.lost.unit, "lost_by", candidate.lost.actor or "")
        if source.first >= 0:
            marks.append(
                Mark(read.tokens[source.first].start, read.tokens[source.last - 1].end, "source", source.name or "")
            )
        return tuple(marks)


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


def _sides_by_sentence(context: Context, sentences: list[_Read], text: Text) -> dict[int, list[ActorId]]:
    """The sides that each sentence names, by its offset in the text."""
    near: dict[int, list[ActorId]] = {}
    for mention in context.sides:
        start, _ = _quote(text, sentences[mention.sentence].span)
        near.setdefault(start, []).append(mention.actor)
    return near


def _quote(text: Text, span: Span) -> tuple[int, int]:
    return text.tokens[span.first].start, text.tokens[span.last - 1].end
