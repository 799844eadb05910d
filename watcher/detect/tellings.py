"""From a judged candidate to a finding: status, reasons, confidence, quote, marks. Pure; for every language."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from watcher.detect.candidates import Candidate, Refusal, Source, Unit, Verdict
from watcher.detect.claims import claim
from watcher.detect.confidence import confidence, explain_weights
from watcher.detect.context import Context
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.merge import Told
from watcher.detect.text import Sentence, Text, Token
from watcher.detect.vocabulary import Weight
from watcher.model import ActorId, Extent, Finding, Mark, PlaceId, Position, Reason, Status

Rejection = tuple[int, int, str, Reason, Position]


@dataclass(slots=True)
class ReadSentence:
    """One sentence on its way: its span, its tokens after the dateline, the item's number of the first, its units."""

    span: Sentence
    tokens: list[Token]
    offset: int
    units: list[Unit]


@dataclass(frozen=True, slots=True)
class Reading:
    """What one grammar read in an item: everything told, in order, and the sides that the item names, by sentence.

    ``sides``: the sides of the item, in order; ``near``: those of each sentence, by its offset in the text.
    """

    told: tuple[Told, ...]
    rejected: tuple[Rejection, ...]
    marks: tuple[Mark, ...]
    sides: tuple[ActorId, ...]
    near: Mapping[int, Sequence[ActorId]]


class Teller:
    """Makes the findings of one language; ``weights`` and ``areas`` are those of the rules."""

    def __init__(self, gazetteer: Gazetteer, areas: Collection[PlaceId], weights: Mapping[str, Weight]) -> None:
        self.gazetteer = gazetteer
        self.areas = areas
        self.weights = explain_weights(weights.values())

    def tell(
        self,
        candidate: Candidate,
        verdict: Verdict,
        source: Source,
        read: ReadSentence,
        text: Text,
        context: Context,
        item_side: ActorId | None,
    ) -> Finding | None:
        """The finding; None when its place lies in no tracked area. ``item_side``: whom the outlet speaks for."""
        area = self.gazetteer.area_of(candidate.located.place, self.areas)
        if area is None:
            return None
        status, reasons = self._reasons(candidate, verdict, source, context, item_side)
        total, parts = confidence(_parts(candidate, verdict, source, status, in_title=read.span.in_title), self.weights)
        start, end = quote(text, read.span)
        extent = candidate.located.extent
        if extent is Extent.FULL and (verdict.partial or candidate.partial):
            extent = Extent.PARTIAL
        return Finding(
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
            marks=_marks(candidate, source, read),
        )

    def _reasons(
        self, candidate: Candidate, verdict: Verdict, source: Source, context: Context, item_side: ActorId | None
    ) -> tuple[Status, list[Reason]]:
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
        return status, reasons


def reject(refusal: Refusal, read: ReadSentence, text: Text) -> Rejection:
    """An event word that gives no candidate, for showing."""
    start = read.tokens[refusal.unit.first].start
    end = read.tokens[refusal.unit.last - 1].end
    return start, end, text.full[start:end], Reason(refusal.why), refusal.word.origin


def sides_by_sentence(context: Context, sentences: Sequence[ReadSentence], text: Text) -> dict[int, list[ActorId]]:
    """The sides that each sentence names, by its offset in the text."""
    near: dict[int, list[ActorId]] = {}
    for mention in context.sides:
        start, _ = quote(text, sentences[mention.sentence].span)
        near.setdefault(start, []).append(mention.actor)
    return near


def quote(text: Text, span: Sentence) -> tuple[int, int]:
    """Where a sentence stands in the full text."""
    return text.tokens[span.first].start, text.tokens[span.last - 1].end


def _parts(candidate: Candidate, verdict: Verdict, source: Source, status: Status, *, in_title: bool) -> list[str]:
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
    if in_title:
        parts.append("headline")
    return parts


def _marks(candidate: Candidate, source: Source, read: ReadSentence) -> tuple[Mark, ...]:
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
