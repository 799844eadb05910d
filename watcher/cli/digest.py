"""``watcher digest preview``: what would go out now, route by route; nothing is stored or sent."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated

import typer

from watcher.alerts.names import make_names
from watcher.alerts.render import render
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.clock import SystemClock
from watcher.composing import draft_digest, look_ahead

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def digest() -> None:
    """Digests that are being gathered."""


@app.command()
def preview(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Show, for each route, what waits and whether it would go out now."""
    folders = directories(context)
    setup = load_setup(folders)
    names = make_names(setup.book.gazetteer, setup.book.actors)
    now = SystemClock().now()
    previews = []
    with existing_database(folders, setup.config) as database, database.reading() as session:
        for route in setup.routes:
            prospect = look_ahead(session, setup, route, now)
            drafted = draft_digest(session, setup, prospect, prospect.reason or "preview: not due yet", now)
            is_empty = not prospect.free and prospect.reason is None
            message = None if is_empty else render(drafted, names, setup.config.timezone, setup.config.templates)
            previews.append((prospect, message))
    if json_output:
        rows = [
            {
                "route": prospect.route.id,
                "waiting": len(prospect.waiting),
                "held": [{"alert": id_, **as_json(reason)} for id_, reason in prospect.held.items()],
                "due": prospect.reason is not None,
                "reason": prospect.reason,
                "channels": list(prospect.route.channels),
                "subject": None if message is None else message.subject,
                "text": None if message is None else message.text,
            }
            for prospect, message in previews
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for prospect, message in previews:
        route = prospect.route
        print(
            f"route {route.id} -> {', '.join(route.channels) or 'no channel'}: {len(prospect.waiting)} waiting, "
            f"{prospect.reason or 'not due'}"
        )
        for because, number in Counter(reason.because for reason in prospect.held.values()).items():
            print(f"  {number} held: {because}")
        if message is not None:
            print(f"\nSubject: {message.subject}\n\n{message.text}")
