"""What every command shares: where the files are, as the global options say."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import typer  # noqa: TC002  Typer reads the annotations at run time


@dataclass(frozen=True, slots=True)
class Directories:
    """The folders a command works on.

    ``state`` is None until asked: the option, else ``state_directory`` of watcher.yaml, else ``$STATE_DIRECTORY``
    (systemd), else ``./var``; see ``state_directory``.
    """

    config: Path
    rules: Path
    state: Path | None

    def state_directory(self, configured: Path | None) -> Path:
        """Where watcher.db lives; ``configured`` is what watcher.yaml says, if it says anything."""
        if self.state is not None:
            return self.state
        if configured is not None:
            return configured
        return Path(os.environ.get("STATE_DIRECTORY") or "var")


def directories(context: typer.Context) -> Directories:
    """The folders that the global options name."""
    found = context.find_object(Directories)
    assert found is not None
    return found
