"""``watcher feeds list|check``: the feeds with their state, and one feed tried out, from its server to our items."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.table import Table

from watcher.cli.context import directories
from watcher.cli.feeds_edit import add_command, export_command, import_command, remove_command
from watcher.cli.feeds_gaps import gaps_command
from watcher.cli.setup import database_path
from watcher.cli.values import as_json
from watcher.clock import SystemClock
from watcher.config import Config, load_config
from watcher.errors import ConfigError, UsageError
from watcher.feeds.reading import Contents, Source
from watcher.feeds.worker import Workers
from watcher.health import FeedSight, match_states
from watcher.incidents.wording import say_duration
from watcher.model import Document, Failure, Feed, FeedId, FetchRequest, Item, Position, Response
from watcher.ports import Parser
from watcher.rulebook.wording import did_you_mean
from watcher.service import open_fetcher
from watcher.store.database import Database
from watcher.store.feeds import feed_states

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)
app.command("add")(add_command)
app.command("remove")(remove_command)
app.command("import")(import_command)
app.command("export")(export_command)
app.command("gaps")(gaps_command)

_JsonOption = Annotated[bool, typer.Option("--json", help="For programs.")]


@dataclass(frozen=True, slots=True)
class FeedCheck:
    """How far one document of a feed came: ``failure`` says where it ended, if before the items."""

    feed: Feed
    response: Response | None = None
    contents: Contents | None = None
    failure: Failure | None = None

    @property
    def document(self) -> Document | None:
        found = self.contents.document if self.contents else None
        return found if isinstance(found, Document) else None

    @property
    def items(self) -> tuple[Item, ...]:
        return self.contents.items if self.contents else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was odd, step by step."""
        return tuple(note for step in (self.response, self.contents, self.document) if step for note in step.notes)


@app.command("list")
def list_command(context: typer.Context, json_output: _JsonOption = False) -> None:
    """List the feeds, with what became of their last polls."""
    config = _load(context)
    path = database_path(directories(context), config)
    sights = match_states(config.feeds, ())
    if path.exists():
        with Database(path) as database, database.reading() as session:
            sights = match_states(config.feeds, feed_states(session))
    if json_output:
        print(json.dumps([_sight_as_json(sight) for sight in sights], ensure_ascii=False, indent=2))
        return
    header = (
        *("feed", "name", "language", "tier", "every", "health", "last success", "last new item"),
        *("usually every", "next poll", "reason"),
    )
    _print_table(header, [_sight_row(sight) for sight in sights])


@app.command("check")
def check_command(
    context: typer.Context,
    target: Annotated[str, typer.Argument(metavar="URL|ID", help="A feed of feeds.yaml, or any address.")],
    json_output: _JsonOption = False,
) -> None:
    """Fetch a feed once and show what would be stored of it; nothing is. Exit status 1 if it gives nothing."""
    config = _load(context)
    feed = _find(config, target)
    check = asyncio.run(_check(config, feed))
    if json_output:
        print(json.dumps(_check_as_json(check), ensure_ascii=False, indent=2))
    else:
        _print_check(check)
    raise typer.Exit(1 if check.failure else 0)


async def check_response(feed: Feed, response: Response | Failure, now: datetime, parser: Parser) -> FeedCheck:
    """Return what the steps of a poll make of ``response``."""
    if isinstance(response, Failure):
        return FeedCheck(feed, failure=response)
    source = Source(feed, response.url, response.body, response.headers.get("content-type"), now)
    contents = await parser.read(source)
    if isinstance(contents, Failure):
        return FeedCheck(feed, response, failure=contents)
    return FeedCheck(feed, response, contents, contents.document if isinstance(contents.document, Failure) else None)


async def _check(config: Config, feed: Feed) -> FeedCheck:
    """Poll as the daemon does: with the feed's own settings, and parsing where it can be killed."""
    async with open_fetcher(config) as fetcher, Workers() as workers:
        response = await fetcher.fetch(FetchRequest(feed.url, feed_id=feed.id))
        return await check_response(feed, response, SystemClock().now(), workers)


