"""The daemon: one scheduler, seven jobs, four signals. It decides nothing about news; ``pipeline`` does.

Jobs: *poll* claims the feeds that are due, *read_pages* reads the pages behind items, *send* composes and delivers what
is due, *review* tells of feed problems, *beat* tells systemd and the store that we live, *close* closes incidents of
which nothing is told any more, *housekeep* prunes the poll log. SIGTERM and SIGINT end the service within seconds,
after what is being sent; SIGHUP reloads rules and config, and keeps the last good ones when the new are bad.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import resource
import signal
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, timedelta
from functools import partial
from ipaddress import ip_network

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from watcher import systemd
from watcher.clock import Clock, SystemClock
from watcher.composing import compose_due_digests
from watcher.config import Config
from watcher.deliver.channels import AppriseNotifier
from watcher.errors import ConfigError
from watcher.feeds.fetch import Fetcher
from watcher.feeds.worker import Workers
from watcher.filing import close_quiet_incidents
from watcher.pages import read_due_pages
from watcher.pipeline import housekeep, poll_due_feeds, review
from watcher.ports import Notifier, Ports, Setup
from watcher.sending import deliver_due
from watcher.store import outbox
from watcher.store.database import Database
from watcher.store.feeds import release_claims, sync_feeds
from watcher.store.hosts import resting_hosts
from watcher.store.rules import record_rules
from watcher.store.service import note_beat, note_reload, note_start, note_stop

log = structlog.get_logger()

READ_PAGES_EVERY = timedelta(seconds=5)
SEND_EVERY = timedelta(seconds=5)
REVIEW_EVERY = timedelta(minutes=1)  # reads every feed's state: 0.2 s of 2,000 feeds
BEAT_EVERY = timedelta(seconds=30)
CLOSE_EVERY = timedelta(hours=1)
HOUSEKEEP_EVERY = timedelta(hours=24)
OPEN_FILES = 16_384
POLLS_AT_ONCE = 4  # a round of polls that waits for a slow feed does not hold up the next ones
SENDS_AT_ONCE = 20  # a round that waits for a slow channel does not hold up the others; no channel is in two
GRACE = timedelta(seconds=20)  # for what is under way when we are told to stop; TimeoutStopSec in the unit is longer


async def open_ports(
    stack: contextlib.AsyncExitStack, setup: Setup, database: Database, clock: Clock, notifier: Notifier | None = None
) -> Ports:
    """Make the real ports for a setup; ``stack`` closes them. A ``notifier`` that exists already is used on."""
    _allow_open_files()
    with database.reading() as session:
        resting = resting_hosts(session, clock.now())
    http = await stack.enter_async_context(open_fetcher(setup.config, resting))
    parser = await stack.enter_async_context(Workers())
    if notifier is None:
        notifier = make_notifier(setup, clock)
    return Ports(clock=clock, http=http, notifier=notifier, database=database, jitter=random.random, parser=parser)


def _allow_open_files() -> None:
    """Raise the soft limit, 1,024 as a rule: a round of a thousand feeds may hold a connection to each host."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def open_fetcher(config: Config, resting: Mapping[str, timedelta] | None = None) -> Fetcher:
    """A fetcher as the config wants it; an async context manager. ``resting`` hosts want to be left alone."""
    polling = config.polling
    return Fetcher(
        deadline=polling.deadline,
        max_bytes=polling.max_bytes,
        user_agent=polling.user_agent,
        concurrency=polling.concurrency,
        private_hosts_allowed=polling.private_hosts_allowed,
        allowed_networks=tuple(ip_network(network) for network in polling.allowed_networks),
        settings=config.http_settings,
        spacing=polling.host_spacing,
        resting=resting,
    )


def make_notifier(setup: Setup, clock: Clock) -> AppriseNotifier:
    """A notifier for the channels of a setup."""
    return AppriseNotifier(setup.config.channels, setup.config.alerts.send_deadline, clock=clock)


def take_into_use(setup: Setup, database: Database, clock: Clock) -> None:
    """Make the store know the feeds and rules of a setup."""
    now = clock.now()
    with database.writing() as session:
        sync_feeds(session, setup.config.feeds, now)
        record_rules(session, setup.book.version, now, setup.book.files)


