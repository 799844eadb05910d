"""Drives the demo: the pipeline itself over the rounds of seeds/, with real HTTP and SMTP on loopback.

Only three things differ from the daemon: the clock is simulated, the feeds are the samples, and every channel that the
rules name is a mailbox on this machine.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from watcher.clock import SimulatedClock
from watcher.demo.feedserver import FeedServer, Served
from watcher.demo.mailbox import Mailbox, ReceivedMail
from watcher.demo.seeds import Seeds
from watcher.model import Channel, Incident, Position
from watcher.pipeline import CycleReport, run_cycle
from watcher.ports import Setup
from watcher.service import open_ports, take_into_use
from watcher.store import outbox
from watcher.store.database import Database
from watcher.store.incidents import list_incidents

# What a desk waits for company before a digest goes out (rules/routes.yaml), and a little more.
PAUSE = timedelta(minutes=11)
INCIDENTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Round:
    """One polling of all feeds at a simulated moment, and the mails that came of it."""

    moment: datetime
    report: CycleReport
    mails: tuple[ReceivedMail, ...]


@dataclass(frozen=True, slots=True)
class DemoResult:
    """All rounds, the incidents as they stand at the end, and what the sample servers were asked for."""

    rounds: tuple[Round, ...]
    incidents: tuple[Incident, ...]
    served: Served

    @property
    def mails(self) -> tuple[ReceivedMail, ...]:
        return tuple(mail for round_ in self.rounds for mail in round_.mails)


async def run_demo(
    setup: Setup, seeds: Seeds, database: Database, on_round: Callable[[Round], None] = lambda _: None
) -> DemoResult:
    """Run every round, twice each: when the news is out, and when the digests that it made have waited enough.

    ``database`` may hold an earlier run: then nothing is new and nothing is sent.
    """
    clock = SimulatedClock(seeds.rounds[0])
    rounds: list[Round] = []
    async with contextlib.AsyncExitStack() as stack:
        server = await stack.enter_async_context(FeedServer(seeds))
        mailbox = stack.enter_context(Mailbox())
        setup = demo_setup(setup, seeds, server.base_url, mailbox.port)
        ports = await open_ports(stack, setup, database, clock)
        take_into_use(setup, database, clock)
        with database.writing() as session:
            outbox.recover_interrupted(session, clock.now())
        for moment in seeds.rounds:
            server.show_until(moment)
            for now in (moment, moment + PAUSE):
                clock.set(now)
                before = len(mailbox.received)
                report = await run_cycle(ports, setup)
                rounds.append(Round(now, report, mailbox.received[before:]))
                on_round(rounds[-1])
        with database.reading() as session:
            incidents = list_incidents(session, INCIDENTS_SHOWN)
        return DemoResult(tuple(rounds), tuple(reversed(incidents)), server.served)


def demo_setup(setup: Setup, seeds: Seeds, base_url: str, smtp_port: int) -> Setup:
    """The user's setup with the sample feeds, and a loopback mailbox for every channel that a route names."""
    channels = tuple(
        Channel(
            id=channel_id,
            title=channel_id,
            url=(
                f"mailto://127.0.0.1:{smtp_port}/?mode=insecure&from=watcher@desk.example&to={channel_id}@desk.example"
            ),
            origin=Position("demo"),
        )
        for channel_id in dict.fromkeys(channel for route in setup.book.routes for channel in route.channels)
    )
    polling = replace(
        setup.config.polling, private_hosts_allowed=True, host_spacing=timedelta(0)
    )  # the samples are served on 127.0.0.1
    # weeks pass in seconds: a report of each quiet day would hide the news
    routes = tuple(replace(route, reports_when_quiet=False) for route in setup.book.routes)
    setup = replace(setup, book=replace(setup.book, routes=routes))
    return replace(setup, config=replace(setup.config, feeds=seeds.feeds(base_url), channels=channels, polling=polling))
