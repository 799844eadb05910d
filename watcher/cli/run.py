"""``watcher run`` and ``watcher once``: the daemon, and one cycle of it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import structlog
import typer  # noqa: TC002  Typer reads the annotations at run time

from watcher.cli.context import directories
from watcher.cli.setup import database_path, load_setup
from watcher.clock import SystemClock
from watcher.errors import StoreError
from watcher.feeds.polling import is_store_reason
from watcher.log import configure_logging
from watcher.pipeline import run_cycle
from watcher.ports import Setup
from watcher.service import Service, open_ports, take_into_use
from watcher.store.database import Database
from watcher.store.outbox import recover_interrupted

log = structlog.get_logger()


def run(context: typer.Context) -> None:
    """Run the daemon in the foreground until SIGTERM or Ctrl-C; SIGHUP reloads rules and config."""
    folders = directories(context)
    setup = load_setup(folders)
    _start_logging(setup)
    path = database_path(folders, setup.config)
    with only_daemon(path.parent), Database(path) as database:
        database.upgrade()
        service = Service(partial(load_setup, folders), setup, database)
        asyncio.run(service.run())


@contextlib.contextmanager
def only_daemon(state: Path) -> Iterator[None]:
    """Hold the state folder for one daemon. Raises: StoreError when another one holds it.

    The lock is the kernel's (flock): it ends with its process, however that ends.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        lock = (state / "daemon.lock").open("a+", encoding="ascii")
    except OSError as error:
        raise StoreError(f"cannot use the state folder {state}: {(error.strerror or str(error)).lower()}") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise StoreError(f"a daemon runs in {state} already: process {lock.read().strip() or 'unknown'}") from error
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def once(context: typer.Context) -> None:
    """Run one full cycle: poll all due feeds, match, compose what is owed, send what is due."""
    folders = directories(context)
    setup = load_setup(folders)
    _start_logging(setup)
    clock = SystemClock()

    async def cycle() -> None:
        async with contextlib.AsyncExitStack() as stack:
            report = await run_cycle(await open_ports(stack, setup, database, clock), setup)
        failed = sum(poll.outcome == "failed" for poll in report.polls)
        new = sum(poll.new_items for poll in report.polls)
        print(
            f"{len(report.polls)} feeds polled, {failed} failed, {new} new items; "
            f"{len(report.digests)} digests composed, {report.sent} messages sent, {report.failed} not sent"
        )
        unstored = next((poll.reason for poll in report.polls if is_store_reason(poll.reason)), None)
        if unstored is not None:
            raise StoreError(f"not everything was stored: {unstored.partition(': ')[2]}")

    with Database(database_path(folders, setup.config)) as database:
        database.upgrade()
        take_into_use(setup, database, clock)
        with database.writing() as session:
            recover_interrupted(session, clock.now(), only_expired=True)
        asyncio.run(cycle())


def _start_logging(setup: Setup) -> None:
    configure_logging(secrets=setup.config.secrets)
    for problem in (*setup.config.problems, *setup.book.problems):
        log.warning("file_doubtful", problem=str(problem))
