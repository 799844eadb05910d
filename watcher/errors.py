"""The exceptions of Watcher, one per kind of reader, not one per message.

An expected failure of one feed, item, rule or channel is a value with a reason (see ``model``) and raises nothing.
What is raised here ends the command at hand: ``cli`` turns it into a message and an exit status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from watcher.model import Problem


class WatcherError(Exception):
    """Something that Watcher understands and can tell in one line."""


class ConfigError(WatcherError):
    """Files of the user's are wrong; ``problems`` holds every problem, sorted by position."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.sort_key))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class StoreError(WatcherError):
    """The database is missing, damaged, locked for too long or from another version."""


class UsageError(WatcherError):
    """The user asked for something that does not exist (an unknown item, incident or place)."""
