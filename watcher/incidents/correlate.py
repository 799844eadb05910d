"""Which incident a finding joins, denies or reverses, and why in words; and why it is not part of the others.

Pure: no I/O, no store: the caller brings the candidates and keeps the results. After detect/, before
incidents/changes.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.incidents.direction import (
    Direction,
    compare,
    day_and_order,
    in_order,
    is_same_ground,
    precedes,
    reversal_gap_fits,
    told_by,
)
from watcher.incidents.fitting import Fit, Telling, distance, judge_fit
from watcher.model import Finding, Incident, IncidentId, IncidentState, Status

CORRELATION_WINDOW = timedelta(days=7)
"""How long after its last report an incident can still be joined: the three days for which an event is recent, the
day by which dates may differ, and the 72 hours between tellings."""

MOST_CONSIDERED = 5
"""How many incidents next to a finding are remembered with why it is not part of them."""

_DENIES_NOTHING = "a denial of a change that no known incident tells of"
_AROUND = "it is about the place around it"
_INSIDE = "it is about a place inside it"
_NEARBY = "one is about the place itself, the other about what lies around it"
_BESIDE = (_AROUND, _INSIDE, _NEARBY)
_PART = "part of the place"
_DENIAL = re.compile(r"\b(?:denies|denied|denial|deny)\b", re.IGNORECASE)


class Verdict(StrEnum):
    """What becomes of a finding."""

    OPENS = "opens"
    JOINS = "joins"
    DISPUTES = "disputes"
    NOTHING = "nothing"  # it tells of no recent change and denies none that we know of


@dataclass(frozen=True, slots=True)
class Correlation:
    """The verdict on a finding, and why.

    ``incident`` is the one that it joins or disputes. A finding that opens an incident may be the reversal of an
    earlier one (``reverses``), or turn out to be an older change that a known one undid (``reversed_by``).
    ``considered`` are the other incidents next to it, the nearest first, each with why the finding is not part of it.
    """

    verdict: Verdict
    because: str
    incident: Incident | None = None
    reverses: Incident | None = None
    reversed_by: Incident | None = None
    considered: tuple[tuple[IncidentId, str], ...] = ()


def correlate(
    finding: Finding,
    candidates: Iterable[Incident],
    gazetteer: Gazetteer,
    actors: Actors,
    now: datetime,
    *,
    published_at: datetime | None = None,
    outlet: str | None = None,
    siblings: Iterable[Finding] = (),
) -> Correlation:
    """Decide what becomes of a finding, given the incidents updated within CORRELATION_WINDOW.

    ``published_at`` and ``outlet`` are those of its item, ``siblings`` the item's findings. Without a time of
    publication, ``now`` counts as the time of telling. The order of the candidates makes no difference.
    """
    telling = Telling(finding, told_by(published_at, now), outlet, tuple(siblings))
    known = sorted(candidates, key=in_order)
    ground = [incident for incident in known if is_same_ground(finding, incident)]
    denies = is_denial(finding)
    if not finding.status.alerts and not denies:
        what = "did not happen or failed" if finding.status is Status.NEGATED else "tells of no recent change"
        return Correlation(Verdict.NOTHING, f"{finding.status.value}: {what}")

    fits = [judge_fit(telling, incident, ground, gazetteer, actors) for incident in ground]
    others = [*fits, *_beside(finding, known, gazetteer)]
    fitting = [fit for fit in fits if (fit.undone_since if denies else False) or fit.fits]
    if not fitting:
        found = Correlation(Verdict.NOTHING, _DENIES_NOTHING) if denies else _open(telling, ground, actors, others)
        return replace(found, considered=_considered(telling, others, None))
    chosen = min(fitting, key=lambda fit: distance(telling, fit.incident))
    considered = _considered(telling, others, chosen)
    if denies:
        return Correlation(
            Verdict.DISPUTES, f"denies {chosen.incident.id}, {chosen.because}", chosen.incident, considered=considered
        )
    because = _joined_because(chosen, fitting)
    return Correlation(Verdict.JOINS, because, chosen.incident, considered=considered)


def _joined_because(chosen: Fit, fitting: list[Fit]) -> str:
    others = [fit.incident.id for fit in fitting if fit is not chosen]
    nearest = f"; nearer in time than {', '.join(others)}" if others else ""
    return f"same place, event and direction as {chosen.incident.id}, {chosen.because}{nearest}"


def _considered(telling: Telling, others: list[Fit], chosen: Fit | None) -> tuple[tuple[IncidentId, str], ...]:
    """The nearest incidents that the finding is not part of, each with why."""
    left = sorted((fit for fit in others if fit is not chosen), key=lambda fit: distance(telling, fit.incident))
    return tuple(
        (fit.incident.id, f"{chosen.incident.id} is nearer in time" if fit.fits and chosen else fit.because)
        for fit in left[:MOST_CONSIDERED]
    )


def _open(telling: Telling, ground: list[Incident], actors: Actors, others: list[Fit]) -> Correlation:
    finding, told = telling.finding, telling.told
    opposite = [
        incident
        for incident in ground
        if incident.state is not IncidentState.DENIED
        and compare(finding, incident, actors) is Direction.OPPOSITE
        and reversal_gap_fits(finding, told, incident)
    ]
    later = [incident for incident in opposite if precedes(finding, told, incident)]
    undone = [i for i in opposite if i not in later and i.reversed_by is None]
    reversed_by = min(later, key=day_and_order, default=None)
    reverses = None if reversed_by is not None else max(undone, key=day_and_order, default=None)
    note = _note(others)
    if reversed_by is not None:
        note = f"happened before {reversed_by.id}, which undid it"
    elif reverses is not None:
        undoing = f"the opposite direction of {reverses.id}, a reversal"
        note = f"{undoing}; {note}" if note else undoing
    because = f"a new change: {note}" if note else "a new change: no known incident tells of it"
    return Correlation(Verdict.OPENS, because, reverses=reverses, reversed_by=reversed_by)


def _note(others: list[Fit]) -> str:
    """Words about the incident that a reader may take for the same one."""
    undone = [fit.because for fit in others if fit.undone_since]
    if undone:
        return undone[-1]
    beside = next((fit for fit in others if fit.because in _BESIDE or _PART in fit.because), None)
    return "" if beside is None else f"kept apart from {beside.incident.id}: {beside.because}"


def _beside(finding: Finding, known: list[Incident], gazetteer: Gazetteer) -> list[Fit]:
    """The incidents on other ground: at a place around or inside this one, or beside it, the latest first."""
    found: list[Fit] = []
    for incident in reversed(known):
        if (incident.event, incident.area) != (finding.event, finding.area) or is_same_ground(finding, incident):
            continue
        if incident.place == finding.place:
            found.append(Fit(incident, fits=False, because=_NEARBY))
        elif gazetteer.contains(incident.place, finding.place):
            found.append(Fit(incident, fits=False, because=_AROUND))
        elif gazetteer.contains(finding.place, incident.place):
            found.append(Fit(incident, fits=False, because=_INSIDE))
    return found


def is_denial(finding: Finding) -> bool:
    """Whether a negated finding denies a change, rather than telling of a failed attempt."""
    return finding.status is Status.NEGATED and any(_DENIAL.search(reason.text) for reason in finding.reasons)
