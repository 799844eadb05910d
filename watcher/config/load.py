"""Loads the operator's three files as one Config, or says everything that is wrong with them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from watcher.alerts.render import template_problem
from watcher.config.http import http_settings
from watcher.config.schema import ChannelsFile, FeedsFile, WatcherFile
from watcher.config.secrets import (
    MissingSecret,
    fill_in,
    is_open_to_all,
    secret_texts,
    url_problems,
    without_values,
)
from watcher.config.values import Alerts, Config, Housekeeping, Polling
from watcher.model import Channel, ChannelId, Feed, FeedId, HttpSettings, Position, Problem, SendLimit
from watcher.rulebook.files import version_of
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import Model, YamlDocument, read_yaml, validate


def load_config(
    directory: Path, environment: Mapping[str, str] = os.environ
) -> tuple[Config | None, tuple[Problem, ...]]:
    """Load a configuration directory; None when any problem is an error. Problems are sorted by position.

    ``environment`` is where ``env`` and ``credential`` secrets are looked up.
    """
    if not directory.is_dir():
        return None, (Problem(Position(str(directory)), "no such folder"),)
    documents: dict[str, YamlDocument] = {}
    watcher_file, problems = _read(directory, "watcher.yaml", WatcherFile, documents)
    feeds_file, found = _read(directory, "feeds.yaml", FeedsFile, documents)
    problems += found
    settings: dict[FeedId, HttpSettings] = {}
    secrets: tuple[str, ...] = ()
    if feeds_file:
        problems += _feed_problems(feeds_file, documents["feeds.yaml"])
        settings, secrets, found = _to_settings(feeds_file, documents["feeds.yaml"], environment)
        problems += found
    channels_file, found = _read(directory, "channels.yaml", ChannelsFile, documents)
    channels: tuple[Channel, ...] = ()
    if channels_file:
        channels, theirs, unusable = _to_channels(channels_file, documents["channels.yaml"], environment)
        secrets += theirs
        found += unusable
    problems += [without_values(problem) for problem in found]
    if watcher_file and channels_file:
        problems += _addressee_problems(watcher_file, channels_file, documents["watcher.yaml"])
    templates, found = _read_templates(directory / "templates")
    problems += found

    told = tuple(sorted(problems, key=lambda problem: problem.sort_key))
    failed = any(problem.severity == "error" for problem in told)
    if failed or watcher_file is None or feeds_file is None or channels_file is None:
        return None, told
    config = Config(
        state_directory=watcher_file.state_directory,
        timezone=watcher_file.timezone,
        polling=Polling(**dict(watcher_file.polling)),
        alerts=Alerts(**dict(watcher_file.alerts)),
        housekeeping=Housekeeping(**dict(watcher_file.housekeeping)),
        feeds=_to_feeds(feeds_file, watcher_file, documents["feeds.yaml"]),
        channels=channels,
        channel_ids=tuple(ChannelId(key) for key in channels_file.channels),
        version=version_of(documents),
        problems=told,
        secrets=secrets,
        http_settings=settings,
        templates=templates,
    )
    return config, told


def _read_templates(folder: Path) -> tuple[dict[str, str], list[Problem]]:
    """The operator's templates that can be used; of the others a warning each: the shipped ones stand in."""
    templates: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.j2")) if folder.is_dir() else ():
        try:
            source = path.read_text(encoding="utf-8")
            trouble = template_problem(path.name, source)
        except (OSError, UnicodeDecodeError) as error:
            trouble = f"cannot be read: {error}"
        if trouble is None:
            templates[path.name] = source
        else:
            problems.append(Problem(Position(str(path)), f"template left out: {trouble}", "warning"))
    return templates, problems


def _read(
    directory: Path, name: str, model: type[Model], documents: dict[str, YamlDocument]
) -> tuple[Model | None, list[Problem]]:
    document, problems = read_yaml(directory / name, str(directory / name))
    if document is None:
        return None, list(problems)
    documents[name] = document
    value, misfits = validate(document, model)
    return value, [*problems, *misfits]


def _to_feeds(file: FeedsFile, watcher_file: WatcherFile, document: YamlDocument) -> tuple[Feed, ...]:
    return tuple(
        Feed(
            id=FeedId(key),
            name=entry.name,
            url=entry.url,
            outlet=entry.outlet or entry.name,
            language=entry.language,
            kind=entry.kind,
            interval=entry.interval or watcher_file.polling.intervals.get(entry.tier, watcher_file.polling.interval),
            origin=document.position(("feeds", key), key=True),
            tier=entry.tier,
            full_text=entry.full_text,
        )
        for key, entry in file.feeds.items()
        if entry.enabled
    )


def _to_settings(
    file: FeedsFile, document: YamlDocument, environment: Mapping[str, str]
) -> tuple[dict[FeedId, HttpSettings], tuple[str, ...], list[Problem]]:
    settings: dict[FeedId, HttpSettings] = {}
    secrets: tuple[str, ...] = ()
    problems: list[Problem] = []
    for key, entry in file.feeds.items():
        if not entry.enabled:
            continue
        own, theirs, found = http_settings(key, entry, document, environment)
        if own is not None:
            settings[FeedId(key)] = own
        secrets += theirs
        problems += found
    return settings, secrets, problems


def _feed_problems(file: FeedsFile, document: YamlDocument) -> list[Problem]:
    """The same address under two ids would tell every item twice."""
    first: dict[str, str] = {}
    problems = []
    for key, entry in file.feeds.items():
        known = first.setdefault(entry.url.rstrip("/"), key)
        if known != key:
            problems.append(document.problem(("feeds", key, "url"), f"the same address as feed {known!r}"))
    return problems


def _addressee_problems(file: WatcherFile, channels: ChannelsFile, document: YamlDocument) -> list[Problem]:
    """A channel that nobody has listed would leave the operator untold."""
    return [
        document.problem(
            ("alerts", "feed_problems_to", number),
            f"unknown channel {channel!r}{did_you_mean(channel, channels.channels)}",
        )
        for number, channel in enumerate(file.alerts.feed_problems_to)
        if channel not in channels.channels
    ]


def _to_channels(
    file: ChannelsFile, document: YamlDocument, environment: Mapping[str, str]
) -> tuple[tuple[Channel, ...], tuple[str, ...], list[Problem]]:
    """The usable channels and their secrets. A channel whose secret is missing is a warning, and left out."""
    channels = []
    secrets: list[str] = []
    problems: list[Problem] = []
    for key, entry in file.channels.items():
        loc = ("channels", key)
        wrong = [document.problem((*loc, "url"), message) for message in url_problems(entry)]
        problems += wrong
        for name, secret in entry.secrets.items():
            where = (*loc, "secrets", name)
            if f"{{{name}}}" not in entry.url:
                message = f"the url does not refer to {{{name}}}"
                problems.append(document.problem(where, message, key=True, warning=True))
            if is_open_to_all(secret):
                message = f"every user of this machine can read {secret.file}: chmod o-r"
                problems.append(document.problem(where, message, key=True, warning=True))
        if wrong:
            continue
        try:
            url = fill_in(entry, environment)
        except MissingSecret as missing:
            message = f"channel {key!r} cannot be used: {missing}"
            problems.append(document.problem(loc, message, key=True, warning=True))
        else:
            limit = SendLimit(entry.limit.messages, entry.limit.per)
            channels.append(Channel(ChannelId(key), entry.title, url, document.position(loc, key=True), limit))
            secrets += secret_texts(entry, environment)
    return tuple(channels), tuple(secrets), problems
