"""``watcher db upgrade|backup|check``: migrate the database, copy it while in use, look for damage."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from watcher.cli.context import directories
from watcher.cli.setup import database_path_without_rules
from watcher.store.database import Database

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.command("upgrade")
def upgrade_command(context: typer.Context) -> None:
    """Make the database, or migrate it to what this program needs; the former state is kept beside it."""
    with _database(context) as database:
        existed = database.path.exists() and database.path.stat().st_size > 0
        applied = database.upgrade()
        if not applied:
            print(f"{database.path}: up to date")
            return
        print(f"{database.path}: applied {', '.join(applied)}")
        if existed:
            print(f"the state before is in {database.former_state}")


@app.command("backup")
def backup_command(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The copy to make; an existing file is not replaced.")],
) -> None:
    """Copy the database to FILE, whole and consistent, while the daemon goes on."""
    with _database(context) as database, Progress(console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("copying", total=None)
        database.backup(file, lambda remaining, total: progress.update(bar, total=total, completed=total - remaining))
        print(f"{database.path}: copied to {file}, {file.stat().st_size:,} bytes")


@app.command("check")
def check_command(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Look for damaged pages and indexes, rows that point to nothing, an outdated schema; exit status 1 if any."""
    with _database(context) as database:
        problems = database.check()
        if json_output:
            print(json.dumps({"database": str(database.path), "problems": problems}, ensure_ascii=False, indent=2))
        else:
            print("\n".join(problems) if problems else f"{database.path}: sound")
    if problems:
        raise typer.Exit(1)


def _database(context: typer.Context) -> Database:
    return Database(database_path_without_rules(directories(context)))
