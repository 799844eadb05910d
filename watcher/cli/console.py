"""Where commands print: a terminal, or a file or program that says no width."""

from __future__ import annotations

from rich.console import Console

WIDTH_OFF_A_TERMINAL = 160


def make_console() -> Console:
    """A console that gives tables room where no terminal says how wide it is."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH_OFF_A_TERMINAL)
