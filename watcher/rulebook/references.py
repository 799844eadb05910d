"""Finds ids that lead nowhere, twice or in a circle, across all files of a rules directory. After ``files``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol

from watcher.model import Position, Problem
from watcher.rulebook.files import RuleFiles
from watcher.rulebook.schema import Expectation
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import Location, YamlDocument


class _Nested(Protocol):
    """A place or an actor."""

    @property
    def id(self) -> str: ...
    @property
    def inside(self) -> str | None: ...
    @property
    def origin(self) -> Position: ...


def reference_problems(files: RuleFiles) -> tuple[Problem, ...]:
    """Every id in the rules that names no place or actor, or that stands for two, or lies inside itself."""
    by_file = {document.file: document for document in files.documents.values()}
    place_ids = {place.id for place in files.places}
    actor_ids = {actor.id for actor in files.actors}
    problems = [
        *_nesting_problems(files.places, "place", "places", by_file),
        *_nesting_problems(files.actors, "actor", "actors", by_file),
    ]
    for one in files.actors:
        for number, ally in enumerate(one.allies):
            at: Location = ("actors", one.id, "allies", number)
            problems += _unknown(by_file[one.origin.file], at, "actor", ally, actor_ids)
    if (document := files.documents.get("watches.yaml")) and files.watches_file:
        for loc, place in _watch_places(files):
            problems += _unknown(document, loc, "place", place, place_ids)
        for loc, actor in _watch_actors(files):
            problems += _unknown(document, loc, "actor", actor, actor_ids)
    if document := files.documents.get("routes.yaml"):
        for route in files.routes:
            for number, area in enumerate(route.areas):
                problems += _unknown(document, ("routes", route.id, "when", "areas", number), "place", area, place_ids)
    problems += _assumption_problems(files, place_ids, actor_ids)
    return tuple(problems)


def _assumption_problems(files: RuleFiles, place_ids: Collection[str], actor_ids: Collection[str]) -> Iterator[Problem]:
    document = files.documents.get("control.yaml")
    if document is None:
        return
    for assumed in files.control.assumptions:
        yield from _unknown(document, ("assumptions", assumed.place), "place", assumed.place, place_ids)
        for key, side in (("held_by", assumed.held_by), ("besieged_by", assumed.besieged_by)):
            if side is not None:
                yield from _unknown(document, ("assumptions", assumed.place, key), "actor", side, actor_ids)


def _unknown(document: YamlDocument, loc: Location, kind: str, wrong: str, known: Collection[str]) -> Iterator[Problem]:
    if wrong not in known:
        yield document.problem(loc, f"unknown {kind} {wrong!r}{did_you_mean(wrong, known)}")


def _nesting_problems(
    entries: Iterable[_Nested], kind: str, section: str, by_file: Mapping[str, YamlDocument]
) -> Iterator[Problem]:
    first: dict[str, _Nested] = {}
    for entry in entries:
        if entry.id in first:
            message = f"{kind} {entry.id!r} is already in {first[entry.id].origin.file_line}"
            yield by_file[entry.origin.file].problem((section, entry.id), message, key=True)
        else:
            first[entry.id] = entry
    for entry in first.values():
        document = by_file[entry.origin.file]
        loc = (section, entry.id, "inside")
        if entry.inside is not None and entry.inside not in first:
            yield from _unknown(document, loc, kind, entry.inside, first)
        elif circle := _circle(entry, first):
            yield document.problem(loc, f"{kind} {entry.id!r} lies inside itself: {' > '.join(circle)}")


def _circle(entry: _Nested, known: Mapping[str, _Nested]) -> list[str]:
    """The way from an entry to itself, when there is one; told once, at the entry whose id comes first."""
    path = [entry.id]
    outer = known.get(entry.inside or "")
    while outer is not None and outer.id not in path:
        path.append(outer.id)
        outer = known.get(outer.inside or "")
    if outer is None or outer.id != entry.id or min(path) != entry.id:
        return []
    return [*path, entry.id]


def _watch_places(files: RuleFiles) -> Iterator[tuple[Location, str]]:
    assert files.watches_file is not None
    for key, watch in files.watches_file.watches.items():
        for number, area in enumerate(watch.areas):
            yield ("watches", key, "areas", number), area
        for number, raised in enumerate(watch.raise_):
            for index, place in enumerate(raised.places):
                yield ("watches", key, "raise", number, "places", index), place
    for loc, expect in _expectations(files):
        if expect.place:
            yield (*loc, "place"), expect.place


def _watch_actors(files: RuleFiles) -> Iterator[tuple[Location, str]]:
    for loc, expect in _expectations(files):
        if expect.gained_by:
            yield (*loc, "gained_by"), expect.gained_by
        if expect.lost_by:
            yield (*loc, "lost_by"), expect.lost_by


def _expectations(files: RuleFiles) -> Iterator[tuple[Location, Expectation]]:
    assert files.watches_file is not None
    for key, watch in files.watches_file.watches.items():
        groups = {
            "must_match": watch.examples.must_match,
            "must_not_match": watch.examples.must_not_match,
            "later": watch.examples.later,
        }
        for group, examples in groups.items():
            for number, example in enumerate(examples):
                if example.expect:
                    yield ("watches", key, "examples", group, number, "expect"), example.expect
