"""``watcher feeds gaps``: when a feed's window moved on between two polls, and what older pages gave."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Column, Table

from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.model import FeedId
from watcher.store.problems import list_gaps


def gaps_command(
    context: typer.Context,
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    limit: Annotated[int, typer.Option(help="How many, the latest first.")] = 50,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the times in which items may have been missed."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database, database.reading() as session:
        found = list_gaps(session, limit, None if feed is None else FeedId(feed))
    if json_output:
        print(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        return
    table = Table(
        Column("feed", no_wrap=True), "between (UTC)", "and (UTC)", "older pages", "items found there", "how it ended"
    )
    for gap in found:
        times = [f"{moment:%Y-%m-%d %H:%M}" for moment in (gap.since, gap.noticed_at)]
        table.add_row(gap.feed_id, *times, str(gap.pages), str(gap.recovered), gap.closed_because or "still being read")
    make_console().print(table if found else "no gaps")
