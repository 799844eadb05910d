"""``watcher status``: the daemon, the feeds, the outbox, the rules; exit status 1 when something needs a person."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer
from rich.console import Console

from watcher.cli.context import directories
from watcher.cli.setup import existing_database, load_setup
from watcher.cli.values import as_json
from watcher.clock import SystemClock
from watcher.health import FeedSight, find_troubles, match_states
from watcher.model import DeliveryState, ServiceRecord
from watcher.store.feeds import feed_states
from watcher.store.outbox import list_deliveries, outbox_counts
from watcher.store.problems import open_problems
from watcher.store.service import service_record

MANY = 10_000


def status(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how the daemon, the feeds and the outbox are; exit status 1 if anything is wrong."""
    folders = directories(context)
    setup = load_setup(folders)
    now = SystemClock().now()
    with existing_database(folders, setup.config) as database, database.reading() as session:
        service = service_record(session)
        sights = match_states(setup.config.feeds, feed_states(session))
        outbox = outbox_counts(session)
        problems = open_problems(session)
        owed = [
            delivery for state in DeliveryState if state.is_owed for delivery in list_deliveries(session, MANY, state)
        ]
    troubles = (
        *find_troubles(service, sights, outbox, owed, now, problems),
        *(str(problem) for problem in (*setup.config.problems, *setup.book.problems)),
    )
    if json_output:
        print(
            json.dumps(
                {
                    "healthy": not troubles,
                    "troubles": troubles,
                    "service": as_json(service),
                    "rules": setup.book.version,
                    "outbox": {state.value: count for state, count in outbox.items()},
                    "feed_problems": as_json(problems),
                    "feeds": [{"id": sight.feed.id, "state": as_json(sight.state)} for sight in sights],
                },
                ensure_ascii=False,
                indent=2,
            )
        )
    else:
        _print(service, sights, outbox, troubles, now)
    raise typer.Exit(1 if troubles else 0)


def _print(
    service: ServiceRecord | None,
    sights: tuple[FeedSight, ...],
    outbox: dict[DeliveryState, int],
    troubles: tuple[str, ...],
    now: datetime,
) -> None:
    console = Console(highlight=False)
    if service is not None:
        console.print(
            f"daemon: process {service.pid}, started {_ago(service.started_at, now)}, "
            f"last sign of life {_ago(service.beat_at, now)}, rules {service.rules_version}",
            soft_wrap=True,
        )
    console.print("outbox: " + ", ".join(f"{count} {state.value}" for state, count in outbox.items()), soft_wrap=True)
    healths = [sight.state.health.value if sight.state else "unseen" for sight in sights]
    counts = ", ".join(f"{healths.count(health)} {health}" for health in dict.fromkeys(healths))
    console.print(f"feeds: {len(sights)}: {counts or 'none'}", soft_wrap=True)
    for sight in sights:
        if sight.is_failing and sight.state is not None:
            state = sight.state
            console.print(
                f"  {sight.feed.id}: failed {state.failures} times in a row, last success "
                f"{_ago(state.last_success_at, now)}, next poll {_ago(state.next_poll_at, now)}: {state.reason}",
                markup=False,
                soft_wrap=True,
            )
    if not troubles:
        console.print("all is well")
    for trouble in troubles:
        console.print(f"trouble: {trouble}", markup=False, soft_wrap=True)


def _ago(moment: datetime | None, now: datetime) -> str:
    """A moment as the distance from now, in one unit."""
    if moment is None:
        return "never"
    seconds = (now - moment) / timedelta(seconds=1)
    size = abs(seconds)
    for unit, length in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if size >= length:
            amount = f"{size / length:.0f} {unit}"
            break
    else:
        amount = f"{size:.0f} s"
    return f"{amount} ago" if seconds >= 0 else f"in {amount}"
