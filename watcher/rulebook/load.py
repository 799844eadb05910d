"""Loads a rules directory as one RuleBook, or says everything that is wrong with it.

The daemon keeps its last good RuleBook when a new one fails. Stricter and slower checks are for ``check``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from watcher.copies.slots import KnownNames, known_names
from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.match import Detector, compile_detector
from watcher.model import NO_ASSUMPTIONS, ControlRules, Problem, Route, Watch
from watcher.rulebook.files import RuleFiles, read_rules
from watcher.rulebook.references import reference_problems


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All rules, ready for use. ``problems`` are the warnings.

    ``names`` are those of places and sides, as copies are told by them.
    ``version`` changes with every byte of the files; ``files`` maps each file, named as in positions, to its bytes.
    """

    gazetteer: Gazetteer
    actors: Actors
    watches: tuple[Watch, ...]
    routes: tuple[Route, ...]
    detector: Detector
    names: KnownNames
    version: str
    problems: tuple[Problem, ...]
    files: Mapping[str, bytes]
    control: ControlRules = NO_ASSUMPTIONS


def load_rulebook(directory: Path) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """Load a rules directory; None when any problem is an error. Problems are sorted by position."""
    return build_rulebook(read_rules(directory))


def build_rulebook(files: RuleFiles) -> tuple[RuleBook | None, tuple[Problem, ...]]:
    """The RuleBook of files that have been read."""
    found = (*files.problems, *reference_problems(files))
    problems = tuple(sorted(found, key=lambda problem: problem.sort_key))
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    gazetteer = Gazetteer(files.places)
    actors = Actors(files.actors)
    areas = frozenset(area for watch in files.watches for area in watch.areas)
    detector = compile_detector(gazetteer, actors, files.vocabularies, areas)
    book = RuleBook(
        gazetteer=gazetteer,
        actors=actors,
        watches=files.watches,
        routes=files.routes,
        detector=detector,
        names=_known_names(gazetteer, actors),
        version=files.version,
        problems=problems,
        files={document.file: document.content for document in files.documents.values()},
        control=files.control,
    )
    return book, problems


def _known_names(gazetteer: Gazetteer, actors: Actors) -> KnownNames:
    places = ((f"place {place.id}", place.names) for place in gazetteer)
    sides = ((f"side {actor.id}", (*actor.names, *actor.exact_case)) for actor in actors)
    return known_names((*places, *sides))
