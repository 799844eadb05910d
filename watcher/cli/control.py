"""``watcher control``: who is reported to hold and to besiege each place, since when, on what evidence."""

from __future__ import annotations

import csv
import json
import sys
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from rich.table import Table

from watcher.alerts.hostile import clean
from watcher.alerts.names import Names, make_names
from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.control import all_holdings, holdings_of
from watcher.errors import UsageError
from watcher.incidents.ledger import Holding
from watcher.model import Event, PlaceId
from watcher.ports import Setup
from watcher.rulebook.wording import did_you_mean
from watcher.store.database import Session

COLUMNS = ("place", "event", "holder", "since", "told", "confidence", "contested_by", "rests_on", "through")


def control(
    context: typer.Context,
    place: Annotated[str | None, typer.Argument(help="A place id: its history and evidence.")] = None,
    at: Annotated[str | None, typer.Option(help="As it was told up to the end of this day (2016-06-09).")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    csv_output: Annotated[bool, typer.Option("--csv", help="The table as CSV.")] = False,
    geojson_output: Annotated[bool, typer.Option("--geojson", help="The table as GeoJSON points.")] = False,
) -> None:
    """Show who is reported to hold and to besiege the tracked places, or the history of one."""
    folders = directories(context)
    setup = load_setup(folders)
    until = _end_of(at)
    if place is not None and setup.book.gazetteer.get(PlaceId(place)) is None:
        hint = did_you_mean(place, [known.id for known in setup.book.gazetteer])
        raise UsageError(f"no place '{place}'{hint or ': watcher places find looks them up'}")
    with existing_database(folders, setup.config) as database, database.reading() as session:
        found = _look_up(session, setup, place, until)
    current = [holdings[-1] for holdings in found]
    names = make_names(setup.book.gazetteer, setup.book.actors)
    if json_output:
        print(json.dumps(as_json(found if place else current), ensure_ascii=False, indent=2))
    elif csv_output:
        csv.writer(sys.stdout).writerows([COLUMNS, *(_row(holding) for holding in current)])
    elif geojson_output:
        print(json.dumps(_geojson(current, setup, names), ensure_ascii=False, indent=2))
    elif not found:
        print("nothing is told of who holds it" if place else "nothing is told yet of who holds what")
    elif place is None:
        _show_table(current, names)
    else:
        for holdings in found:
            _show_history(holdings, names)


def _look_up(session: Session, setup: Setup, place: str | None, until: datetime | None) -> list[tuple[Holding, ...]]:
    found: list[tuple[Holding, ...]] = []
    for event in Event:
        if place is None:
            found += all_holdings(session, setup, event, until=until).values()
        else:
            found.append(holdings_of(session, setup, event, PlaceId(place), until=until))
    return [holdings for holdings in found if holdings]


def _end_of(day: str | None) -> datetime | None:
    if day is None:
        return None
    try:
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), tzinfo=UTC)
    except ValueError:
        raise UsageError(f"--at: write a date like '2016-06-09', got '{day}'") from None


def _row(holding: Holding) -> tuple[str, ...]:
    return (
        holding.place,
        holding.event.value,
        holding.holder or "",
        holding.since.isoformat(),
        holding.told_at.isoformat(),
        f"{holding.confidence:.2f}",
        " ".join(holding.contested_by),
        holding.rests_on.source,
        holding.rests_on.through or "",
    )


def _geojson(current: list[Holding], setup: Setup, names: Names) -> dict[str, object]:
    """RFC 7946: a point for each place whose position is known; longitude stands first."""
    features = []
    for holding in current:
        known = setup.book.gazetteer.get(holding.place)
        if known is None or known.longitude is None or known.latitude is None:
            continue
        properties = dict(zip(COLUMNS, _row(holding), strict=True)) | {"name": names.place(holding.place)}
        point = {"type": "Point", "coordinates": [known.longitude, known.latitude]}
        features.append({"type": "Feature", "geometry": point, "properties": properties})
    return {"type": "FeatureCollection", "features": features}


def _show_table(current: list[Holding], names: Names) -> None:
    table = Table("place", "held or besieged", "since", "confidence", "contested by", "rests on")
    for holding in current:
        contested = ", ".join(names.actor(side) for side in holding.contested_by)
        confidence, since = f"{holding.confidence:.0%}", f"{holding.since:%Y-%m-%d}"
        table.add_row(names.place(holding.place), _who(holding, names), since, confidence, contested, _basis(holding))
    make_console().print(table)


def _who(holding: Holding, names: Names) -> str:
    who = None if holding.holder is None else names.actor(holding.holder)
    if holding.event is Event.SIEGE:
        return "no siege" if who is None else f"besieged by {who}"
    return "left; who holds it is not told" if who is None else f"held by {who}"


def _basis(holding: Holding) -> str:
    through = holding.rests_on.through
    basis = f"{holding.rests_on.kind}, {holding.rests_on.source}"
    return basis if through is None else f"{basis}, through {through}"


def _show_history(holdings: tuple[Holding, ...], names: Names) -> None:
    print(f"{names.place(holdings[-1].place)}: {holdings[-1].event.value}")
    for holding in holdings:
        until = "now" if holding.until is None else f"{holding.until:%Y-%m-%d}"
        print(f"  {holding.since:%Y-%m-%d} to {until}: {_who(holding, names)}, confidence {holding.confidence:.0%}")
        if holding.contested_by:
            print(f"    contested by {', '.join(names.actor(side) for side in holding.contested_by)}")
        for one in holding.evidence:
            print(f"    {one.at:%Y-%m-%d}  {one.kind}, {one.source}: {clean(one.words)}")
