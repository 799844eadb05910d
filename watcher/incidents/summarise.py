"""What an incident says, derived from its reports: action, date, extent, status, state and confidence.

Pure: no I/O. Reports whose finding is negated are denials: they count against, never for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from watcher.model import Extent, Finding, Incident, IncidentState, Reason, Report, Status

FURTHER_OUTLET_SHARE = 0.5  # of what is still missing to certainty: outlets copy each other
DENIAL_SHARE = 0.3  # of the confidence so far that a denying outlet takes away
MOST_CONFIDENT = 0.99

_WIDTH = {Extent.NEAR: 0, Extent.PARTIAL: 1, Extent.FULL: 2}


def supporting(reports: Sequence[Report]) -> tuple[Report, ...]:
    """Return the reports that tell of the change, leaving out its denials."""
    return tuple(report for report in reports if report.finding.status.alerts)


def denials(reports: Sequence[Report]) -> tuple[Report, ...]:
    return tuple(report for report in reports if report.finding.status is Status.NEGATED)


def outlets_of(reports: Sequence[Report]) -> tuple[str, ...]:
    """Each outlet once, in the order of its first report."""
    return tuple(dict.fromkeys(report.outlet for report in reports))


def lead_report(reports: Sequence[Report]) -> Report:
    """Return the report that tells most: asserted before claimed, then most sides named, widest, surest, earliest.

    Raises ValueError when no report tells of the change.
    """
    ranked = supporting(reports)
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
    """Return the day that most outlets state, the earliest of equals; None when no report states one."""
    days = Counter(
        day
        for day, _ in {
            (report.finding.event_date, report.outlet)
            for report in supporting(reports)
            if report.finding.event_date is not None
        }
    )
    return min(days, key=lambda day: (-days[day], day)) if days else None


def explain_confidence(reports: Sequence[Report]) -> tuple[Reason, ...]:
    """The steps of the combined confidence; their weights sum up to it.

    Only different outlets add weight, each by its surest report: the first counts fully, a further one closes half
    of its own confidence of the gap to certainty, a denying outlet takes three tenths away.
    """
    steps: list[Reason] = []
    total = 0.0
    for outlet, confidence in _surest_by_outlet(supporting(reports)):
        gain = confidence if not steps else (1 - total) * FURTHER_OUTLET_SHARE * confidence
        gain = min(gain, MOST_CONFIDENT - total)
        steps.append(Reason(f"told by {outlet}" if not steps else f"also told by {outlet}", weight=gain))
        total += gain
    for outlet in outlets_of(denials(reports)):
        loss = total * DENIAL_SHARE
        steps.append(Reason(f"denied in {outlet}", weight=-loss))
        total -= loss
    return tuple(steps)


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
    told = supporting(incident.reports)
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
    return IncidentState.CONFIRMED if len(outlets_of(told)) > 1 else IncidentState.OPENED
