"""``watcher incidents list|show``: the incidents, latest first, and one of them as digests show it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Column, Table

from watcher.alerts.names import make_names
from watcher.alerts.render import render_incident
from watcher.alerts.wording import what_happened
from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.errors import UsageError
from watcher.incidents.summarise import say_sources
from watcher.model import Incident, PlaceId
from watcher.rulebook.wording import did_you_mean
from watcher.store.database import Database
from watcher.store.incidents import changes_of, get_incident, list_incidents

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


def find_incident(database: Database, wanted: str) -> Incident:
    """The incident with this id or beginning of an id. Raises: UsageError when there is none, or several."""
    with database.reading() as session:
        incident = get_incident(session, wanted)
    if incident is None:
        raise UsageError(f"no incident '{wanted}': 'watcher incidents list' shows them")
    return incident


@app.command("list")
def list_command(
    context: typer.Context,
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 20,
    area: Annotated[str | None, typer.Option(help="Only this tracked area (a place id).")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the incidents that changed last."""
    folders = directories(context)
    setup = load_setup(folders)
    areas = {tracked for watch in setup.book.watches for tracked in watch.areas}
    if area is not None and area not in areas:
        hint = did_you_mean(area, areas) or f": the tracked ones are {', '.join(sorted(areas))}"
        raise UsageError(f"no watch tracks an area '{area}'{hint}")
    with existing_database(folders, setup.config) as database, database.reading() as session:
        found = list_incidents(session, limit, None if area is None else PlaceId(area))
    if json_output:
        print(json.dumps([as_json(incident) for incident in found], ensure_ascii=False, indent=2))
        return
    names = make_names(setup.book.gazetteer, setup.book.actors)
    table = Table(
        Column("incident", no_wrap=True), "severity", "what happened", "event date", "state", "told by", "updated (UTC)"
    )
    for incident in found:
        table.add_row(
            incident.id,
            incident.severity.value,
            what_happened(incident, names),
            "" if incident.event_date is None else incident.event_date.isoformat(),
            f"{incident.status.value}, {incident.state.value}{'' if incident.known_because is None else ', known'}",
            say_sources(incident),
            f"{incident.updated_at:%Y-%m-%d %H:%M}",
        )
    make_console().print(table if found else "no incidents yet")


@app.command()
def show(
    context: typer.Context,
    incident: Annotated[str, typer.Argument(help="An id, its beginning, or its number.")],
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show one incident as a digest would, and its history."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database:
        found = find_incident(database, incident)
        with database.reading() as session:
            changes = changes_of(session, found.id)
    if json_output:
        whole = {**as_json(found), "changes": [as_json(change) for change in changes]}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    names = make_names(setup.book.gazetteer, setup.book.actors)
    print(render_incident(found, names, setup.config.timezone).rstrip())
    print("\nHistory (UTC)")
    for change in changes:
        print(f"  {change.at:%Y-%m-%d %H:%M}  {change.kind.value}: {change.detail} (item {change.item_id})")
