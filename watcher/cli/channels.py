"""``watcher channels list|test``: which channels can be sent to, and a marked test message to try them."""

from __future__ import annotations

import asyncio
import html
import json
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from watcher.cli.context import directories
from watcher.clock import SystemClock
from watcher.config import Config, load_config
from watcher.deliver.channels import AppriseNotifier, check_channel
from watcher.errors import ConfigError, UsageError
from watcher.log import configure_logging
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)

ARABIC_SAMPLE = "خان طومان"  # Khan Tuman


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What may be shown of a channel: never its URL. ``unusable``: why nothing can be sent to it; None if it can."""

    id: ChannelId
    title: str
    scheme: str
    unusable: str | None


@app.command("list")
def list_command(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """List the channels, and why any of them is unusable."""
    rows = describe_channels(_load(context))
    if json_output:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    table = Table("channel", "title", "scheme", "usable")
    for row in rows:
        table.add_row(row.id, row.title, row.scheme, f"no: {row.unusable}" if row.unusable else "yes")
    Console(highlight=False, markup=False).print(table if rows else "no channels yet")


@app.command("test")
def send_test(
    context: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="All channels when none is named.")] = None,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Send a marked test message to each channel and tell what came of it; exit status 1 if any failed."""
    config = _load(context)
    configure_logging(level="error")
    rows = _wanted(describe_channels(config), ids or ())
    results = asyncio.run(_send_tests(config, rows))
    if json_output:
        told = [{"id": row.id, **asdict(result)} for row, result in zip(rows, results, strict=True)]
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for row, result in zip(rows, results, strict=True):
            print(f"{row.id}: {_in_words(result)}")
    raise typer.Exit(0 if all(result.ok for result in results) else 1)


def describe_channels(config: Config) -> tuple[ChannelRow, ...]:
    """Return a row for every channel of channels.yaml, in its order, those without their secret included."""
    usable = {channel.id: channel for channel in config.channels}
    return tuple(_describe(channel_id, usable.get(channel_id), config) for channel_id in config.channel_ids)


def make_test_message(row: ChannelRow, now: datetime) -> Message:
    """Return what tries a channel out: nobody can take it for news, and it shows whether Arabic arrives."""
    lines = (
        f"This is a test of the channel '{row.id}' ({row.title}), sent by 'watcher channels test'.",
        "It is not news, and nobody needs to do anything.",
        f"Khan Tuman in Arabic letters: {ARABIC_SAMPLE}",
        f"Sent on {now:%Y-%m-%d at %H:%M:%S} UTC.",
    )
    return Message(
        subject=f"[test] Watcher: test of channel {row.id}",
        text="\n\n".join(lines) + "\n",
        html="".join(f"<p>{html.escape(line)}</p>\n" for line in lines),
    )


def _load(context: typer.Context) -> Config:
    config, problems = load_config(directories(context).config)
    if config is None:
        raise ConfigError(problems)
    return config


def _describe(channel_id: ChannelId, channel: Channel | None, config: Config) -> ChannelRow:
    if channel is not None:
        return ChannelRow(channel_id, channel.title, channel.url.partition("://")[0].lower(), check_channel(channel))
    told = f"channel '{channel_id}' cannot be used: "
    reasons = [found.message.removeprefix(told) for found in config.problems if found.message.startswith(told)]
    return ChannelRow(channel_id, "", "", reasons[0] if reasons else "its secret is missing")


def _wanted(rows: tuple[ChannelRow, ...], ids: Sequence[str]) -> tuple[ChannelRow, ...]:
    """The rows that are asked for, all if none is named. Raises: UsageError for an id that is not listed."""
    known = [row.id for row in rows]
    for wanted in ids:
        if wanted not in known:
            raise UsageError(f"no channel '{wanted}' in channels.yaml, known: {', '.join(known) or 'none'}")
    return tuple(row for row in rows if not ids or row.id in ids)


async def _send_tests(config: Config, rows: tuple[ChannelRow, ...]) -> list[SendResult]:
    clock = SystemClock()
    notifier = AppriseNotifier(config.channels, config.alerts.send_deadline, clock=clock)

    async def send(row: ChannelRow) -> SendResult:
        if row.unusable is not None:
            return SendResult(ok=False, permanent=True, detail=f"unusable channel: {row.unusable}")
        delivery_id = DeliveryId(f"test-{uuid.uuid4().hex}")
        return await notifier.send(row.id, make_test_message(row, clock.now()), delivery_id)

    return await asyncio.gather(*(send(row) for row in rows))


def _in_words(result: SendResult) -> str:
    if result.ok:
        return "taken" + (f" ({result.detail})" if result.detail else "")
    return f"failed{' for good' if result.permanent else ''}: {result.detail}"
