"""The root of the command line: global options, the list of commands, and what each failure prints and returns.

Commands are imported only when they are called, so that ``watcher match`` starts fast.
Exit status: 0 fine, 1 the user's mistake or a check that failed, 2 usage, 3 a bug, 130 interrupted.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import io
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from watcher.cli.context import Directories
from watcher.cli.problems import count_of, with_caret
from watcher.errors import ConfigError, WatcherError

# name -> module and attribute (a Typer app for a group, a function for a single command), one-line help
COMMANDS: dict[str, tuple[str, str]] = {
    "run": ("watcher.cli.run:run", "the daemon, in the foreground"),
    "once": ("watcher.cli.run:once", "one full cycle: poll due feeds, match, send what is due"),
    "demo": ("watcher.cli.demo:demo", "the whole pipeline on the sample feeds, over loopback HTTP and SMTP"),
    "match": ("watcher.cli.detection:match", "findings of items given as JSON Lines"),
    "evaluate": ("watcher.cli.detection:evaluate", "precision and recall on labelled JSON Lines"),
    "explain": ("watcher.cli.detection:explain", "why a text gives its findings, and what was held back"),
    "rules": ("watcher.cli.rules:app", "check the rules; print their JSON Schema"),
    "places": ("watcher.cli.places:app", "look up places"),
    "feeds": ("watcher.cli.feeds:app", "list, check, add, remove, import and export feeds; list gaps"),
    "items": ("watcher.cli.items:app", "list and show what is stored, also what is held"),
    "incidents": ("watcher.cli.incidents:app", "list and show incidents"),
    "why": ("watcher.cli.why:why", "from item to delivery: every decision about an incident"),
    "control": ("watcher.cli.control:control", "who holds and besieges each place, and on what evidence"),
    "why-not": ("watcher.cli.why:why_not", "what became of an item, and which step held it"),
    "digest": ("watcher.cli.digest:app", "preview what would go out now"),
    "silence": ("watcher.cli.silence:app", "let alerts wait for a while: add, list, expire"),
    "outbox": ("watcher.cli.outbox:app", "what is owed or given up; queue it again, or drop it"),
    "channels": ("watcher.cli.channels:app", "list channels; send a marked test message"),
    "status": ("watcher.cli.status:status", "feeds, outbox, rules, problems; exit status 1 if unhealthy"),
    "db": ("watcher.cli.db:app", "migrate, back up and check the database"),
}

PLAIN: dict[str, Any] = {"add_completion": False, "pretty_exceptions_enable": False, "rich_markup_mode": None}


class LazyGroup(TyperGroup):
    """Loads a command's module when the command is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        path, summary = COMMANDS[cmd_name]
        module, attribute = path.split(":")
        target: Any = getattr(importlib.import_module(module), attribute)
        if not isinstance(target, typer.Typer):
            single = typer.Typer(**PLAIN)
            single.command(name=cmd_name)(target)
            target = single
        command = typer.main.get_command(target)
        command.name = cmd_name
        command.short_help = summary
        return command

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


app = typer.Typer(cls=LazyGroup, **PLAIN)


def _print_version(wanted: bool) -> None:
    if wanted:
        from watcher.detect import match  # noqa: PLC0415  loaded only when it is asked about

        form = "from source" if str(match.__file__).endswith(".py") else "compiled"
        print(f"watcher {importlib.metadata.version('watcher')} (detection {form})")
        raise typer.Exit


@app.callback(help="Watches news feeds for places that change hands and sieges that begin or end.")
def root(
    context: typer.Context,
    config: Annotated[Path, typer.Option(help="Folder of watcher.yaml, feeds.yaml, channels.yaml.")] = Path("config"),
    rules: Annotated[Path, typer.Option(help="Folder of the officers' rules.")] = Path("rules"),
    state: Annotated[
        Path | None,
        typer.Option(help="Folder of watcher.db.", show_default="watcher.yaml, $STATE_DIRECTORY or ./var"),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", is_eager=True, callback=_print_version)
    ] = False,
) -> None:
    del version  # its callback has ended the program
    context.obj = Directories(config=config, rules=rules, state=state)


def main() -> None:
    """Run the command line and exit with the status that the failure deserves."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Arabic still gets its answer
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            print(with_caret(problem), file=sys.stderr)
        print(count_of(error.problems), file=sys.stderr)
        sys.exit(1)
    except WatcherError as error:
        print(f"watcher: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception:  # noqa: BLE001  the last line of defence: a bug is told as a bug, with its trace
        traceback.print_exc()
        print("watcher: this is a bug in Watcher; please report it with the lines above", file=sys.stderr)
        sys.exit(3)
