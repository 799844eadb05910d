"""Who is reported to hold each place and who besieges it, since when, on what evidence: a fold over all that was told.

Pure: no I/O, and nothing is kept: the same evidence gives the same ledger in whatever order it came, so that it can be
rebuilt at any time and asked for any day. incidents/known.py asks whether a report only tells what stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.model import ActorId, Event, PlaceId

INHERITED_SHARE: Final = 0.6  # of the confidence in a whole district that each step down to a place inside it keeps
STATE_SHARE: Final = 0.5  # of the confidence in a state that is only mentioned ("rebel-held")
CLAIM_SHARE: Final = 0.5
STATES_TO_TURN: Final = 2  # outlets that must mention another holder before the ledger believes them

Kind = Literal["assumption", "change", "part", "claim", "state"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that was told about who holds or besieges a place from a moment on.

    ``holder`` holds it then (of a siege: besieges it), None when nobody does or is named; ``not_holder`` does not any
    more. ``at`` is when it happened, ``told_at`` when it was first told.
    A "change" is told as a fact of the whole place, a "part" of some of it, a "claim" by one side or against a denial;
    a "state" is only mentioned. ``source`` is the incident, item or file:line, ``outlet`` who mentions a state.
    ``through`` is the place around it that was taken as a whole.
    """

    place: PlaceId
    event: Event
    at: datetime
    told_at: datetime
    kind: Kind
    holder: ActorId | None
    not_holder: ActorId | None
    confidence: float
    source: str
    words: str
    outlet: str = ""
    through: PlaceId | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """Who holds or besieges a place from ``since`` until ``until`` (None: still), as far as is told.

    ``holder`` None: left, or no siege. ``contested_by`` are the sides that hold part of it or claim it. ``told_at`` is
    when it was last told; ``rests_on`` is the evidence that made it, ``evidence`` everything since, in order.
    """

    place: PlaceId
    event: Event
    holder: ActorId | None
    since: datetime
    told_at: datetime
    confidence: float
    rests_on: Evidence
    evidence: tuple[Evidence, ...]
    contested_by: tuple[ActorId, ...] = ()
    until: datetime | None = None


def history(evidence: Iterable[Evidence], actors: Actors) -> tuple[Holding, ...]:
    """The holdings of one place and kind of event, the earliest first; the last one is that of now."""
    holdings: list[Holding] = []
    for one in sorted(evidence, key=_order):
        current = holdings[-1] if holdings else None
        after = _take(current, one, actors)
        if after is None:
            continue
        if current is None or after.since == current.since:
            holdings[-1:] = [after]
        else:
            holdings[-1] = replace(current, until=after.since)
            holdings.append(after)
    return tuple(holdings)


def at_moment(holdings: Sequence[Holding], moment: datetime) -> Holding | None:
    """The holding of a moment; None before the first."""
    return next((holding for holding in reversed(holdings) if holding.since <= moment), None)


def _order(evidence: Evidence) -> tuple[datetime, datetime, int, str, str]:
    """By when it happened, then by when it was told; the same in whatever order it arrived."""
    rank = ("assumption", "state", "claim", "part", "change").index(evidence.kind)
    return (evidence.at, evidence.told_at, rank, evidence.holder or "", evidence.source)


def _take(current: Holding | None, one: Evidence, actors: Actors) -> Holding | None:
    """The holding after a piece of evidence; None when it tells nothing of a place of which nothing is known."""
    if current is not None and one.holder is not None and actors.related(current.holder, one.holder):
        return _confirmed(current, one, actors)
    match one.kind:
        case "change" | "assumption":
            return _changed(current, one, actors)
        case "part" | "claim":
            return _contested(current, one)
        case _:
            return _mentioned(current, one, actors)


