"""What an incident says, derived from its reports: action, date, extent, status, state and confidence.

Pure: no I/O. Reports whose finding is negated are denials: they count against, never for. Withdrawn ones count neither
way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from watcher.detect.actors import Actors
from watcher.incidents.states import Voices, state_of
from watcher.incidents.wording import say_count
from watcher.model import ActorId, Extent, Finding, Incident, ItemId, Reason, Report, Status

FURTHER_OUTLET_SHARE = 0.5  # of what is still missing to certainty: outlets copy each other
DENIAL_SHARE = 0.3  # of the confidence so far that a denying outlet takes away
MOST_CONFIDENT = 0.99

_WIDTH = {Extent.NEAR: 0, Extent.PARTIAL: 1, Extent.FULL: 2}


def supporting(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that tell of the change: no denials, and none that its outlet withdrew."""
    return tuple(report for report in reports if report.finding.status.alerts and report.withdrawn_because is None)


def denials(reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(
        report for report in reports if report.finding.status is Status.NEGATED and report.withdrawn_because is None
    )


def withdrawn(reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(report for report in reports if report.withdrawn_because is not None)


def weighing(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that an incident is described by: those that weigh, or, withdrawn, those that once did."""
    return originals(supporting(reports)) or originals([r for r in reports if r.finding.status.alerts])


def originals(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that weigh: each text only as one outlet has it, the one that had it first.

    A copy adds a source and no weight, whatever its house made of the headline or of a word like "claims".
    """
    first: dict[ItemId, str] = {}
    for report in sorted(reports, key=lambda report: report.copy_of is not None):
        first.setdefault(report.text_of, report.outlet)
    return tuple(report for report in reports if first[report.text_of] == report.outlet)


def outlets_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Each outlet once, in the order of its first report."""
    return tuple(dict.fromkeys(report.outlet for report in reports))


def say_sources(incident: Incident) -> str:
    """Write how many outlets tell it, and how many of them in texts of their own: "5 outlets, 2 independent"."""
    told = supporting(incident.reports)
    outlets, independent = len(outlets_of(told)), len(outlets_of(originals(told)))
    return (
        say_count(outlets, "outlet")
        if outlets == independent
        else f"{say_count(outlets, 'outlet')}, {independent} independent"
    )


def lead_report(reports: Sequence[Report]) -> Report:
    """Return the report that tells most: asserted before claimed, then most sides named, widest, surest, earliest.

    Copies lead never, withdrawn reports only when there is no other. Raises ValueError when no report tells of the
    change.
    """
    ranked = weighing(reports)
    if not ranked:
        raise ValueError("an incident needs a report that tells of the change, got only denials or none")
    return max(ranked, key=_fullness)


def _fullness(report: Report) -> tuple[bool, int, int, float]:
    finding = report.finding
    sides = (finding.gained_by is not None) + (finding.lost_by is not None)
    return (finding.status is Status.ASSERTED, sides, _WIDTH[finding.extent], finding.confidence)


def is_wider(extent: Extent, than: Extent) -> bool:
    return _WIDTH[extent] > _WIDTH[than]


def agreed_date(reports: Sequence[Report]) -> date | None:
    """Return the day that most independent outlets state, the earliest of equals; None when no report states one.

    Where some tell of more of the place than others, theirs is the day: the parts were taken before.
    """
    told = [report for report in weighing(reports) if report.finding.event_date is not None]
    widest = max((_WIDTH[report.finding.extent] for report in told), default=0)
    days = Counter(
        day
        for day, _ in {
            (report.finding.event_date, report.outlet) for report in told if _WIDTH[report.finding.extent] == widest
        }
    )
    return min(days, key=lambda day: (-days[day], day)) if days else None


def explain_confidence(reports: Sequence[Report]) -> tuple[Reason, ...]:
    """The steps of the combined confidence; their weights sum up to it.

    Only different outlets with texts of their own add weight, each by its surest report: the first counts fully, a
    further one closes half of its own confidence of the gap to certainty, a denying outlet takes three tenths away.
    """
    steps: list[Reason] = []
    total = 0.0
    for outlet, confidence in _surest_by_outlet(originals(supporting(reports))):
        gain = confidence if not steps else (1 - total) * FURTHER_OUTLET_SHARE * confidence
        gain = min(gain, MOST_CONFIDENT - total)
        steps.append(Reason(f"told by {outlet}" if not steps else f"also told by {outlet}", weight=gain))
        total += gain
    for outlet in outlets_of(originals(denials(reports))):
        loss = total * DENIAL_SHARE
        steps.append(Reason(f"denied in {outlet}", weight=-loss))
        total -= loss
    steps.extend(_copies(supporting(reports)))
    return tuple(steps)


def _copies(reports: Sequence[Report]) -> Iterator[Reason]:
    """A step of no weight for each outlet that has only copies."""
    weigh = originals(reports)
    holders = {report.text_of: report.outlet for report in reversed(weigh)}
    told = set(outlets_of(weigh))
    for outlet, text in {report.outlet: report.text_of for report in reports if report.outlet not in told}.items():
        yield Reason(f"also in {outlet}, a copy of the text in {holders[text]}", weight=0.0)


def _surest_by_outlet(reports: Sequence[Report]) -> list[tuple[str, float]]:
    best: dict[str, float] = {}
    for report in reports:
        best[report.outlet] = max(best.get(report.outlet, 0.0), report.finding.confidence)
    return sorted(best.items(), key=lambda pair: -pair[1])


def is_contested(finding: Finding) -> bool:
    """Whether the item itself tells that somebody denies the change."""
    return any(reason.text.casefold().startswith("disputed") for reason in finding.reasons)


def summarise(incident: Incident, actors: Actors) -> Incident:
    """Return the incident with all derived fields made anew from its reports and what undid it."""
    lead = lead_report(incident.reports).finding
    incident = replace(
        incident,
        gained_by=_most_specific((finding.gained_by for finding in _tellings(incident.reports)), actors),
        lost_by=_most_specific((finding.lost_by for finding in _tellings(incident.reports)), actors),
    )
    told = weighing(incident.reports)
    firm = tuple(report for report in told if report.finding.status is Status.ASSERTED) or told
    confidence = sum(step.weight or 0.0 for step in explain_confidence(incident.reports))
    state, because = state_of(hear(incident, actors))
    return replace(
        incident,
        action=lead.action,
        status=Status.ASSERTED if lead.status is Status.ASSERTED else Status.CLAIMED,
        extent=max((report.finding.extent for report in firm), key=_WIDTH.__getitem__),
        event_date=agreed_date(incident.reports),
        confidence=round(confidence, 4),
        state=state,
        state_because=because,
    )


def _tellings(reports: Sequence[Report]) -> tuple[Finding, ...]:
    """What its reports tell, copies too; of a withdrawn incident, what they once told."""
    told = supporting(reports) or tuple(report for report in reports if report.finding.status.alerts)
    return tuple(report.finding for report in told)


def _most_specific(sides: Iterable[ActorId | None], actors: Actors) -> ActorId | None:
    """The first side that is named, or a later one that is part of it."""
    found: ActorId | None = None
    for side in sides:
        if found is None or (side is not None and _lies_inside(side, found, actors)):
            found = side
    return found


def _lies_inside(inner: ActorId, outer: ActorId, actors: Actors) -> bool:
    actor = actors.get(inner)
    while actor is not None and actor.inside is not None:
        if actor.inside == outer:
            return True
        actor = actors.get(actor.inside)
    return False


def hear(incident: Incident, actors: Actors, quiet_for: timedelta | None = None) -> Voices:
    """Sort an incident's reports by who speaks in them. ``quiet_for`` is given when that is long enough to close it."""
    told, denied = originals(supporting(incident.reports)), originals(denials(incident.reports))
    as_fact = [report for report in told if report.finding.status is Status.ASSERTED]

    def of(side: ActorId | None, reports: Sequence[Report]) -> tuple[str, ...]:
        return outlets_of([report for report in reports if actors.related(report.voice, side)])

    def of_others(reports: Sequence[Report]) -> tuple[str, ...]:
        sides = (incident.gained_by, incident.lost_by)
        return outlets_of([r for r in reports if not any(actors.related(r.voice, side) for side in sides)])

    return Voices(
        told_as_fact=of_others(as_fact),
        told_by_others=of_others(told),
        winner_claims=bool(of(incident.gained_by, told)),
        loser_admits=bool(of(incident.lost_by, as_fact)),
        winner_denies=of(incident.gained_by, denied),
        loser_denies=of(incident.lost_by, denied),
        denied_by_others=of_others(denied),
        contested_in_reports=any(is_contested(report.finding) for report in told),
        withdrawn=outlets_of(withdrawn(incident.reports)),
        reversed_by=incident.reversed_by,
        quiet_for=quiet_for,
    )
