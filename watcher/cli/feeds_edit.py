"""``watcher feeds add|remove|import|export``: the list of feeds, edited in place or exchanged as OPML."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
from rich.console import Console
from rich.progress import track

from watcher.alerts.hostile import clean
from watcher.cli.context import directories
from watcher.cli.feeds_file import NewFeed, make_id, replace_feeds_file, with_feeds, without_feed
from watcher.config import load_config
from watcher.config.schema import FeedEntry, FeedsFile
from watcher.errors import ConfigError, UsageError
from watcher.feeds.opml import OpmlError, Outline, read_opml, write_opml
from watcher.incidents.wording import say_count
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import read_yaml, validate

MOST_BYTES = 20_000_000  # of an OPML file

_REASON = re.compile(r"Value error, (.*?) \[type=")

_Tier = Annotated[int | None, typer.Option(min=1, max=3, help="1 is polled most, 3 least.")]


def add_command(
    context: typer.Context,
    url: str,
    name: Annotated[str | None, typer.Option(help="What it is called; else its host.")] = None,
    feed_id: Annotated[str | None, typer.Option("--id", help="Its id in feeds.yaml; else made of the name.")] = None,
    outlet: Annotated[str | None, typer.Option(help="The publisher, if another name than the feed's.")] = None,
    language: Annotated[str | None, typer.Option(help="A code like 'en' or 'ar'.")] = None,
    kind: Annotated[str | None, typer.Option(help="A label of your own.")] = None,
    tier: _Tier = None,
) -> None:
    """Add a feed to feeds.yaml; the daemon takes it in at its next reload (SIGHUP)."""
    path, listed = _read(context)
    _refuse_known(url, listed)
    called = name or urlsplit(url).hostname or url
    new = NewFeed(feed_id or make_id(called, listed.feeds), called, url, language, kind, outlet, tier)
    if new.id in listed.feeds:
        raise UsageError(f"feeds.yaml has a feed '{new.id}' already: {listed.feeds[new.id].url}")
    replace_feeds_file(path, with_feeds(path.read_text(encoding="utf-8"), [new]), {*listed.feeds, new.id})
    print(f"added {new.id}: {url}")


def remove_command(context: typer.Context, feed_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Take a feed out of feeds.yaml; its items, incidents and history stay."""
    path, listed = _read(context)
    if feed_id not in listed.feeds:
        raise UsageError(f"no feed '{feed_id}' in feeds.yaml{did_you_mean(feed_id, listed.feeds)}")
    replace_feeds_file(path, without_feed(path.read_text(encoding="utf-8"), feed_id), set(listed.feeds) - {feed_id})
    print(f"removed {feed_id}: {listed.feeds[feed_id].url}")


def import_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An OPML file, or - for stdin.")],
    tier: _Tier = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be added; change nothing.")] = False,
) -> None:
    """Add the feeds of an OPML list that are not in feeds.yaml yet.

    A folder "Tier 1" to "Tier 3" is a tier, any other the kind. Exit status 1 if a feed of the list cannot be used.
    """
    path, listed = _read(context)
    try:
        outlines = read_opml(_read_bytes(file))
    except OpmlError as error:
        raise UsageError(f"{file}: {error}") from error
    added, refused, known = _sort_out(outlines, listed, tier)
    if added and not dry_run:
        text = with_feeds(path.read_text(encoding="utf-8"), added)
        replace_feeds_file(path, text, {*listed.feeds, *(feed.id for feed in added)})
    for feed in added:
        print(f"{'would add' if dry_run else 'added'} {feed.id}: {feed.url}")
    for reason in refused:
        print(f"refused {reason}", file=sys.stderr)
    print(f"{say_count(len(added), 'feed')} added, {known} known already, {len(refused)} refused")
    raise typer.Exit(1 if refused else 0)


def export_command(
    context: typer.Context, file: Annotated[Path | None, typer.Argument(help="Where to; else to stdout.")] = None
) -> None:
    """Write the feeds as OPML, one folder for each tier."""
    config, problems = load_config(directories(context).config)
    if config is None:
        raise ConfigError(problems)
    text = write_opml(config.feeds)
    if file is None:
        print(text, end="")
        return
    file.write_text(text, encoding="utf-8")
    print(f"{say_count(len(config.feeds), 'feed')} written to {file}")


def _sort_out(outlines: Iterable[Outline], listed: FeedsFile, tier: int | None) -> tuple[list[NewFeed], list[str], int]:
    """What is to be added, what cannot be and why, and how many are listed already."""
    addresses = {_address(entry.url) for entry in listed.feeds.values()}
    taken = set(listed.feeds)
    added: list[NewFeed] = []
    refused: list[str] = []
    known = 0
    console = Console(stderr=True)
    for outline in track(list(outlines), "importing", console=console, transient=True, disable=not console.is_terminal):
        if _address(outline.url) in addresses:
            known += 1
            continue
        name = clean(outline.title)[:200] or outline.url
        kinds = [clean(folder) for folder in outline.folders if clean(folder)]
        new = NewFeed(
            id=make_id(name, taken),
            name=name,
            url=outline.url,
            language=_language(outline.language),
            kind=kinds[-1] if kinds and outline.tier is None else None,
            tier=outline.tier or tier,
        )
        try:
            FeedEntry.model_validate({"name": new.name, "url": new.url})
        except ValueError as error:
            reason = _REASON.search(str(error))
            refused.append(f"{name!r}: {clean(reason[1] if reason else str(error))}")
            continue
        addresses.add(_address(outline.url))
        taken.add(new.id)
        added.append(new)
    return added, refused, known


def _language(declared: str | None) -> str | None:
    tag = (declared or "").replace("_", "-").partition("-")[0].lower()
    return tag if tag.isascii() and tag.isalpha() and len(tag) in (2, 3) else None


def _address(url: str) -> str:
    return url.rstrip("/")


def _refuse_known(url: str, listed: FeedsFile) -> None:
    for key, entry in listed.feeds.items():
        if _address(entry.url) == _address(url):
            raise UsageError(f"feeds.yaml has this address already, as feed '{key}'")


def _read(context: typer.Context) -> tuple[Path, FeedsFile]:
    path = directories(context).config / "feeds.yaml"
    document, problems = read_yaml(path, str(path))
    if document is None:
        raise ConfigError(problems)
    value, misfits = validate(document, FeedsFile)
    if value is None:
        raise ConfigError((*problems, *misfits))
    return path, value


def _read_bytes(file: Path) -> bytes:
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    if len(content) > MOST_BYTES:
        raise UsageError(f"{file} is larger than {MOST_BYTES // 1_000_000} MB")
    return content
