"""What the events of one sentence say about each other: who moved in after whom, by which deal. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from watcher.detect.candidates import Candidate, Located, Side, Verdict
from watcher.detect.context import Context
from watcher.detect.english.clauses import Sentence
from watcher.detect.english.sides import Sides
from watcher.detect.english.status import Statuses
from watcher.detect.english.units import NounPhrase, VerbGroup
from watcher.detect.vocabulary import Frame, Noun
from watcher.model import Action, Event, Extent, PlaceId, Status

_BY_DEAL: Final = frozenset(("under", "by", "in", "with", "after", "following", "per", "at"))
_BY_LEAVE: Final = frozenset(("under", "per", "at"))
_UNOPPOSED: Final = frozenset(("unopposed", "peacefully"))
_FIGHTS: Final = frozenset(("fight", "fighting", "resistance", "shot", "battle", "bloodshed", "opposition"))
Judged = tuple[Candidate, Verdict]


def relate(
    candidates: list[Candidate],
    statuses: Statuses,
    sentence: Sentence,
    sides: Sides,
    context: Context,
    left: Mapping[PlaceId, Side],
    last_left: Located | None = None,
) -> list[Judged]:
    """The candidates with their verdicts, and with the roles and actions that only their neighbours tell.

    ``left``: places of which the item has told that a side left them; ``last_left``: the one of the sentence before.
    """
    if last_left is not None:
        candidates = [*candidates, *_moved_in(candidates, sentence, sides, context, last_left, left)]
    _entered_as_they_left(candidates, sentence, sides, context)
    _entered_what_was_left(candidates, context, left)
    _let_in(candidates, sentence, sides)
    candidates = _lifted_by_leaving(candidates)
    _lost_before(candidates)
    judged = [(candidate, statuses.judge(candidate)) for candidate in candidates]
    _not_against_oneself(judged, context)
    judged = _entry_after_withdrawal(judged, sentence, sides, context)
    _driven_out(judged, sentence, sides)
    judged = _taken_as_they_left(judged, sentence, sides, context)
    _cut_by_capture(judged)
    _by_agreement(judged, sentence)
    _trapped(judged, sentence, sides)
    _not_against_oneself(judged, context)
    return _without_holders(judged, sentence)


def _entered_as_they_left(candidates: list[Candidate], sentence: Sentence, sides: Sides, context: Context) -> None:
    """A entered X after B withdrew: no entry under fighting, but the second half of a withdrawal."""
    for candidate in candidates:
        if not candidate.entry:
            continue
        for index, chunk in enumerate(sentence.chunks):
            if not isinstance(chunk, VerbGroup) or not any(r.group.frame is Frame.LEAVES for r in chunk.events):
                continue
            clause = sentence.clause(index)
            if (
                clause.opener != "sub"
                or clause.word not in {"after", "as", "when", "once"}
                or chunk.negation is not None
            ):
                continue
            side = sides.side(clause.subject)
            if side is None or (candidate.gained and context.actors.related(side.actor, candidate.gained.actor)):
                continue
            candidate.entry = False
            candidate.action = Action.WITHDRAWN
            candidate.lost = side
            candidate.notes.append("entered after the other side had left")


def _lost_before(candidates: list[Candidate]) -> None:
    """A won back X from B, two days after its loss: A had lost it to B."""
    for loss in candidates:
        if loss.frame is not Frame.LOSES or loss.voice != "noun" or loss.gained is not None or loss.lost is not None:
            continue
        for gain in candidates:
            if gain.frame is Frame.TAKES and gain.located.place == loss.located.place and gain.chunk < loss.chunk:
                loss.gained, loss.lost = gain.lost, gain.gained


def _entered_what_was_left(candidates: list[Candidate], context: Context, left: Mapping[PlaceId, Side]) -> None:
    """A drove into the town, of which the item has said that B left it."""
    for candidate in candidates:
        side = left.get(candidate.located.place)
        if (
            candidate.entry
            and side is not None
            and not (candidate.gained and context.actors.related(candidate.gained.actor, side.actor))
        ):
            candidate.entry = False
            candidate.action = Action.WITHDRAWN
            candidate.lost = side
            candidate.notes.append("entered after the other side had left")


def _let_in(candidates: list[Candidate], sentence: Sentence, sides: Sides) -> None:
    """A entered X under a deal, at the request of B, without a fight: it was given to A."""
    asked: int | None = None
    for index, chunk in enumerate(sentence.chunks):
        word = sentence.governed(index) if isinstance(chunk, NounPhrase) else ""
        agreed = isinstance(chunk, NounPhrase) and chunk.head_is(Noun.DEAL) and word in _BY_LEAVE
        unopposed = chunk.word in _UNOPPOSED or (
            isinstance(chunk, NounPhrase) and word == "without" and chunk.head.norm in _FIGHTS
        )
        if agreed or unopposed:
            asked = index
    if asked is None:
        return
    for candidate in candidates:
        if not candidate.entry or (candidate.located.extent is Extent.NEAR):
            continue
        host = next((sides.side(other) for word, other in sentence.chain(asked) if word in {"of", "with", "by"}), None)
        candidate.entry = False
        candidate.action = Action.HANDED_OVER
        candidate.lost = candidate.lost or host
        candidate.notes.append(f"'{sentence.chunks[asked].word or sentence.np(asked).head.norm}': it was given to them")


def _moved_in(
    candidates: list[Candidate],
    sentence: Sentence,
    sides: Sides,
    context: Context,
    place: Located,
    left: Mapping[PlaceId, Side],
) -> list[Candidate]:
    """B left X. A moved in after them: the second half of the withdrawal that the sentence before tells."""
    holder = left.get(place.place)
    if holder is None or any(candidate.frame is Frame.LEAVES for candidate in candidates):
        return []
    for index, chunk in enumerate(sentence.chunks):
        if not isinstance(chunk, VerbGroup) or chunk.infinitive or chunk.negation is not None or chunk.modal:
            continue
        reading = next((one for one in chunk.events if one.group.frame is Frame.ENTERS), None)
        placed = any(candidate.chunk == index and candidate.located.unit is not None for candidate in candidates)
        if reading is None or placed or sentence.voice(index) != "active":
            continue
        complements = sentence.complements(index)
        named = [noun for noun in complements.objects if sentence.np(noun).place is not None]
        named += [noun for _, noun in complements.prepositions if sentence.np(noun).place is not None]
        side = sides.side(sentence.clause(index).subject)
        if named or side is None or side.actor is None or context.actors.related(side.actor, holder.actor):
            continue
        located = replace(place, unit=None, how="what the sentence before tells to have been left")
        note = f"'{chunk.word}' tells who moved in after them"
        return [
            Candidate(
                Event.CONTROL_CHANGE,
                Action.WITHDRAWN,
                Frame.LEAVES,
                reading.word,
                index,
                "active",
                located,
                side,
                holder,
                chunk.main,
                [note],
            )
        ]
    return []


def _lifted_by_leaving(candidates: list[Candidate]) -> list[Candidate]:
    """The siege of X ended when B left its positions around it: B besieged, and its leaving is no other event."""
    drop: list[Candidate] = []
    for siege in candidates:
        if siege.action is not Action.LIFTED:
            continue
        for other in candidates:
            if (
                other.frame is Frame.LEAVES
                and other.located.place == siege.located.place
                and other.located.extent is Extent.NEAR
            ):
                siege.lost = siege.lost or other.lost
                drop.append(other)
    return [candidate for candidate in candidates if candidate not in drop]


def _entry_after_withdrawal(judged: list[Judged], sentence: Sentence, sides: Sides, context: Context) -> list[Judged]:
    """B withdrew from X, and A moved in behind them: A gains."""
    left = [
        candidate
        for candidate, verdict in judged
        if candidate.frame is Frame.LEAVES and verdict.status is Status.ASSERTED
    ]
    if not left:
        return judged
    entered: list[Candidate] = []
    for candidate in left:
        if candidate.gained is not None:
            continue
        for index, chunk in enumerate(sentence.chunks):
            if not isinstance(chunk, VerbGroup) or index == candidate.chunk:
                continue
            frames = {reading.group.frame for reading in chunk.events}
            elsewhere = any(
                other.chunk == index and other.located.place != candidate.located.place for other, _ in judged
            )
            if not frames & {Frame.ENTERS, Frame.TAKES} or elsewhere or chunk.infinitive:
                continue
            side = sides.side(sentence.clause(index).subject)
            if side is None or side.actor is None:
                continue
            if candidate.lost is not None and context.actors.related(side.actor, candidate.lost.actor):
                continue
            candidate.gained = side
            candidate.notes.append(f"'{chunk.word}' tells who moved in after them")
            entered.extend(other for other, _ in judged if other.frame is Frame.ENTERS and other.chunk == index)
    return [(candidate, verdict) for candidate, verdict in judged if candidate not in entered]


def _driven_out(judged: list[Judged], sentence: Sentence, sides: Sides) -> None:
    """X was taken, driving B back: B loses."""
    for candidate, _ in judged:
        if candidate.lost is not None or candidate.frame is not Frame.TAKES:
            continue
        for index, chunk in enumerate(sentence.chunks):
            if not isinstance(chunk, VerbGroup) or index == candidate.chunk:
                continue
            if not any(reading.group.frame is Frame.DRIVES_OUT for reading in chunk.events):
                continue
            clause = sentence.clause(index)
            if clause.opener not in {"participle", "and"}:
                continue
            objects = sentence.complements(index).objects
            side = sides.side(objects[0]) if objects else None
            if (
                side is not None
                and side.actor is not None
                and (candidate.gained is None or side.actor != candidate.gained.actor)
            ):
                candidate.lost = side


def _not_against_oneself(judged: list[Judged], context: Context) -> None:
    """Nobody loses to himself: of two related sides, the one that was inferred is dropped."""
    for candidate, _ in judged:
        gained, lost = candidate.gained, candidate.lost
        if gained is not None and lost is not None and context.actors.related(gained.actor, lost.actor):
            if lost.unit is None:
                candidate.lost = None
            elif gained.unit is None:
                candidate.gained = None


def _cut_by_capture(judged: list[Judged]) -> None:
    """The road was cut when A captured Y: A besieges."""
    for candidate, _ in judged:
        if (
            candidate.event is Event.SIEGE
            and candidate.gained is None
            and candidate.frame in {Frame.CUTS, Frame.BESIEGES}
        ):
            takers = [
                other.gained
                for other, _ in judged
                if other.frame in {Frame.TAKES, Frame.CUTS} and other.gained is not None
            ]
            if takers and candidate.voice in {"passive", "reduced"}:
                candidate.gained = takers[0]


def _taken_as_they_left(judged: list[Judged], sentence: Sentence, sides: Sides, context: Context) -> list[Judged]:
    """A took X as B withdrew: one withdrawal, with both sides."""
    leaving = [
        candidate
        for candidate, verdict in judged
        if candidate.frame is Frame.LEAVES and verdict.status is Status.ASSERTED
    ]
    taken = [
        candidate
        for candidate, verdict in judged
        if candidate.frame in {Frame.TAKES, Frame.FALLS} and verdict.status is Status.ASSERTED
    ]
    drop: list[Candidate] = []
    for one in taken:
        for index, chunk in enumerate(sentence.chunks):
            if not isinstance(chunk, VerbGroup) or not any(r.group.frame is Frame.LEAVES for r in chunk.events):
                continue
            clause = sentence.clause(index)
            timed = clause.opener == "sub" and clause.word in {"as", "after", "when"}
            joined = (
                one.frame is Frame.FALLS and index < one.chunk and clause.opener == "start" and not chunk.infinitive
            )
            if not (timed or joined) or chunk.negation is not None:
                continue
            if sentence.complements(index).after("from", "out of") or any(other.chunk == index for other, _ in judged):
                continue
            side = sides.side(clause.subject)
            if side is not None and (one.gained is None or not context.actors.related(side.actor, one.gained.actor)):
                one.action = Action.WITHDRAWN
                one.lost = one.lost or side
                one.notes.append("taken as the other side left")
        for other in leaving:
            same = other.located.place == one.located.place
            differ = not (one.gained and other.lost and context.actors.related(one.gained.actor, other.lost.actor))
            if same and differ and one.chunk != other.chunk:
                one.action = Action.WITHDRAWN
                one.lost = one.lost or other.lost
                one.notes.append("taken as the other side left")
                drop.append(other)
    return [(candidate, verdict) for candidate, verdict in judged if candidate not in drop]


def _by_agreement(judged: list[Judged], sentence: Sentence) -> None:
    """Under a deal: handed over, if somebody takes it."""
    deals = [
        index
        for index, chunk in enumerate(sentence.chunks)
        if isinstance(chunk, NounPhrase) and chunk.head_is(Noun.DEAL)
    ]
    if not any(sentence.governed(index) in _BY_DEAL for index in deals):
        return
    for candidate, _ in judged:
        if (
            candidate.event is Event.CONTROL_CHANGE
            and candidate.action in {Action.CAPTURED, Action.WITHDRAWN}
            and candidate.gained is not None
            and not candidate.standing
        ):
            candidate.action = Action.HANDED_OVER
            candidate.notes.append("under an agreement")


def _trapped(judged: list[Judged], sentence: Sentence, sides: Sides) -> None:
    """A siege whose besieged side the sentence names as inside."""
    for candidate, _ in judged:
        if candidate.event is not Event.SIEGE or candidate.lost is not None:
            continue
        for index, chunk in enumerate(sentence.chunks):
            if (
                isinstance(chunk, NounPhrase)
                and sentence.governed(index) == "with"
                and sentence.kind(index + 1) == "prep"
                and sentence.chunks[index + 1].word in {"inside", "in"}
            ):
                inside = sides.side(index)  # encircled with B inside it
                if inside is not None and inside.unit is not None:
                    candidate.lost = inside
                    break
            if isinstance(chunk, NounPhrase) and sentence.is_vg(index + 1) and index != candidate.chunk:
                verb = sentence.vg(index + 1)
                if (
                    any(reading.group.frame is Frame.BESIEGES for reading in verb.events)
                    and index + 1 != candidate.chunk
                ):
                    side = sides.side(index)
                    if (
                        side is not None
                        and side.actor is not None
                        and (candidate.gained is None or side.actor != candidate.gained.actor)
                    ):
                        candidate.lost = side


def _without_holders(judged: list[Judged], sentence: Sentence) -> list[Judged]:
    """ "Rebel-held" on the place that changes hands in the same sentence only says who loses it."""
    changing = [candidate for candidate, verdict in judged if verdict.status is not Status.STANDING]
    kept = []
    for candidate, verdict in judged:
        relative = (
            candidate.frame is Frame.HOLDS
            and sentence.is_vg(candidate.chunk)
            and sentence.clause(candidate.chunk).opener in {"rel", "contact"}
        )
        if candidate.voice in {"suffix", "adjective"} or (relative and verdict.status is Status.STANDING):
            same = [
                other
                for other in changing
                if other.located.place == candidate.located.place
                and other.located.unit is candidate.located.unit
                and candidate.located.unit is not None
                and other.event is candidate.event
            ]
            if same:
                for other in same:
                    if other.gained is None or candidate.gained is None or other.gained.actor != candidate.gained.actor:
                        other.lost = other.lost or candidate.gained
                continue
        kept.append((candidate, verdict))
    return kept


__all__ = ["Side", "relate", "replace"]
