"""Reads seeds/: the sample feeds, how each of them is served, and the moments at which the demo polls.

The demo's counterpart of config/feeds.yaml; nothing but the demo and the tests may use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, get_args

from watcher.demo.documents import SampleDocument, read_document
from watcher.errors import ConfigError
from watcher.model import Feed, FeedId, Position, Problem
from watcher.rulebook.yaml import Location, YamlDocument, read_yaml

TIMETABLE = "timetable.yaml"
EXPECTED = "expected.jsonl"
INTERVAL = timedelta(minutes=5)
UNKNOWN_TYPE = "application/octet-stream"  # what a server sends that does not know the file

Validators = Literal["both", "last-modified", "none"]

_DELAY = re.compile(r"(\d+(?:\.\d+)?) seconds?")
_REQUIRED = ("id", "outlet", "language", "kind")
_OPTIONAL = ("name", "file", "content_type", "validators", "delay")


@dataclass(frozen=True, slots=True)
class SampleFeed:
    """An invented outlet's feed and the manners of its server.

    ``document`` is None for a feed that has gone: it answers 404. ``content_type`` is sent as it is, right or wrong.
    ``validators`` are those that the server offers for conditional requests. ``delay`` is what it takes to make a
    document; "not modified" is said at once.
    """

    id: FeedId
    name: str
    outlet: str
    language: str | None
    kind: str
    path: str
    document: SampleDocument | None
    content_type: str
    validators: Validators
    delay: timedelta
    origin: Position


@dataclass(frozen=True, slots=True)
class Seeds:
    """The sample feeds and the rounds, earliest first. ``expected`` is the file with the labels of all items."""

    samples: tuple[SampleFeed, ...]
    rounds: tuple[datetime, ...]
    expected: Path

    def feeds(self, base_url: str) -> tuple[Feed, ...]:
        """The feeds as config/feeds.yaml would list them, served below ``base_url``."""
        return tuple(
            Feed(
                id=sample.id,
                name=sample.name,
                url=base_url.rstrip("/") + sample.path,
                outlet=sample.outlet,
                language=sample.language,
                kind=sample.kind,
                interval=INTERVAL,
                origin=sample.origin,
            )
            for sample in self.samples
        )


def load_seeds(directory: Path) -> Seeds:
    """Read the timetable in ``directory`` and every feed that it names.

    Raises:
        ConfigError: the timetable or a feed document is wrong; with every problem.
    """
    shown_as = str(directory / TIMETABLE)
    document, problems = read_yaml(directory / TIMETABLE, shown_as)
    if document is None or problems:
        raise ConfigError(problems)
    reader = _Reader(directory, document)
    seeds = reader.read()
    if reader.problems:
        raise ConfigError(reader.problems)
    return seeds


class _Reader:
    """Turns the timetable into values, collecting problems on the way."""

    def __init__(self, directory: Path, document: YamlDocument) -> None:
        self.directory = directory
        self.document = document
        self.problems: list[Problem] = []

    def read(self) -> Seeds:
        data = self.document.data if isinstance(self.document.data, dict) else {}
        if data.get("version") != "1":
            self._report((), "the file must start with 'version: 1'")
        rounds = [self._moment(("rounds", n), text) for n, text in enumerate(self._list(data, "rounds"))]
        samples = [self._sample(("feeds", n), entry) for n, entry in enumerate(self._list(data, "feeds"))]
        known_rounds = tuple(moment for moment in rounds if moment is not None)
        if known_rounds != tuple(sorted(set(known_rounds))):
            self._report(("rounds",), "the rounds must go forward in time")
        known = tuple(sample for sample in samples if sample is not None)
        for id_ in _repeated(sample.id for sample in known):
            self._report(("feeds",), f"feed id {id_!r} is used twice")
        return Seeds(known, known_rounds, self.directory / EXPECTED)

    def _list(self, data: dict[str, Any], key: str) -> list[Any]:
        value = data.get(key)
        if isinstance(value, list) and value:
            return value
        self._report((key,), f"{key!r} must be a list")
        return []

    def _moment(self, loc: Location, text: object) -> datetime | None:
        try:
            moment = datetime.fromisoformat(str(text))
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self._report(loc, f"expected a time like 2016-06-08T12:00:00Z, got {text!r}")
            return None
        return moment.astimezone(UTC)

    def _sample(self, loc: Location, entry: object) -> SampleFeed | None:
        before = len(self.problems)
        fields: dict[str, Any] = entry if isinstance(entry, dict) else {}
        for key in _REQUIRED:
            if not isinstance(fields.get(key), str):
                self._report(loc, f"missing key {key!r}")
        for key in sorted(fields.keys() - {*_REQUIRED, *_OPTIONAL}):
            self._report((*loc, key), f"unknown key {key!r}")
        validators = fields.get("validators", "both")
        if validators not in get_args(Validators):
            self._report((*loc, "validators"), f"expected one of {', '.join(get_args(Validators))}, got {validators!r}")
        delay = _DELAY.fullmatch(fields.get("delay", "0 seconds"))
        if delay is None:
            self._report((*loc, "delay"), f"expected a time like '1 second', got {fields['delay']!r}")
        document = self._document((*loc, "file"), fields["file"]) if "file" in fields else None
        if len(self.problems) > before or delay is None:
            return None
        return SampleFeed(
            id=FeedId(fields["id"]),
            name=fields.get("name", fields["outlet"]),
            outlet=fields["outlet"],
            language=fields["language"],
            kind=fields["kind"],
            path="/" + Path(fields.get("file", fields["id"])).name,
            document=document,
            content_type=fields.get("content_type", UNKNOWN_TYPE),
            validators=validators,
            delay=timedelta(seconds=float(delay[1])),
            origin=self.document.position(loc),
        )

    def _document(self, loc: Location, name: str) -> SampleDocument | None:
        try:
            return read_document((self.directory / name).read_bytes())
        except OSError as error:
            self._report(loc, f"cannot read {name!r}: {(error.strerror or str(error)).lower()}")
        except ValueError as error:
            self._report(loc, f"{name}: {error}")
        return None

    def _report(self, loc: Location, message: str) -> None:
        self.problems.append(self.document.problem(loc, message))


def _repeated(ids: Iterable[FeedId]) -> list[FeedId]:
    seen: set[FeedId] = set()
    return [id_ for id_ in ids if id_ in seen or seen.add(id_)]  # type: ignore[func-returns-value]  # add() gives None
