"""Reads a rules directory into documents and frozen values, file by file, collecting every problem of every file.

One bad file or entry hides no other. What the values mean together is for ``references`` (next) and ``load``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from watcher.detect.vocabulary import Vocabulary
from watcher.model import NO_ASSUMPTIONS, Actor, ControlRules, Place, Position, Problem, Route, Watch
from watcher.rulebook.entries import to_actor, to_assumption, to_place, to_route, to_watch
from watcher.rulebook.language import read_vocabulary
from watcher.rulebook.schema import ActorsFile, ControlFile, PlacesFile, RoutesFile, WatchesFile
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import Model, YamlDocument, read_yaml, validate

FOLDERS = ("places", "language")
FILES = ("actors.yaml", "watches.yaml", "routes.yaml", "control.yaml")

Entry = TypeVar("Entry")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class RuleFiles:
    """Everything in a rules directory that could be read, and what could not.

    ``documents`` are keyed by the path inside the directory (``places/aleppo_city.yaml``); a value's ``origin`` leads
    back to it. ``version`` is 12 hex digits of a SHA-256 over the names and bytes of all files.
    """

    documents: Mapping[str, YamlDocument]
    version: str
    problems: tuple[Problem, ...]
    places: tuple[Place, ...] = ()
    actors: tuple[Actor, ...] = ()
    vocabularies: tuple[Vocabulary, ...] = ()
    watches: tuple[Watch, ...] = ()
    routes: tuple[Route, ...] = ()
    watches_file: WatchesFile | None = None
    control: ControlRules = NO_ASSUMPTIONS


def read_rules(directory: Path) -> RuleFiles:
    """Read all files of a rules directory; never raises for what is in them."""
    if not directory.is_dir():
        return RuleFiles({}, version_of({}), (Problem(Position(str(directory)), "no such folder"),))
    reading = _Reading(directory)
    places = reading.places()
    vocabularies = reading.vocabularies()
    actors: list[Actor] = []
    if actors_found := reading.file("actors.yaml", ActorsFile):
        actors = _entries(actors_found[0], "actors", actors_found[1].actors, to_actor)
    watches: list[Watch] = []
    if watches_found := reading.file("watches.yaml", WatchesFile):
        watches = _entries(watches_found[0], "watches", watches_found[1].watches, to_watch)
    routes: list[Route] = []
    if routes_found := reading.file("routes.yaml", RoutesFile):
        routes = _entries(routes_found[0], "routes", routes_found[1].routes, to_route)
    control = NO_ASSUMPTIONS
    if (directory / "control.yaml").exists() and (control_found := reading.file("control.yaml", ControlFile)):
        assumed = _entries(control_found[0], "assumptions", control_found[1].assumptions, to_assumption)
        control = ControlRules(control_found[1].known_for, tuple(assumed))
    reading.look_for_strays()
    return RuleFiles(
        documents=reading.documents,
        version=version_of(reading.documents),
        problems=tuple(reading.problems),
        places=tuple(places),
        actors=tuple(actors),
        vocabularies=tuple(vocabularies),
        watches=tuple(watches),
        routes=tuple(routes),
        watches_file=watches_found[1] if watches_found else None,
        control=control,
    )


def read_places(directory: Path) -> RuleFiles:
    """Read places/ alone, for looking places up while other files are being edited."""
    reading = _Reading(directory)
    places = reading.places()
    return RuleFiles(reading.documents, version_of(reading.documents), tuple(reading.problems), places=tuple(places))


def version_of(documents: Mapping[str, YamlDocument]) -> str:
    """12 hex digits that change when the name or the bytes of a file change."""
    version = hashlib.sha256()
    for name, document in sorted(documents.items()):
        version.update(f"{name} {len(document.content)}\n".encode())
        version.update(document.content)
    return version.hexdigest()[:12]


def _entries(
    document: YamlDocument,
    section: str,
    entries: Mapping[str, Entry],
    to_value: Callable[[str, Entry, Position], Value],
) -> list[Value]:
    return [to_value(key, entry, document.position((section, key), key=True)) for key, entry in entries.items()]


class _Reading:
    """The documents and problems of a directory while it is read."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.documents: dict[str, YamlDocument] = {}
        self.problems: list[Problem] = []

    def document(self, name: str) -> YamlDocument | None:
        document, problems = read_yaml(self.directory / name, str(self.directory / name))
        self.problems += problems
        if document is not None:
            self.documents[name] = document
        return document

    def documents_in(self, folder: str) -> list[YamlDocument]:
        """The readable files of a folder, by name."""
        names = sorted(path.name for path in (self.directory / folder).glob("*.yaml") if path.is_file())
        if not names:
            self.problems.append(
                Problem(Position(str(self.directory / folder)), "expected at least one .yaml file here")
            )
        documents = (self.document(f"{folder}/{name}") for name in names)
        return [document for document in documents if document is not None]

    def places(self) -> list[Place]:
        places: list[Place] = []
        for document in self.documents_in("places"):
            value, problems = validate(document, PlacesFile)
            self.problems += problems
            if value is not None:
                places += _entries(document, "places", value.places, to_place)
        return places

    def vocabularies(self) -> list[Vocabulary]:
        vocabularies = []
        for document in self.documents_in("language"):
            vocabulary, problems = read_vocabulary(document)
            self.problems += problems
            if vocabulary is not None:
                vocabularies.append(vocabulary)
        return vocabularies

    def file(self, name: str, model: type[Model]) -> tuple[YamlDocument, Model] | None:
        document = self.document(name)
        if document is None:
            return None
        value, problems = validate(document, model)
        self.problems += problems
        return None if value is None else (document, value)

    def look_for_strays(self) -> None:
        """Warn of files that look like rules and are not read."""
        expected = {*FILES, *self.documents}
        for path in sorted(self.directory.glob("**/*.y*ml")):
            name = path.relative_to(self.directory).as_posix()
            folder = name.rpartition("/")[0]
            is_read = name in expected or (folder in FOLDERS and path.suffix == ".yaml")
            if path.is_file() and not is_read:
                near = {"": FILES}.get(folder, (f"{folder}/{path.stem}.yaml",) if folder in FOLDERS else ())
                message = f"this file is not read{did_you_mean(name, near)}"
                self.problems.append(Problem(Position(str(path)), message, "warning"))