def _load(context: typer.Context) -> Config:
    config, problems = load_config(directories(context).config)
    if config is None:
        raise ConfigError(problems)
    return config


def _find(config: Config, target: str) -> Feed:
    """The feed of that id, else one made up for the address. Raises: UsageError for what is neither."""
    by_id = {str(feed.id): feed for feed in config.feeds}
    if target in by_id:
        return by_id[target]
    if "://" not in target:
        hint = did_you_mean(target, by_id) or f", known: {', '.join(by_id) or 'none'}"
        raise UsageError(f"no feed '{target}' in feeds.yaml, and no URL{hint}")
    host = urlsplit(target).hostname or target
    origin = Position("command line")
    return Feed(FeedId(host), host, target, host, None, "", config.polling.interval, origin)


# --- for people ----------------------------------------------------------------------------------------------------


def _sight_row(sight: FeedSight) -> tuple[str, ...]:
    feed, state = sight.feed, sight.state
    every = f"{feed.interval.total_seconds() / 60:g} min"
    start = (feed.id, feed.name, feed.language or "", str(feed.tier), every)
    if state is None:
        return (*start, "not polled yet", "", "", "", "", "")
    rhythm = "" if state.rhythm is None else say_duration(state.rhythm.usual)
    times = (_time(state.last_success_at), _time(state.last_item_at), rhythm, _time(state.next_poll_at))
    return (*start, state.health.value, *times, state.reason or "")


def _print_check(check: FeedCheck) -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    for name, value in _check_lines(check):
        console.print(f"{name + ':':<10}{value}", soft_wrap=True)
    if check.items:
        rows = [_item_row(item) for item in check.items]
        _print_table(("item", "published", "language", "words", "title"), rows)


def _check_lines(check: FeedCheck) -> Iterable[tuple[str, str]]:
    """What was found, step by step, as (name, words)."""
    yield "feed", check.feed.url
    if response := check.response:
        seconds = response.elapsed.total_seconds()
        yield "answer", f"HTTP {response.status}, {len(response.body)} bytes in {seconds:.2f} s"
        if response.url != check.feed.url:
            yield "from", response.url
        validators = [name for name in ("etag", "last-modified") if response.headers.get(name)]
        yield "changes", f"can be asked for ({' and '.join(validators)})" if validators else "cannot be asked for"
    if check.contents:
        yield "encoding", check.contents.encoding
    if document := check.document:
        told = [document.format, f"titled {document.title!r}" if document.title else "untitled"]
        yield "document", ", ".join([*told, f"language {document.language}" if document.language else "no language"])
        counts = (document.raw_entries, len(document.entries), len(check.items))
        yield "entries", "{} in the source, {} parsed, {} items".format(*counts)
    for note in check.notes:
        yield "note", note
    if check.failure:
        yield "failed", str(check.failure)


def _item_row(item: Item) -> tuple[str, ...]:
    return (item.id, _time(item.published_at), item.language or "", str(len(item.text.split())), item.title)


def _print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A table on a terminal, lines with tabs where a program or a file reads."""
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        for row in (header, *rows):
            print("\t".join(row))
        return
    table = Table(*header)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "never"


# --- for programs --------------------------------------------------------------------------------------------------


def _sight_as_json(sight: FeedSight) -> dict[str, Any]:
    return {**as_json(sight.feed), "state": as_json(sight.state)}


def _check_as_json(check: FeedCheck) -> dict[str, Any]:
    response, document = check.response, check.document
    answer = response and {
        "url": response.url,
        "status": response.status,
        "headers": dict(response.headers),
        "body_bytes": len(response.body),
        "elapsed": response.elapsed.total_seconds(),
    }
    parsed = document and {
        "format": document.format,
        "title": document.title,
        "language": document.language,
        "complete": document.complete,
        "raw_entries": document.raw_entries,
        "entries": len(document.entries),
    }
    return {
        "url": check.feed.url,
        "answer": answer,
        "encoding": check.contents.encoding if check.contents else None,
        "document": parsed,
        "notes": list(check.notes),
        "items": as_json(check.items),
        "failure": as_json(check.failure),
    }
