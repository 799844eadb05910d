"""Turns checked entries of the officers' files into the frozen values of ``model``, each with its origin."""

from __future__ import annotations

from watcher.model import (
    Actor,
    ActorId,
    Assumption,
    ChannelId,
    Place,
    PlaceId,
    Position,
    QuietHours,
    Route,
    RouteId,
    Timing,
    Watch,
    WatchId,
)
from watcher.rulebook.schema import ActorEntry, AssumptionEntry, PlaceEntry, RouteEntry, WatchEntry


def to_place(place_id: str, entry: PlaceEntry, origin: Position) -> Place:
    latitude, longitude = entry.at or (None, None)
    return Place(
        id=PlaceId(place_id),
        kind=entry.kind.value,
        inside=PlaceId(entry.inside) if entry.inside else None,
        name=entry.shown_as or entry.name,
        name_ar=entry.arabic,
        names=_once(entry.name, entry.arabic, *entry.names, *entry.names_in_context),
        origin=origin,
        latitude=latitude,
        longitude=longitude,
        pcode=entry.pcode,
        needs_context=entry.needs_context,
        weak_names=entry.names_in_context,
    )


def to_actor(actor_id: str, entry: ActorEntry, origin: Position) -> Actor:
    return Actor(
        id=ActorId(actor_id),
        inside=ActorId(entry.inside) if entry.inside else None,
        name=entry.name,
        name_ar=entry.arabic,
        names=_once(entry.name, entry.arabic, *entry.names),
        origin=origin,
        exact_case=entry.exact_case,
        outlets=entry.outlets,
        called=entry.called,
        countries=entry.countries,
        allies=tuple(ActorId(ally) for ally in entry.allies),
    )


def to_watch(watch_id: str, entry: WatchEntry, origin: Position) -> Watch:
    return Watch(
        id=WatchId(watch_id),
        title=entry.title,
        areas=_places(entry.areas),
        events=entry.events,
        severity=entry.severity,
        origin=origin,
        raise_to=tuple((PlaceId(place), raised.to) for raised in entry.raise_ for place in raised.places),
        minimum_confidence=entry.minimum_confidence,
        close_after=entry.close_after,
    )


def to_route(route_id: str, entry: RouteEntry, origin: Position) -> Route:
    timing = Timing(
        wait=entry.send.wait,
        then_every=entry.send.then_every,
        daily_at=tuple(sorted(entry.send.daily_at)),
        timezone=entry.send.timezone or "UTC",
    )
    quiet = entry.quiet_hours
    return Route(
        id=RouteId(route_id),
        title=entry.title,
        channels=tuple(ChannelId(channel) for channel in entry.to),
        timing=timing,
        origin=origin,
        areas=_places(entry.when.areas),
        events=entry.when.events,
        severities=entry.when.severity,
        statuses=entry.when.status,
        minimum_confidence=entry.when.minimum_confidence,
        quiet_hours=None if quiet is None else QuietHours(quiet.from_, quiet.to, quiet.timezone),
        cooldown=entry.cooldown,
        most_entries=entry.most_entries,
        reports_when_quiet=entry.when_quiet == "report",
    )


def to_assumption(place_id: str, entry: AssumptionEntry, origin: Position) -> Assumption:
    return Assumption(
        place=PlaceId(place_id),
        held_by=ActorId(entry.held_by) if entry.held_by else None,
        besieged_by=ActorId(entry.besieged_by) if entry.besieged_by else None,
        since=entry.since,
        source=entry.source,
        origin=origin,
    )


def _places(ids: tuple[str, ...]) -> tuple[PlaceId, ...]:
    return tuple(PlaceId(place) for place in ids)


def _once(*names: str | None) -> tuple[str, ...]:
    """The names that there are, each once, in order."""
    return tuple(dict.fromkeys(name for name in names if name))
