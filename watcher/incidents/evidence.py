"""What incidents, mentioned states and assumptions say of who holds a place: the evidence of the ledger.

Pure: no I/O. Before incidents/ledger.py, which folds it.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from watcher.detect.actors import Actors
from watcher.incidents.direction import first_told
from watcher.incidents.ledger import Evidence, Kind
from watcher.incidents.states import state_of
from watcher.incidents.summarise import hear
from watcher.model import (
    Action,
    ActorId,
    Assumption,
    Event,
    Extent,
    Finding,
    Incident,
    IncidentState,
    ItemId,
    Status,
)

UNNAMED: Final = ActorId("unnamed")
"""Who besieges a place when no report says it."""

ASSUMED: Final = 0.5  # confidence in a starting assumption
_ENDING: Final = (Action.BROKEN, Action.LIFTED)


def evidence_of_incident(incident: Incident, actors: Actors) -> Evidence | None:
    """What an incident says of its place; None when it was denied, or is only about what lies around the place."""
    state, _ = state_of(hear(incident, actors))
    if state is IncidentState.DENIED or (incident.event is Event.CONTROL_CHANGE and incident.extent is Extent.NEAR):
        return None
    told = first_told(incident)
    holder, not_holder = _sides(incident.event, incident.action, incident.gained_by, incident.lost_by)
    return Evidence(
        place=incident.place,
        event=incident.event,
        at=_moment(incident, told),
        told_at=told,
        kind=_kind(incident, state),
        holder=holder,
        not_holder=not_holder,
        confidence=incident.confidence,
        source=incident.id,
        words=f"{incident.action.value}, {incident.status.value}, {state.value}",
    )


def _sides(
    event: Event, action: Action, gained_by: ActorId | None, lost_by: ActorId | None
) -> tuple[ActorId | None, ActorId | None]:
    """Who holds or besieges it afterwards, and who does not any more."""
    if event is Event.CONTROL_CHANGE:
        return gained_by, lost_by
    return (None, lost_by) if action in _ENDING else (gained_by or UNNAMED, None)


def _kind(incident: Incident, state: IncidentState) -> Kind:
    if incident.status is Status.CLAIMED or state is IncidentState.DISPUTED:
        return "claim"
    if incident.event is Event.CONTROL_CHANGE and incident.extent is Extent.PARTIAL:
        return "part"
    return "change"


def _moment(incident: Incident, told: datetime) -> datetime:
    """When it happened: on its day, no later than it was told."""
    if incident.event_date is None:
        return told
    end = datetime.combine(incident.event_date + timedelta(days=1), time(), tzinfo=UTC) - timedelta(minutes=1)
    return min(end, told)


def evidence_of_state(finding: Finding, item_id: ItemId, outlet: str, told: datetime) -> Evidence | None:
    """What a mention like "rebel-held" or "besieged" says; None when it names nobody or only part of the place."""
    if finding.status is not Status.STANDING or finding.extent is not Extent.FULL:
        return None
    holder, not_holder = _sides(finding.event, finding.action, finding.gained_by, None)
    if holder is None:
        return None
    return Evidence(
        place=finding.place,
        event=finding.event,
        at=told,
        told_at=told,
        kind="state",
        holder=holder,
        not_holder=not_holder,
        confidence=finding.confidence,
        source=f"item {item_id}",
        words=finding.quote,
        outlet=outlet,
    )


def evidence_of_assumption(assumption: Assumption) -> tuple[Evidence, ...]:
    """What the officers wrote into rules/control.yaml: who held and who besieged a place at the start."""
    since = datetime.combine(assumption.since, time(), tzinfo=UTC)
    sides = ((Event.CONTROL_CHANGE, assumption.held_by), (Event.SIEGE, assumption.besieged_by))
    return tuple(
        Evidence(
            place=assumption.place,
            event=event,
            at=since,
            told_at=since,
            kind="assumption",
            holder=side,
            not_holder=None,
            confidence=ASSUMED,
            source=assumption.origin.file_line,
            words=f"starting assumption: {assumption.source}",
        )
        for event, side in sides
        if side is not None
    )
