"""Whether a report that opens an incident only tells what the ledger has already, or what contradicts it.

Pure: no I/O. A wrong ledger must never silence news: only fresh, firm evidence of our own makes a report "known", never
an assumption, a mentioned state, a claim or what follows from a district; and a report that names a later day is news.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from watcher.detect.actors import Actors
from watcher.incidents.ledger import Holding
from watcher.incidents.wording import say_date
from watcher.model import Action, ActorId, Event, Extent, Finding

LEAST_SURE: Final = 0.6  # of the ledger, to make a report known
_ENDING: Final = (Action.BROKEN, Action.LIFTED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands to the ledger: at most one of the two is set, in words."""

    known_because: str | None = None
    against_ledger: str | None = None


def compare_with_ledger(
    finding: Finding, told: datetime, holdings: tuple[Holding, ...], actors: Actors, fresh_for: timedelta
) -> Standing:
    """How a finding stands to the history of its place: known, against it, or neither.

    ``fresh_for``: how long after the ledger was last told a report may count as known.
    """
    if finding.extent is not Extent.FULL or finding.action is Action.TIGHTENED or not holdings:
        return Standing()
    current = holdings[-1]
    if _agrees(finding, current, holdings, actors):
        return _known(finding, told, current, actors, fresh_for)
    if current.holder is None or _is_left(finding, current, actors):
        return Standing()
    what = "besieging it" if finding.event is Event.SIEGE else "holding it"
    had = f"the ledger had {_name(current.holder, actors)} {what} since {_day(current)} ({_basis(current)})"
    return Standing(against_ledger=had)


def _is_left(finding: Finding, current: Holding, actors: Actors) -> bool:
    """Whether nobody is said to gain, and the loser is not who the ledger has: neither agreement nor news about it."""
    return _gainer(finding) is None and not actors.related(finding.lost_by, current.holder)


def _gainer(finding: Finding) -> str | None:
    return None if finding.event is Event.SIEGE and finding.action in _ENDING else finding.gained_by


def _agrees(finding: Finding, current: Holding, holdings: tuple[Holding, ...], actors: Actors) -> bool:
    """Whether the report's end is the ledger's present."""
    gainer = _gainer(finding)
    if gainer is not None:
        return actors.related(current.holder, finding.gained_by) and not actors.related(current.holder, finding.lost_by)
    if current.holder is not None or len(holdings) < 2:  # noqa: PLR2004  before and after the loss
        return False
    before = holdings[-2].holder
    return finding.lost_by is None or actors.related(before, finding.lost_by)


def _known(finding: Finding, told: datetime, current: Holding, actors: Actors, fresh_for: timedelta) -> Standing:
    basis = current.rests_on
    if basis.kind != "change" or basis.through is not None or current.contested_by or current.confidence < LEAST_SURE:
        return Standing()
    if not timedelta(0) <= told - basis.told_at <= fresh_for:
        return Standing()
    if finding.event_date is not None and finding.event_date > (current.since + timedelta(days=1)).date():
        lost = "it must have been lost since"
        return Standing(against_ledger=f"the ledger had that since {_day(current)} ({_basis(current)}): {lost}")
    who = "nobody" if current.holder is None else _name(current.holder, actors)
    what = "besieged by" if finding.event is Event.SIEGE else "held by"
    return Standing(
        known_because=f"the ledger has it {what} {who} since {_day(current)}, "
        f"confidence {current.confidence:.0%} ({_basis(current)})"
    )


def _name(side: ActorId, actors: Actors) -> str:
    actor = actors.get(side)
    return side if actor is None else actor.name


def _day(holding: Holding) -> str:
    return say_date(holding.since.date())


def _basis(holding: Holding) -> str:
    through = "" if holding.rests_on.through is None else f", through {holding.rests_on.through}"
    return f"{holding.rests_on.source}{through}"