def _confirmed(current: Holding, one: Evidence, actors: Actors) -> Holding:
    """The holder is told of again: the surest telling counts, and a report of all of the place ends the contest."""
    settles = one.kind == "change"
    contested = () if settles else tuple(side for side in current.contested_by if side != one.holder)
    share = one.confidence * (STATE_SHARE if one.kind in {"state", "claim"} else 1)
    fresher = settles and current.rests_on.kind != "change"
    return replace(
        current,
        holder=one.holder if _is_part(one.holder, current.holder, actors) else current.holder,
        told_at=one.told_at,
        confidence=max(current.confidence, share),
        rests_on=one if fresher else current.rests_on,
        evidence=(*current.evidence, one),
        contested_by=contested,
    )


def _is_part(inner: ActorId | None, outer: ActorId | None, actors: Actors) -> bool:
    actor = None if inner is None else actors.get(inner)
    while actor is not None and actor.inside is not None:
        if actor.inside == outer:
            return True
        actor = actors.get(actor.inside)
    return False


def _changed(current: Holding | None, one: Evidence, actors: Actors) -> Holding | None:
    if one.holder is None:  # somebody left, or a siege ended: it counts if that side is the one we know of
        if current is not None and current.holder is None:
            return replace(current, told_at=one.told_at, evidence=(*current.evidence, one))
        known = None if current is None else current.holder
        if current is not None and one.not_holder is not None and not actors.related(known, one.not_holder):
            return replace(current, evidence=(*current.evidence, one))
        if current is None and one.through is not None:
            return None
    return _fresh(one, one.holder, one.confidence)


def _contested(current: Holding | None, one: Evidence) -> Holding | None:
    """Part of it, or a claim, takes nothing from the holder; of an unknown place it tells who held it until now."""
    contested = () if one.holder is None else (one.holder,)
    if current is None:
        held_by = one.not_holder
        if one.kind == "claim" or held_by is None:
            held_by = None
        return replace(_fresh(one, held_by, one.confidence * CLAIM_SHARE), contested_by=contested)
    together = dict.fromkeys((*current.contested_by, *contested))
    return replace(current, told_at=one.told_at, evidence=(*current.evidence, one), contested_by=tuple(together))


def _mentioned(current: Holding | None, one: Evidence, actors: Actors) -> Holding | None:
    """A mentioned state is believed where nothing better is known, or where a second outlet mentions it, too."""
    if one.holder is None:
        return current
    if current is None:
        return _fresh(one, one.holder, one.confidence * STATE_SHARE)
    against = [
        other
        for other in current.evidence
        if other.kind == "state" and other.at >= current.since and actors.related(other.holder, one.holder)
    ]
    outlets = {other.outlet for other in against} | {one.outlet}
    if len(outlets) >= STATES_TO_TURN:
        return _fresh(one, one.holder, one.confidence * STATE_SHARE)
    return replace(
        current,
        evidence=(*current.evidence, one),
        contested_by=tuple(dict.fromkeys((*current.contested_by, one.holder))),
    )


def _fresh(one: Evidence, holder: ActorId | None, confidence: float) -> Holding:
    return Holding(one.place, one.event, holder, one.at, one.told_at, round(confidence, 4), one, (one,))


# --- places inside each other --------------------------------------------------------------------------------------


def inherited(evidence: Iterable[Evidence], place: PlaceId, gazetteer: Gazetteer) -> tuple[Evidence, ...]:
    """What is told of a place itself, and of all of what lies around it, less surely with each step.

    A town that is taken says nothing of its district; a district that is wholly taken gives its towns. Sieges and parts
    of a district say nothing of a town.
    """
    around = gazetteer.ancestors(place) if gazetteer.get(place) is not None else ()
    steps = {outer: number for number, outer in enumerate(around, 1)}
    found: list[Evidence] = []
    for one in evidence:
        if one.place == place:
            found.append(one)
        elif one.place in steps and one.kind == "change" and one.event is Event.CONTROL_CHANGE:
            share = INHERITED_SHARE ** steps[one.place]
            found.append(replace(one, place=place, confidence=one.confidence * share, through=one.place))
    return tuple(found)
