"""Checks rules as strictly as can be: everything ``load`` finds, what does nothing, and the examples in watches.yaml.

For ``watcher rules check`` and for tests; the daemon itself only loads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from watcher.model import Channel, ChannelId, Problem, Route
from watcher.rulebook.examples import example_problems
from watcher.rulebook.files import RuleFiles, read_rules
from watcher.rulebook.lints import lint
from watcher.rulebook.load import build_rulebook
from watcher.rulebook.wording import did_you_mean
from watcher.rulebook.yaml import YamlDocument


def check_rules(directory: Path, channel_ids: Collection[ChannelId] | None) -> tuple[Problem, ...]:
    """Every problem of a rules directory, sorted by position; ``channel_ids`` None leaves channels unchecked."""
    return check_files(read_rules(directory), channel_ids)


def check_files(files: RuleFiles, channel_ids: Collection[ChannelId] | None) -> tuple[Problem, ...]:
    """Every problem of rules that have been read."""
    book, problems = build_rulebook(files)
    found = [*problems]
    if channel_ids is not None:
        found += channel_problems(files.routes, channel_ids, files.documents.get("routes.yaml"))
    if book is not None:
        found += lint(files)
        found += example_problems(files, book)
    return tuple(sorted(found, key=lambda problem: problem.sort_key))


def channel_problems(
    routes: Iterable[Route], channel_ids: Iterable[ChannelId], document: YamlDocument | None = None
) -> tuple[Problem, ...]:
    """Every channel that a route names and channels.yaml does not list.

    Without the ``document`` of routes.yaml a problem stands at its route.
    """
    known = frozenset(channel_ids)
    problems = []
    for route in routes:
        for number, channel in enumerate(route.channels):
            if channel not in known:
                message = f"route {route.id!r}: unknown channel {channel!r}{did_you_mean(channel, known)}"
                where = document.problem(("routes", route.id, "to", number), message) if document else None
                problems.append(where or Problem(route.origin, message))
    return tuple(problems)


def unused_channels(routes: Iterable[Route], channels: Iterable[Channel]) -> tuple[Problem, ...]:
    """A warning for every channel that no route names."""
    named = {channel for route in routes for channel in route.channels}
    return tuple(
        Problem(channel.origin, f"no route names channel {channel.id!r}", "warning")
        for channel in channels
        if channel.id not in named
    )
