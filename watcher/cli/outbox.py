"""``watcher outbox list|show|retry|drop``: what is owed or was given up, its whole log, and what a person may do."""

from __future__ import annotations

import getpass
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Column, Table

from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import database_without_rules
from watcher.cli.values import as_json
from watcher.clock import SystemClock
from watcher.errors import UsageError
from watcher.model import ChannelId, Delivery, DeliveryEvent, DeliveryState
from watcher.store import outbox
from watcher.store.database import Database, Session

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

MANY = 10_000
NEEDS_SOMEBODY = (*(state for state in DeliveryState if state.is_owed), DeliveryState.SENDING, DeliveryState.DEAD)

Json = Annotated[bool, typer.Option("--json", help="For programs.")]
By = Annotated[str | None, typer.Option(help="Who does it.", show_default="the user's name")]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of deliveries, or how they begin.")]
OfChannel = Annotated[str | None, typer.Option("--channel", help="All dead letters of this channel.")]


@app.callback()
def outbox_commands() -> None:
    """Deliveries: one for each message to each recipient."""


@app.command("list")
def list_command(
    context: typer.Context,
    state: Annotated[DeliveryState | None, typer.Option(help="Only those in this state.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only those of this channel.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is done.")] = False,
    limit: Annotated[int, typer.Option(help="How many, the latest first.")] = 100,
    json_output: Json = False,
) -> None:
    """List what is owed and what was given up, the latest first."""
    with _database(context) as database, database.reading() as session:
        found = _listed(session, state, everything=everything)
    rows = [delivery for delivery in found if channel in (None, delivery.channel_id)][:limit]
    if json_output:
        print(json.dumps([_record(delivery) for delivery in rows], ensure_ascii=False, indent=2))
        return
    table = Table(Column("delivery", no_wrap=True), "channel", "state", "attempts", "next (UTC)", "subject", "error")
    for delivery in rows:
        table.add_row(
            delivery.id,
            delivery.channel_id,
            delivery.state.value,
            str(delivery.attempts),
            f"{delivery.next_attempt_at:%m-%d %H:%M}" if delivery.state.is_owed else "",
            _title(delivery),
            delivery.error or "",
        )
    make_console().print(table if rows else "nothing is owed, and nothing was given up")


def _listed(session: Session, state: DeliveryState | None, *, everything: bool) -> list[Delivery]:
    if everything and state is None:
        return list(outbox.list_deliveries(session, MANY))
    states = NEEDS_SOMEBODY if state is None else (state,)
    found = [delivery for one in states for delivery in outbox.list_deliveries(session, MANY, one)]
    return sorted(found, key=lambda delivery: (delivery.created_at, delivery.id), reverse=True)


@app.command()
def show(
    context: typer.Context,
    delivery: Annotated[str, typer.Argument(help="Its id, or how it begins.")],
    json_output: Json = False,
) -> None:
    """Show one delivery: its text, and everything that happened to it."""
    with _database(context) as database, database.reading() as session:
        (found,) = _find(session, [delivery])
        events = outbox.delivery_log(session, found.id)
    if json_output:
        whole = {**_record(found), "text": found.message.text, "log": as_json(events)}
        print(json.dumps(whole, ensure_ascii=False, indent=2))
        return
    print(f"{found.id} to channel {found.channel_id}: {found.state.value}, {found.attempts} attempts")
    print("\nLog (UTC)")
    for event in events:
        print(f"  {event.at:%Y-%m-%d %H:%M:%S}  {_said(event)}")
    print(f"\nSubject: {_title(found)}\n\n{found.message.text}")


@app.command()
def retry(
    context: typer.Context, ids: Ids = None, channel: OfChannel = None, by: By = None, json_output: Json = False
) -> None:
    """Owe deliveries again from now on: dead letters, dropped ones, or what waits for another attempt."""
    author = by or getpass.getuser()
    with _database(context) as database, database.writing() as session:
        now = SystemClock().now()
        wanted = _wanted(session, ids or (), channel)
        done = [delivery for delivery in wanted if outbox.queue_again(session, delivery.id, now, author)]
    _tell(wanted, done, "queued again", json_output=json_output)


@app.command()
def drop(
    context: typer.Context,
    why: Annotated[str, typer.Option(help="The reason, for the log.")],
    ids: Ids = None,
    channel: OfChannel = None,
    by: By = None,
    json_output: Json = False,
) -> None:
    """Take deliveries off the list, unsent; they are kept, with who did it and why."""
    author = by or getpass.getuser()
    with _database(context) as database, database.writing() as session:
        now = SystemClock().now()
        wanted = _wanted(session, ids or (), channel)
        done = [delivery for delivery in wanted if outbox.drop_delivery(session, delivery.id, now, author, why)]
    _tell(wanted, done, "dropped", json_output=json_output)


def _database(context: typer.Context) -> Database:
    return database_without_rules(directories(context))


def _wanted(session: Session, ids: Sequence[str], channel: str | None) -> list[Delivery]:
    """The deliveries that are named, or a channel's dead letters. Raises: UsageError when neither is said."""
    if not ids and channel is None:
        raise UsageError("nothing is named: give ids, or --channel for all dead letters of a channel")
    found = _find(session, ids)
    if channel is not None:
        dead = outbox.list_deliveries(session, MANY, DeliveryState.DEAD)
        found += [delivery for delivery in reversed(dead) if delivery.channel_id == ChannelId(channel)]
    return found


def _find(session: Session, ids: Sequence[str]) -> list[Delivery]:
    found = []
    for wanted in ids:
        fitting = outbox.find_deliveries(session, wanted, limit=2)
        if not fitting:
            raise UsageError(f"no delivery '{wanted}': 'watcher outbox list' shows them")
        if len(fitting) > 1:
            raise UsageError(f"several deliveries begin with '{wanted}', among them {fitting[0].id}, {fitting[1].id}")
        found.append(fitting[0])
    return found


def _tell(wanted: Sequence[Delivery], done: Sequence[Delivery], verb: str, *, json_output: bool) -> None:
    """Say what was done; exit status 1 if anything that was named could not be."""
    if json_output:
        records = [{"id": delivery.id, "was": delivery.state.value, "done": delivery in done} for delivery in wanted]
        print(json.dumps(records, indent=2))
    else:
        for delivery in wanted:
            print(f"{delivery.id}: {verb if delivery in done else f'left alone, it is {delivery.state.value}'}")
        if not wanted:
            print("no dead letters")
    raise typer.Exit(0 if len(done) == len(wanted) else 1)


def _title(delivery: Delivery) -> str:
    number = f" ({delivery.part}/{delivery.parts})" if delivery.parts > 1 else ""
    return f"{delivery.message.subject}{number}"


def _said(event: DeliveryEvent) -> str:
    by = f" by {event.by}" if event.by else ""
    return f"{event.what}{by}" + (f": {event.detail}" if event.detail else "")


def _record(delivery: Delivery) -> dict[str, object]:
    """The delivery without its text."""
    whole = as_json(delivery)
    del whole["message"]
    return {**whole, "subject": delivery.message.subject, "possible_repeat": delivery.possible_repeat}
