"""``watcher silence add|list|expire``: let alerts wait for a while, with a name, a reason and an end."""

from __future__ import annotations

import getpass
import json
from datetime import timedelta
from typing import Annotated

import typer
from rich.table import Column, Table

from watcher.alerts.holds import is_in_force, say_matchers
from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import database_without_rules, existing_database, load_setup
from watcher.cli.values import as_json
from watcher.clock import SystemClock
from watcher.errors import UsageError
from watcher.model import Event, IncidentId, PlaceId, RouteId, Silence, WatchId
from watcher.ports import Setup
from watcher.rulebook.values import to_duration
from watcher.rulebook.wording import did_you_mean
from watcher.store import silences
from watcher.store.database import Session
from watcher.store.incidents import get_incident

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

LONGEST = timedelta(days=30)  # a silence that nobody remembers hides the next offensive

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
By = Annotated[str | None, typer.Option(help="Who does it.", show_default="the user's name")]


@app.callback()
def silence_commands() -> None:
    """Silences hold alerts back; nothing is dropped, and every digest lists the silences in force."""


@app.command()
def add(
    context: typer.Context,
    why: Annotated[str, typer.Option(help="The reason, shown in every digest.")],
    lasting: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long, like '3 days'.")],
    by: By = None,
    place: Annotated[list[str] | None, typer.Option(help="A place and all inside it.")] = None,
    event: Annotated[list[Event] | None, typer.Option(help="A kind of event.")] = None,
    watch: Annotated[list[str] | None, typer.Option(help="A watch of watches.yaml.")] = None,
    route: Annotated[list[str] | None, typer.Option(help="A route of routes.yaml.")] = None,
    incident: Annotated[list[str] | None, typer.Option(help="One incident.")] = None,
    json_output: Json = False,
) -> None:
    """Hold back the alerts that fit every kind of matcher given (any one of each kind)."""
    folders = directories(context)
    setup = load_setup(folders)
    if not any((place, event, watch, route, incident)):
        raise UsageError("a silence needs something to be about: --place, --event, --watch, --route or --incident")
    duration = _duration(lasting)
    now = SystemClock().now()
    with existing_database(folders, setup.config) as database, database.writing() as session:
        wish = Silence(
            id=0,
            author=by or getpass.getuser(),
            reason=why,
            created_at=now,
            ends_at=now + duration,
            places=tuple(PlaceId(one) for one in _known("place", place, [p.id for p in setup.book.gazetteer])),
            events=tuple(event or ()),
            watches=tuple(WatchId(one) for one in _known("watch", watch, [w.id for w in setup.book.watches])),
            routes=tuple(RouteId(one) for one in _known("route", route, _routes(setup))),
            incidents=tuple(_incident(session, one) for one in incident or ()),
        )
        made = silences.add_silence(session, wish)
    if json_output:
        print(json.dumps(as_json(made), ensure_ascii=False, indent=2))
    else:
        print(f"silence {made.id} until {made.ends_at:%Y-%m-%d %H:%M} UTC: {say_matchers(made)}")


@app.command("list")
def list_command(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    json_output: Json = False,
) -> None:
    """List the silences in force, the latest first."""
    now = SystemClock().now()
    with database_without_rules(directories(context)) as database, database.reading() as session:
        found = silences.list_silences(session, 1000)
    rows = [silence for silence in found if everything or is_in_force(silence, now)]
    if json_output:
        records = [{**as_json(silence), "in_force": is_in_force(silence, now)} for silence in rows]
        print(json.dumps(records, ensure_ascii=False, indent=2))
        return
    table = Table(Column("silence", no_wrap=True), "about", "by", "why", "until (UTC)")
    for silence in rows:
        ended = f", ended by {silence.ended_by}" if silence.ended_by else ""
        until = f"{silence.ends_at:%Y-%m-%d %H:%M}{ended}"
        table.add_row(str(silence.id), say_matchers(silence), silence.author, silence.reason, until)
    make_console().print(table if rows else "no silence is in force")


@app.command()
def expire(
    context: typer.Context,
    number: Annotated[int, typer.Argument(help="The number that 'silence list' shows.")],
    by: By = None,
) -> None:
    """End a silence now; what it held goes out with the next digest."""
    with database_without_rules(directories(context)) as database, database.writing() as session:
        ended = silences.end_silence(session, number, SystemClock().now(), by or getpass.getuser())
    print(f"silence {number}: {'ended' if ended else 'was over already'}")
    raise typer.Exit(0 if ended else 1)


def _routes(setup: Setup) -> list[RouteId]:
    return [route.id for route in setup.routes]


def _duration(text: str) -> timedelta:
    try:
        duration = to_duration(text)
    except ValueError as error:
        raise UsageError(f"--for: {error}") from None
    if not timedelta(0) < duration <= LONGEST:
        raise UsageError(f"--for: a silence lasts up to {LONGEST.days} days, got {text!r}")
    return duration


def _known(kind: str, wanted: list[str] | None, known: list[PlaceId] | list[WatchId] | list[RouteId]) -> list[str]:
    for one in wanted or ():
        if one not in known:
            raise UsageError(f"unknown {kind} {one!r}{did_you_mean(one, known)}")
    return list(wanted or ())


def _incident(session: Session, wanted: str) -> IncidentId:
    incident = get_incident(session, wanted)
    if incident is None:
        raise UsageError(f"no incident '{wanted}': 'watcher incidents list' shows them")
    return incident.id
