"""What an incident says, derived from its reports: action, date, extent, status, state and confidence.

Pure: no I/O. Reports whose finding is negated are denials: they count against, never for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from watcher.incidents.wording import say_count
from watcher.model import Extent, Finding, Incident, IncidentState, ItemId, Reason, Report, Status

FURTHER_OUTLET_SHARE = 0.5  # of what is still missing to certainty: outlets copy each other
DENIAL_SHARE = 0.3  # of the confidence so far that a denying outlet takes away
MOST_CONFIDENT = 0.99

_WIDTH = {Extent.NEAR: 0, Extent.PARTIAL: 1, Extent.FULL: 2}


def supporting(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that tell of the change, leaving out its denials."""
    return tuple(report for report in reports if report.finding.status.alerts)


def denials(reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(report for report in reports if report.finding.status is Status.NEGATED)


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

    Copies lead never. Raises ValueError when no report tells of the change.
    """
    ranked = originals(supporting(reports))
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
    """Return the day that most independent outlets state, the earliest of equals; None when no report states one."""
    days = Counter(
        day
        for day, _ in {
            (report.finding.event_date, report.outlet)
            for report in originals(supporting(reports))
            if report.finding.event_date is not None
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
    weighing = originals(reports)
    holders = {report.text_of: report.outlet for report in reversed(weighing)}
    told = set(outlets_of(weighing))
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


def summarise(incident: Incident) -> Incident:
    """Return the incident with all derived fields but its sides made anew from its reports.

    The state stays "reversed" once it is: later reports tell of a change that was undone all the same.
    """
    lead = lead_report(incident.reports).finding
    told = originals(supporting(incident.reports))
    firm = tuple(report for report in told if report.finding.status is Status.ASSERTED) or told
    confidence = sum(step.weight or 0.0 for step in explain_confidence(incident.reports))
    return replace(
        incident,
        action=lead.action,
        status=Status.ASSERTED if lead.status is Status.ASSERTED else Status.CLAIMED,
        extent=max((report.finding.extent for report in firm), key=_WIDTH.__getitem__),
        event_date=agreed_date(incident.reports),
        confidence=round(confidence, 4),
        state=_state(incident),
    )


def _state(incident: Incident) -> IncidentState:
    if incident.state is IncidentState.REVERSED:
        return IncidentState.REVERSED
    told = supporting(incident.reports)
    if denials(incident.reports) or any(is_contested(report.finding) for report in told):
        return IncidentState.DISPUTED
    return IncidentState.CONFIRMED if len(outlets_of(originals(told))) > 1 else IncidentState.OPENED
