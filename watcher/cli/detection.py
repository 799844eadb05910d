"""The commands match, evaluate and explain: the detector for programs, for figures and for a reader."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer
from rich.console import Console

from watcher.cli.context import directories
from watcher.cli.detection_view import print_errors, print_explanation, print_scores, scores_as_json
from watcher.detect.match import Detector
from watcher.detect.scoring import Expected, Scored, pair
from watcher.errors import ConfigError, UsageError
from watcher.model import Action, ActorId, Event, Extent, Finding, PlaceId, Status
from watcher.rulebook.load import RuleBook, load_rulebook

PLAIN_WIDTH = 10_000  # no line is broken in a file or a pipe
LINE_FIELDS = {"title": str, "text": str, "published": str, "lang": str, "source": str}


@dataclass(frozen=True, slots=True)
class Line:
    """An item as one line of JSON gives it."""

    id: Any
    title: str
    text: str
    published_at: datetime | None
    language: str | None
    source: str | None


def match(
    context: typer.Context,
    file: Annotated[Path | None, typer.Argument(help="JSON Lines; standard input when it is left out or '-'.")] = None,
    *,
    all_: Annotated[bool, typer.Option("--all", help="Show the held-back findings, too.")] = False,
) -> None:
    """Write the findings of each item, one line of JSON per line of input, in order."""
    detector = _rulebook(context).detector
    failed = False
    for number, text in _lines(file):
        try:
            line, _ = read_line(text)
        except ValueError as error:
            failed = True
            print(json.dumps({"id": None, "line": number, "error": str(error)}, ensure_ascii=False))
            continue
        findings = [found for found in _findings(detector, line) if all_ or found.status.alerts]
        print(json.dumps({"id": line.id, "findings": [as_json(found) for found in findings]}, ensure_ascii=False))
    if failed:
        raise typer.Exit(1)


def evaluate(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Labelled JSON Lines: as for match, with 'expect'.")],
    *,
    errors: Annotated[bool, typer.Option("--errors", help="List each miss and false alarm.")] = False,
    part: Annotated[
        str, typer.Option(help="all, tune or held: the last two split the items by a hash of their id, 2 to 1.")
    ] = "all",
    as_json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare the findings with what was expected: precision, recall, actions, roles, statuses."""
    if part not in {"all", "tune", "held"}:
        raise UsageError(f"--part: expected one of all, tune, held, got '{part}'")
    rules = _rulebook(context)
    scored: list[tuple[Line, str, Scored]] = []
    for number, text in _lines(file):
        try:
            line, expected = read_line(text)
        except ValueError as error:
            raise UsageError(f"{file}:{number}: {error}") from error
        if part == "all" or (part == "held") == is_held(str(line.id)):
            findings = _findings(rules.detector, line)
            top = _top_status(expected)
            scored.append((line, top, pair(expected, findings, rules.gazetteer, rules.actors)))
    groups = [((line.language or "?", top), item) for line, top, item in scored]
    if as_json_:
        print(json.dumps(scores_as_json(groups, rules.actors), ensure_ascii=False, indent=1))
        return
    console = _console()
    print_scores(console, groups, rules.actors)
    if errors:
        print_errors(console, [(str(line.id), item) for line, _, item in scored], rules.actors)


def explain(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="A file with an item as JSON or plain text, or '-' for standard input.")],
    *,
    published: Annotated[str | None, typer.Option(help="The item's date, for plain text: 2016-06-09.")] = None,
) -> None:
    """Show why a text gives its findings, and what was held back."""
    rules = _rulebook(context)
    text = sys.stdin.read() if item == "-" else _read(Path(item))
    console = _console()
    for line in items_of(text, published):
        examination = rules.detector.examine(
            line.title, line.text, published_at=line.published_at, language=line.language, source=line.source
        )
        print_explanation(console, line.title, line.text, examination, rules.gazetteer, rules.actors)


def items_of(text: str, published: str | None) -> Iterator[Line]:
    """The items in a file: JSON Lines, one JSON object, or plain text whose first line is the title."""
    stripped = text.strip()
    if stripped.startswith("{"):
        try:
            yield read_line(" ".join(stripped.splitlines()))[0]
        except ValueError:
            for number, one in enumerate(stripped.splitlines(), start=1):
                if one.strip():
                    try:
                        yield read_line(one)[0]
                    except ValueError as error:
                        raise UsageError(f"line {number}: {error}") from error
        return
    title, _, body = stripped.partition("\n")
    try:
        yield Line(None, title.strip(), body.strip(), parse_date(published), None, None)
    except ValueError as error:
        raise UsageError(f"--published: {error}") from error


