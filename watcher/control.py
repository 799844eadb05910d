"""The ledger of a place, made of what the store holds: for filing.py, which asks before a report opens an incident, and
for ``watcher control``. Nothing is kept, so there is nothing to rebuild.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from watcher.detect.actors import Actors
from watcher.incidents.evidence import evidence_of_assumption, evidence_of_incident, evidence_of_state
from watcher.incidents.ledger import Evidence, Holding, history, inherited
from watcher.model import Event, IncidentId, PlaceId
from watcher.ports import Setup
from watcher.store.control import mentions_of_states
from watcher.store.database import Session
from watcher.store.incidents import incidents_at


def holdings_of(
    session: Session,
    setup: Setup,
    event: Event,
    place: PlaceId,
    *,
    until: datetime | None = None,
    without: Collection[IncidentId] = (),
) -> tuple[Holding, ...]:
    """Who held or besieged a place, one after the other, by what was told up to ``until``.

    ``without``: incidents that are left out, as if they had not been told.
    """
    gazetteer = setup.book.gazetteer
    around = gazetteer.ancestors(place) if gazetteer.get(place) is not None else ()
    evidence = _evidence(session, setup, event, (place, *around), without)
    return history(inherited(_known_at(evidence, until), place, gazetteer), setup.book.actors)


def all_holdings(
    session: Session, setup: Setup, event: Event, *, until: datetime | None = None
) -> dict[PlaceId, tuple[Holding, ...]]:
    """The same for every place of which anything is told or follows."""
    gazetteer, actors = setup.book.gazetteer, setup.book.actors
    evidence = tuple(_known_at(_evidence(session, setup, event, [place.id for place in gazetteer], ()), until))
    told = {one.place for one in evidence}
    found: dict[PlaceId, tuple[Holding, ...]] = {}
    for place in gazetteer:
        lineage = {place.id, *gazetteer.ancestors(place.id)}
        if lineage & told:
            holdings = history(
                inherited([one for one in evidence if one.place in lineage], place.id, gazetteer), actors
            )
            if holdings:
                found[place.id] = holdings
    return found


def _evidence(
    session: Session, setup: Setup, event: Event, places: Collection[PlaceId], without: Collection[IncidentId]
) -> Iterable[Evidence]:
    wanted = set(places)
    actors: Actors = setup.book.actors
    for assumption in setup.book.control.assumptions:
        if assumption.place in wanted:
            yield from (one for one in evidence_of_assumption(assumption) if one.event is event)
    for incident in incidents_at(session, event, places):
        one = None if incident.id in without else evidence_of_incident(incident, actors)
        if one is not None:
            yield one
    for mention in mentions_of_states(session, event, places):
        one = evidence_of_state(*mention)
        if one is not None:
            yield one


def _known_at(evidence: Iterable[Evidence], until: datetime | None) -> Iterable[Evidence]:
    return (one for one in evidence if until is None or (one.at <= until and one.told_at <= until))
