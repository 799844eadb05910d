"""Finds rules that are well formed and yet do nothing, or not what they seem to: each is a warning with its place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from watcher.detect.gazetteer import Gazetteer
from watcher.detect.text import fold_phrase
from watcher.model import PlaceId, Problem, Route, Severity, Watch
from watcher.rulebook.files import RuleFiles
from watcher.rulebook.yaml import Location


def lint(files: RuleFiles) -> tuple[Problem, ...]:
    """Every doubtful rule. ``files`` must be free of errors."""
    gazetteer = Gazetteer(files.places)
    return (
        *_half_weak_names(files),
        *_shared_place_names(files),
        *_shared_actor_names(files),
        *_idle_watches(files, gazetteer),
        *_idle_raises(files, gazetteer),
        *_idle_filters(files, gazetteer),
        *_unrouted_watches(files, gazetteer),
    )


# --- names ---------------------------------------------------------------------------------------------------------


def _half_weak_names(files: RuleFiles) -> Iterator[Problem]:
    """A spelling that needs context does not, if another one of the place reads the same."""
    by_file = {document.file: document for document in files.documents.values()}
    for place in files.places:
        strong = {fold_phrase(name): name for name in place.names if name not in place.weak_names}
        for number, name in enumerate(place.weak_names):
            if not place.needs_context and (same := strong.get(fold_phrase(name))):
                message = f"{name!r} counts without context, too: {same!r} reads the same"
                loc: Location = ("places", place.id, "names_in_context", number)
                yield by_file[place.origin.file].problem(loc, message, warning=True)


def _shared_place_names(files: RuleFiles) -> Iterator[Problem]:
    """Two places with one name can only be told apart by context."""
    by_file = {document.file: document for document in files.documents.values()}
    strong: dict[tuple[str, ...], list[tuple[str, PlaceId]]] = defaultdict(list)
    places = {place.id: place for place in files.places}
    for place in files.places:
        if not place.needs_context:
            weak = {fold_phrase(name) for name in place.weak_names}
            for key, name in {fold_phrase(name): name for name in reversed(place.names)}.items():
                if key not in weak:
                    strong[key].append((name, place.id))
    for holders in strong.values():
        for name, place_id in holders[1:]:
            first = places[holders[0][1]]
            message = f"{name!r} is also a name of {first.id!r} ({first.origin.file_line}): both need context for it"
            yield by_file[places[place_id].origin.file].problem(("places", place_id), message, key=True, warning=True)


def _shared_actor_names(files: RuleFiles) -> Iterator[Problem]:
    document = files.documents["actors.yaml"]
    first: dict[tuple[str, ...], str] = {}
    for actor in files.actors:
        for key, name in {fold_phrase(name): name for name in actor.names}.items():
            holder = first.setdefault(key, actor.id)
            if holder != actor.id:
                message = f"{name!r} is also a name of {holder!r}"
                yield document.problem(("actors", actor.id), message, key=True, warning=True)


# --- watches -------------------------------------------------------------------------------------------------------


def _warning(files: RuleFiles, name: str, loc: Location, message: str, *, key: bool = False) -> Problem:
    return files.documents[name].problem(loc, message, key=key, warning=True)


def _idle_watches(files: RuleFiles, gazetteer: Gazetteer) -> Iterator[Problem]:
    """The first watch that follows a finding takes it; one that comes after a wider one takes nothing."""
    for number, watch in enumerate(files.watches):
        for index, area in enumerate(watch.areas):
            wider = [other for other in watch.areas if other != area and gazetteer.contains(other, area)]
            if wider or area in watch.areas[:index]:
                message = f"{area!r} is already covered by {(wider or [area])[0]!r}"
                yield _warning(files, "watches.yaml", ("watches", watch.id, "areas", index), message)
        for earlier in files.watches[:number]:
            if earlier.minimum_confidence <= watch.minimum_confidence and _covers(earlier, watch, gazetteer):
                message = f"watch {watch.id!r} never takes anything: watch {earlier.id!r} above it takes it all"
                yield _warning(files, "watches.yaml", ("watches", watch.id), message, key=True)
                break


def _covers(outer: Watch, inner: Watch, gazetteer: Gazetteer) -> bool:
    same_events = set(inner.events) <= set(outer.events)
    return same_events and all(gazetteer.area_of(area, outer.areas) is not None for area in inner.areas)


def _idle_raises(files: RuleFiles, gazetteer: Gazetteer) -> Iterator[Problem]:
    assert files.watches_file is not None
    for watch in files.watches:
        for number, raised in enumerate(files.watches_file.watches[watch.id].raise_):
            loc = ("watches", watch.id, "raise", number)
            if raised.to.rank <= watch.severity.rank:
                message = f"raises nothing: the watch's severity is already {watch.severity}"
                yield _warning(files, "watches.yaml", (*loc, "to"), message)
            for index, place in enumerate(raised.places):
                if not _overlap((PlaceId(place),), watch.areas, gazetteer):
                    message = f"{place!r} lies outside this watch's areas"
                    yield _warning(files, "watches.yaml", (*loc, "places", index), message)


# --- routes --------------------------------------------------------------------------------------------------------


def _overlap(some: Iterable[PlaceId], others: Iterable[PlaceId], gazetteer: Gazetteer) -> bool:
    others = tuple(others)
    return any(gazetteer.contains(one, two) or gazetteer.contains(two, one) for one in some for two in others)


def _severities(watch: Watch) -> set[Severity]:
    return {watch.severity, *(severity for _, severity in watch.raise_to if severity.rank > watch.severity.rank)}


def _idle_filters(files: RuleFiles, gazetteer: Gazetteer) -> Iterator[Problem]:
    """Parts of a route's ``when`` that no incident can ever have."""
    given = {severity for watch in files.watches for severity in _severities(watch)}
    events = {event for watch in files.watches for event in watch.events}
    areas = [area for watch in files.watches for area in watch.areas]
    for route in files.routes:
        when: Location = ("routes", route.id, "when")
        for number, severity in enumerate(route.severities):
            if severity not in given:
                message = f"no watch gives severity {severity}"
                yield _warning(files, "routes.yaml", (*when, "severity", number), message)
        for number, event in enumerate(route.events):
            if event not in events:
                yield _warning(files, "routes.yaml", (*when, "events", number), f"no watch follows {event}")
        for number, area in enumerate(route.areas):
            if not _overlap((area,), areas, gazetteer):
                yield _warning(files, "routes.yaml", (*when, "areas", number), f"no watch follows anything in {area!r}")
        for number, status in enumerate(route.statuses):
            if not status.alerts:
                message = f"{status} findings never alert: expected claimed or asserted"
                yield _warning(files, "routes.yaml", (*when, "status", number), message)


def _unrouted_watches(files: RuleFiles, gazetteer: Gazetteer) -> Iterator[Problem]:
    for watch in files.watches:
        for severity in sorted(_severities(watch), key=lambda level: level.rank):
            if not any(_may_take(route, watch, severity, gazetteer) for route in files.routes):
                message = f"no route takes {severity} incidents of watch {watch.id!r}: they go out to every channel"
                yield _warning(files, "watches.yaml", ("watches", watch.id), message, key=True)


def _may_take(route: Route, watch: Watch, severity: Severity, gazetteer: Gazetteer) -> bool:
    return (
        (not route.severities or severity in route.severities)
        and (not route.events or bool(set(route.events) & set(watch.events)))
        and (not route.areas or _overlap(route.areas, watch.areas, gazetteer))
    )
