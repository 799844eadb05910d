"""``watcher digest preview``: what would go out now, route by route; nothing is stored or sent."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from watcher.alerts.digest import why_due
from watcher.alerts.names import make_names
from watcher.alerts.render import render
from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.clock import SystemClock
from watcher.pipeline import draft_digest
from watcher.store.alerts import last_digest_at, waiting_alerts

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
            waiting = waiting_alerts(session, route.id)
            reason = why_due(route.timing, waiting, last_digest_at(session, route.id), now)
            drafted, _ = draft_digest(session, setup, route, reason or "preview: not due yet", now)
            message = render(drafted, names, setup.config.timezone) if waiting else None
            previews.append((route, len(waiting), reason, message))
    if json_output:
        rows = [
            {
                "route": route.id,
                "waiting": count,
                "due": reason is not None,
                "reason": reason,
                "channels": list(route.channels),
                "subject": None if message is None else message.subject,
                "text": None if message is None else message.text,
            }
            for route, count, reason, message in previews
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for route, count, reason, message in previews:
        print(
            f"route {route.id} -> {', '.join(route.channels) or 'no channel'}: {count} waiting, {reason or 'not due'}"
        )
        if message is not None:
            print(f"\nSubject: {message.subject}\n\n{message.text}")
