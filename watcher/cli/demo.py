"""``watcher demo``: runs the sample feeds through the pipeline and shows what a watch desk would have received."""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.rule import Rule
from rich.table import Table

from watcher.alerts.names import make_names
from watcher.alerts.wording import what_happened
from watcher.cli.console import make_console
from watcher.cli.context import directories
from watcher.cli.setup import DATABASE_NAME, load_setup
from watcher.demo.mailbox import ReceivedMail
from watcher.demo.run import DemoResult, Round, run_demo
from watcher.demo.seeds import load_seeds
from watcher.log import configure_logging
from watcher.ports import Setup
from watcher.store.database import Database

if TYPE_CHECKING:
    from rich.console import Console


def demo(
    context: typer.Context,
    seeds: Annotated[Path, typer.Option(help="Folder of the sample feeds.")] = Path("seeds"),
) -> None:
    """Run the whole pipeline on the sample feeds, over loopback HTTP and SMTP, and print the digests.

    The state goes to a new temporary folder, or to --state: run twice with the same --state, and the second run
    sends nothing.
    """
    folders = directories(context)
    console = make_console()
    setup = load_setup(folders)
    samples = load_seeds(seeds)
    state = folders.state or Path(tempfile.mkdtemp(prefix="watcher-demo-"))
    state.mkdir(parents=True, exist_ok=True)
    started = perf_counter()
    with (
        (state / "demo.log").open("a", encoding="utf-8") as log_file,
        Database(state / DATABASE_NAME) as database,
        _progress(console) as progress,
    ):
        configure_logging(stream=log_file)
        database.upgrade()
        task = progress.add_task("polling", total=2 * len(samples.rounds))

        def show(round_: Round) -> None:
            progress.update(task, advance=1, description=f"{round_.moment:%a %d %b %Y %H:%M}")

        result = asyncio.run(run_demo(setup, samples, database, show))
    elapsed_s = perf_counter() - started
    for number, mail in enumerate(result.mails, 1):
        _print_mail(console, mail, number, len(result.mails))
    _print_incidents(console, result, setup)
    _print_summary(console, result, state, _write_html(result, state), elapsed_s)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=console, transient=True
    )


def _print_mail(console: Console, mail: ReceivedMail, number: int, total: int) -> None:
    console.print(Rule(f"mail {number} of {total}"))
    for name in ("From", "To", "Date", "Subject"):
        console.print(f"{name}: {mail.message[name]}", markup=False, soft_wrap=True)
    console.print()
    console.print(mail.text, markup=False, soft_wrap=True)


def _print_incidents(console: Console, result: DemoResult, setup: Setup) -> None:
    names = make_names(setup.book.gazetteer, setup.book.actors)
    table = Table(
        "incident", "what happened", "event date", "state", "outlets", title="Incidents", title_justify="left"
    )
    for incident in result.incidents:
        table.add_row(
            incident.id,
            what_happened(incident, names),
            "" if incident.event_date is None else incident.event_date.isoformat(),
            f"{incident.status.value}, {incident.state.value}",
            f"{len(incident.outlets)}: {', '.join(incident.outlets)}",
        )
    console.print(table)


def _write_html(result: DemoResult, state: Path) -> Path:
    """Write each mail's HTML to the state folder, for a look in a browser."""
    folder = state / "mails"
    folder.mkdir(exist_ok=True)
    for number, mail in enumerate(result.mails, 1):
        name = re.sub(r"[^\w]+", "-", str(mail.message["Subject"])).strip("-").lower()[:60]
        (folder / f"{number:02}-{name}.html").write_text(mail.html, encoding="utf-8")
    return folder


def _print_summary(console: Console, result: DemoResult, state: Path, html: Path, elapsed_s: float) -> None:
    polls = [poll for round_ in result.rounds for poll in round_.report.polls]
    failed = {poll.feed_id: poll.reason for poll in polls if poll.outcome == "failed"}
    console.print(
        f"{len(polls)} polls in {len(result.rounds)} cycles: {sum(poll.new_items for poll in polls)} new items, "
        f"{sum(poll.edited_items for poll in polls)} edited, {result.served.not_modified} times not modified (304).",
        soft_wrap=True,
    )
    for feed, reason in failed.items():
        console.print(f"Feed {feed} failed: {reason}", markup=False, soft_wrap=True)
    console.print(
        f"{len(result.mails)} mails received over SMTP, {len(result.incidents)} incidents, {elapsed_s:.1f} s."
    )
    console.print(
        f"To look at: {html} (HTML), {state / DATABASE_NAME} (database), {state / 'demo.log'} (log)", soft_wrap=True
    )
    console.print(f"For example: watcher --state {state} why {result.incidents[0].id}" if result.incidents else "")
