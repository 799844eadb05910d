"""``watcher items list|show``: what is stored, also what is held; one item with all that was read of it."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Column, Table

from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.errors import UsageError
from watcher.feeds.fulltext import say_what_was_read
from watcher.model import FeedId, Item
from watcher.store.database import Database
from watcher.store.items import find_items, hold_reasons, list_items
from watcher.store.pages import page_of

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

_JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


def find_item(database: Database, wanted: str) -> Item:
    """The item with this id or beginning of an id. Raises: UsageError when there is none, or several."""
    with database.reading() as session:
        found = find_items(session, wanted, limit=2)
    if len(found) > 1:
        raise UsageError(f"several items begin with '{wanted}': give more of the id")
    if not found:
        raise UsageError(f"no item '{wanted}' is stored")
    return found[0]


@app.command("list")
def list_command(
    context: typer.Context,
    feed: Annotated[str | None, typer.Option(help="Only this feed.")] = None,
    held: Annotated[bool, typer.Option("--held", help="Only those that may alert nobody.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the latest first.")] = 50,
    json_output: _JsonOption = False,
) -> None:
    """List the items that were seen last."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database, database.reading() as session:
        found = list_items(session, limit, None if feed is None else FeedId(feed), only_held=held)
        reasons = hold_reasons(session, [item.id for item in found])
    if json_output:
        listed = [{**as_json(item), "held_because": reasons.get(item.id)} for item in found]
        print(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    table = Table(Column("item", no_wrap=True), "feed", "seen (UTC)", "published (UTC)", "held because", "title")
    for item in found:
        published = "" if item.published_at is None else f"{item.published_at:%Y-%m-%d %H:%M}"
        seen = f"{item.first_seen_at:%Y-%m-%d %H:%M}"
        table.add_row(item.id, item.feed_id, seen, published, reasons.get(item.id, ""), item.title)
    make_console().print(table if found else "no items")


@app.command()
def show(
    context: typer.Context,
    item: Annotated[str, typer.Argument(help="An item's id, or its beginning.")],
    json_output: _JsonOption = False,
) -> None:
    """Show one item: its text, the page behind it, and under which keys it is known again."""
    folders = directories(context)
    setup = load_setup(folders)
    with existing_database(folders, setup.config) as database:
        found = find_item(database, item)
        with database.reading() as session:
            page = page_of(session, found.id)
            reason = hold_reasons(session, [found.id]).get(found.id)
    if json_output:
        told = {**as_json(found), "held_because": reason, "page": as_json(page)}
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return
    published = "no date" if found.published_at is None else f"published {found.published_at:%Y-%m-%d %H:%M} UTC"
    print(f"{found.id}: {found.title}")
    print(f"{found.outlet}, feed {found.feed_id}, {published}, first seen {found.first_seen_at:%Y-%m-%d %H:%M} UTC")
    print(found.url or "no link")
    print(f"held: {reason}" if reason else "not held")
    print(f"read: {say_what_was_read(page)}")
    print(f"known by: {', '.join(found.keys)}")
    print(f"\n{found.text or '(no text)'}")
    if page is not None and page.text is not None:
        print(f"\n--- the page {page.url} ---\n{page.text}")