class Service:
    """Runs the pipeline from ``run()`` until a signal. ``load`` reads the user's files, and raises ConfigError."""

    def __init__(self, load: Callable[[], Setup], setup: Setup, database: Database, clock: Clock | None = None) -> None:
        self._load = load
        self._setup = setup
        self._database = database
        self._clock = clock or SystemClock()
        self._notifier = make_notifier(setup, self._clock)
        self._stopping = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Work until a signal says stop, then end cleanly.

        Raises: StoreError when the database cannot be used at the start.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_wanted.set)
        self._start()
        try:
            while not self._stopping.is_set():
                await self._work_with(self._setup)
        finally:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
                loop.remove_signal_handler(number)
            await loop.shutdown_default_executor()  # a transaction that a thread has begun is finished first
            with self._database.writing() as session:
                note_stop(session, self._clock.now())
            log.info("service_stopped")

    def stop(self) -> None:
        """Ask for a clean end, as SIGTERM does."""
        self._stopping.set()

    def _start(self) -> None:
        now = self._clock.now()
        take_into_use(self._setup, self._database, self._clock)
        with self._database.writing() as session:
            release_claims(session)
            interrupted = outbox.recover_interrupted(session, now)
            outbox.hasten_owed(session, now)
            note_start(session, now, os.getpid(), self._setup.book.version, self._setup.config.version)
        log.info(
            "service_started",
            feeds=len(self._setup.config.feeds),
            channels=len(self._setup.config.channels),
            rules=self._setup.book.version,
            interrupted_deliveries=interrupted,
        )

    async def _work_with(self, setup: Setup) -> None:
        """Run the jobs with one setup and its ports until we are stopped or a reload brings another setup."""
        async with contextlib.AsyncExitStack() as stack:
            ports = await open_ports(stack, setup, self._database, self._clock, self._notifier)
            scheduler = self._schedule(ports, setup)
            scheduler.start()
            systemd.notify("READY=1", f"STATUS={len(setup.config.feeds)} feeds, rules {setup.book.version}")
            while not self._stopping.is_set() and self._setup is setup:
                await self._wait_for_a_signal()
                if self._reload_wanted.is_set():
                    self._reload_wanted.clear()
                    await asyncio.to_thread(self._reload)
            if self._stopping.is_set():
                systemd.notify("STOPPING=1")
                log.info("service_stopping", jobs=len(self._running))
            scheduler.pause()
            await self._finish_jobs()
            scheduler.shutdown(wait=False)

    async def _wait_for_a_signal(self) -> None:
        waiting = [asyncio.ensure_future(event.wait()) for event in (self._stopping, self._reload_wanted)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for waiter in waiting:
            waiter.cancel()

    def _reload(self) -> None:
        """Read the user's files again; when they are bad, say so and keep the setup that is in use."""
        systemd.notify("RELOADING=1")
        now = self._clock.now()
        try:
            setup = self._load()
        except ConfigError as error:
            log.error("rules_rejected", problems=[str(one) for one in error.problems])  # noqa: TRY400  no bug
            with self._database.writing() as session:
                note_reload(session, now, rejected=str(error))
            systemd.notify("READY=1", "STATUS=the edited files were rejected, the former ones are in force")
            return
        take_into_use(setup, self._database, self._clock)
        with self._database.writing() as session:
            note_reload(session, now, rules_version=setup.book.version, config_version=setup.config.version)
            outbox.hasten_owed(session, now)
        if _sends_otherwise(setup, self._setup):  # else kept: it knows what is being sent
            self._notifier = make_notifier(setup, self._clock)
        self._setup = setup
        log.info("service_reloaded", feeds=len(setup.config.feeds), rules=setup.book.version)

    def _schedule(self, ports: Ports, setup: Setup) -> AsyncIOScheduler:
        """The jobs. A run that comes late still runs (no grace time), and missed runs count as one."""
        scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )
        jobs: tuple[tuple[str, Callable[[], Awaitable[object]], timedelta, int], ...] = (
            ("poll", partial(poll_due_feeds, ports, setup), setup.config.polling.tick, POLLS_AT_ONCE),
            ("read_pages", partial(read_due_pages, ports, setup), READ_PAGES_EVERY, POLLS_AT_ONCE),
            ("send", partial(self._send, ports, setup, asyncio.Lock()), SEND_EVERY, SENDS_AT_ONCE),
            ("review", partial(asyncio.to_thread, review, ports, setup), REVIEW_EVERY, 1),
            ("beat", partial(_beat, ports), systemd.watchdog_interval() or BEAT_EVERY, 1),
            ("close", partial(asyncio.to_thread, close_quiet_incidents, ports, setup), CLOSE_EVERY, 1),
            ("housekeep", partial(asyncio.to_thread, housekeep, ports, setup), HOUSEKEEP_EVERY, 1),
        )
        for name, job, every, instances in jobs:
            scheduler.add_job(
                self._tracked,
                "interval",
                args=(name, job),
                id=name,
                seconds=every.total_seconds(),
                next_run_time=self._clock.now(),
                max_instances=instances,
            )
        return scheduler

    async def _send(self, ports: Ports, setup: Setup, composing: asyncio.Lock) -> None:
        if not composing.locked():
            async with composing:
                await asyncio.to_thread(compose_due_digests, ports, setup)
        await deliver_due(ports, setup, is_stopping=self._stopping.is_set)

    async def _tracked(self, name: str, job: Callable[[], Awaitable[object]]) -> None:
        """Run a job so that a stop can wait for it; an error is logged, and the job runs again at its next time."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            await job()
        except Exception:
            log.exception("job_failed", job=name)
        finally:
            self._running.discard(task)

    async def _finish_jobs(self) -> None:
        if self._running:
            _, unfinished = await asyncio.wait(self._running, timeout=GRACE.total_seconds())
            if unfinished:
                log.warning("jobs_cut_off", jobs=len(unfinished))


def _sends_otherwise(new: Setup, old: Setup) -> bool:
    return (new.config.channels, new.config.alerts) != (old.config.channels, old.config.alerts)


async def _beat(ports: Ports) -> None:
    def note() -> None:
        with ports.database.writing() as session:
            note_beat(session, ports.clock.now())

    await asyncio.to_thread(note)
    systemd.notify("WATCHDOG=1")
