"""``watcher places find|show``: which place is meant by a name, where it lies, and which line of the rules says so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from watcher.cli.context import directories
from watcher.detect.gazetteer import Gazetteer
from watcher.errors import ConfigError, UsageError
from watcher.model import Place, PlaceId
from watcher.rulebook.files import read_places
from watcher.rulebook.lookup import Match, PlaceIndex
from watcher.rulebook.references import reference_problems
from watcher.rulebook.wording import did_you_mean

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.command("find")
def find_command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Any spelling in any script, an id or a P-code.")],
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Find the places that are called NAME. Exit status 1 if there is none; the nearest names are shown then."""
    gazetteer = load_gazetteer(directories(context).rules)
    index = PlaceIndex(gazetteer)
    matches = index.find(name)
    near = () if matches else index.near(name)
    if json_output:
        found = [as_record(match.place, gazetteer, by=match.by) for match in matches]
        print(json.dumps({"matches": found, "near": [match.place.id for match in near]}, ensure_ascii=False, indent=2))
        if not matches:
            raise typer.Exit(1)
        return
    if not matches:
        raise UsageError(_no_such_name(name, near))
    print("\n\n".join(_summary(match, gazetteer) for match in matches))


@app.command("show")
def show_command(
    context: typer.Context,
    place_id: Annotated[str, typer.Argument(metavar="ID", help="A place's id, as 'places find' tells it.")],
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show all that is known of one place: its spellings, what it lies in, and what lies in it."""
    gazetteer = load_gazetteer(directories(context).rules)
    place = gazetteer.get(PlaceId(place_id))
    if place is None:
        hint = did_you_mean(place_id, (place.id for place in gazetteer))
        raise UsageError(f"no place has the id {place_id!r}{hint or ': try watcher places find'}")
    if json_output:
        print(json.dumps(as_record(place, gazetteer), ensure_ascii=False, indent=2))
    else:
        print(_details(place, gazetteer))


def load_gazetteer(rules: Path) -> Gazetteer:
    """The places of a rules directory. Raises: ConfigError when their files are wrong."""
    files = read_places(rules)
    problems = (*files.problems, *reference_problems(files))
    if any(problem.severity == "error" for problem in problems):
        raise ConfigError(problems)
    return Gazetteer(files.places)


def as_record(place: Place, gazetteer: Gazetteer, by: str | None = None) -> dict[str, Any]:
    """A place for ``--json``; ``by`` is the spelling that found it."""
    record: dict[str, Any] = {} if by is None else {"found_by": by}
    return record | {
        "id": place.id,
        "kind": place.kind,
        "name": place.name,
        "arabic": place.name_ar,
        "names": list(place.names),
        "names_in_context": list(place.names if place.needs_context else place.weak_names),
        "inside": place.inside,
        "path": _path(place, gazetteer),
        "holds": _children(place, gazetteer),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "pcode": place.pcode,
        "file": place.origin.file,
        "line": place.origin.line,
    }


def _no_such_name(name: str, near: tuple[Match, ...]) -> str:
    if not near:
        return f"no place is called {name!r}, nor anything near it"
    names = ", ".join(f"{match.by!r} ({match.place.id})" for match in near)
    return f"no place is called {name!r}: the nearest are {names}"


def _path(place: Place, gazetteer: Gazetteer) -> list[PlaceId]:
    """The ids from the country down to the place."""
    return [*reversed(gazetteer.ancestors(place.id)), place.id]


def _children(place: Place, gazetteer: Gazetteer) -> list[PlaceId]:
    return [other.id for other in gazetteer if other.inside == place.id]


def _summary(match: Match, gazetteer: Gazetteer) -> str:
    place = match.place
    lines = [f"{place.id}  {_say_name(place)}, {place.kind}"]
    if match.by not in (place.id, place.name, place.name_ar):
        lines.append(f"  found by  {match.by}{' (counts only in context)' if _is_weak(match.by, place) else ''}")
    lines += [
        f"  lies in   {_say_path(place, gazetteer)}",
        *_known_position(place),
        f"  rule      {place.origin.file_line}",
    ]
    return "\n".join(lines)


def _details(place: Place, gazetteer: Gazetteer) -> str:
    weak = place.names if place.needs_context else place.weak_names
    strong = [name for name in place.names if name not in weak]
    lines = [f"{place.id}  {_say_name(place)}, {place.kind}", f"  lies in   {_say_path(place, gazetteer)}"]
    if strong:
        lines.append(f"  names     {', '.join(strong)}")
    if weak:
        lines.append(f"  names that count only in context  {', '.join(weak)}")
    lines += _known_position(place)
    if children := _children(place, gazetteer):
        lines.append(f"  holds     {', '.join(children)}")
    return "\n".join([*lines, f"  rule      {place.origin.file_line}"])


def _say_name(place: Place) -> str:
    return f"{place.name}, {place.name_ar}" if place.name_ar else place.name


def _say_path(place: Place, gazetteer: Gazetteer) -> str:
    names = [gazetteer[outer].name for outer in reversed(gazetteer.ancestors(place.id))]
    return " > ".join(names) if names else "nothing else"


def _known_position(place: Place) -> list[str]:
    position = "" if place.latitude is None else f"{place.latitude:.5f}, {place.longitude:.5f}"
    code = f"P-code {place.pcode}" if place.pcode else ""
    known = "  ".join(part for part in (position, code) if part)
    return [f"  at        {known}"] if known else []


def _is_weak(name: str, place: Place) -> bool:
    return name in place.names and (place.needs_context or name in place.weak_names)