def read_line(text: str) -> tuple[Line, list[Expected]]:
    """An item and what is expected of it.

    Raises:
        ValueError: in words, when the line is no such object.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(data, dict):
        raise ValueError(f"expected an object, got {_kind(data)}")  # noqa: TRY004  one kind of error for one kind of reader
    if "id" not in data:
        raise ValueError("missing field 'id'")
    for name, kind in LINE_FIELDS.items():
        if not isinstance(data.get(name, ""), kind | None):
            raise ValueError(f"field '{name}': expected text, got {_kind(data[name])}")  # noqa: TRY004  as above
    if data.get("title") is None and data.get("text") is None:
        raise ValueError("expected 'title' or 'text', got neither")
    line = Line(
        data["id"],
        data.get("title") or "",
        data.get("text") or "",
        parse_date(data.get("published")),
        data.get("lang"),
        data.get("source"),
    )
    return line, [_expected(entry) for entry in data.get("expect", [])]


def parse_date(text: str | None) -> datetime | None:
    """An ISO date or moment as an aware one.

    Raises:
        ValueError: when it is neither.
    """
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"field 'published': expected a date such as 2016-06-09T06:00:00Z, got '{text}'") from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def as_json(found: Finding) -> dict[str, Any]:
    """A finding as docs/events.md describes it."""
    return {
        "event": found.event.value,
        "action": found.action.value,
        "place": found.place,
        "area": found.area,
        "gained_by": found.gained_by,
        "lost_by": found.lost_by,
        "status": found.status.value,
        "extent": found.extent.value,
        "event_date": found.event_date.isoformat() if found.event_date else None,
        "attributed_to": found.attributed_to,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "confidence": found.confidence,
        "rule": found.rule.file_line,
        "reasons": [str(reason) for reason in found.reasons],
    }


def is_held(item_id: str) -> bool:
    """Whether an item belongs to the third that is never tuned on."""
    import hashlib  # noqa: PLC0415  only evaluation needs it

    return hashlib.sha256(item_id.encode()).digest()[0] % 3 == 0


def _expected(entry: Any) -> Expected:
    if not isinstance(entry, dict):
        raise ValueError(f"field 'expect': expected objects, got {_kind(entry)}")  # noqa: TRY004  as above
    try:
        gained, lost = entry.get("gained_by"), entry.get("lost_by")
        return Expected(
            Event(entry["event"]),
            Action(entry["action"]),
            PlaceId(entry["place"]),
            ActorId(gained) if gained else None,
            ActorId(lost) if lost else None,
            Status(entry["status"]),
            Extent(entry.get("extent", "full")),
        )
    except KeyError as error:
        raise ValueError(f"field 'expect': missing {error.args[0]!r}") from error
    except ValueError as error:
        raise ValueError(f"field 'expect': {error}") from error


def _top_status(expected: list[Expected]) -> str:
    """The class of an item: the first status, in this order, that its findings reach."""
    order = (Status.ASSERTED, Status.CLAIMED, Status.NEGATED, Status.PROSPECTIVE, Status.BACKGROUND, Status.STANDING)
    return next((status.value for status in order if any(one.status is status for one in expected)), "none")


def _findings(detector: Detector, line: Line) -> tuple[Finding, ...]:
    return detector.match(
        line.title, line.text, published_at=line.published_at, language=line.language, source=line.source
    )


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def _rulebook(context: typer.Context) -> RuleBook:
    book, problems = load_rulebook(directories(context).rules)
    if book is None:
        raise ConfigError(problems)
    return book


def _lines(file: Path | None) -> Iterator[tuple[int, str]]:
    """Numbered lines; empty ones are passed over."""
    if file is None or str(file) == "-":
        yield from _numbered(sys.stdin)
        return
    try:
        with file.open(encoding="utf-8", errors="replace") as stream:
            yield from _numbered(stream)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {(error.strerror or str(error)).lower()}") from error


def _numbered(stream: TextIO) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(stream, start=1):
        if stripped := line.strip():
            yield number, stripped


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error


def _console() -> Console:
    return Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)
