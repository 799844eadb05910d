"""Watcher in a process of its own, for the polling benchmark: each line on standard input is one round of all feeds.

Its arguments: FOLDER COUNT PORT START. The setup is the shipped one with the invented feeds, the
ports are the daemon's own, logs go to a file as under systemd; only the clock is moved on between rounds, so that every
feed is due. It answers each line with one line of JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from benchmarks._feed_server import address
from benchmarks._feeds import EVERY, ROOT
from watcher.cli.context import Directories
from watcher.cli.setup import load_setup
from watcher.clock import SimulatedClock
from watcher.log import configure_logging
from watcher.model import FeedId
from watcher.pipeline import poll_due_feeds
from watcher.ports import Setup
from watcher.service import open_ports, take_into_use
from watcher.store.database import Database


def main() -> None:
    folder, count, port, start = sys.argv[1:]
    with Path(folder, "log").open("w", encoding="utf-8") as stream, Database(Path(folder, "watcher.db")) as database:
        configure_logging(stream=stream)
        database.upgrade()
        asyncio.run(_poll(_setup(int(count), int(port)), database, datetime.fromisoformat(start)))


def _setup(count: int, port: int) -> Setup:
    setup = load_setup(Directories(config=ROOT / "config", rules=ROOT / "rules", state=None))
    feeds = tuple(
        replace(
            setup.config.feeds[0],
            id=FeedId(f"feed-{number}"),
            name=f"Outlet {number}",
            outlet=f"Outlet {number}",
            url=address(number, port),
            language=None,
            interval=EVERY * 0.9,
            tier=1,
        )
        for number in range(count)
    )
    polling = replace(setup.config.polling, allowed_networks=("127.0.0.0/8",))
    return replace(setup, config=replace(setup.config, feeds=feeds, polling=polling))


async def _poll(setup: Setup, database: Database, start: datetime) -> None:
    clock = SimulatedClock(start)
    take_into_use(setup, database, clock)
    async with contextlib.AsyncExitStack() as stack:
        ports = await open_ports(stack, setup, database, clock)
        print("ready", flush=True)
        while await asyncio.to_thread(sys.stdin.readline):
            began_s = time.perf_counter()
            records = await poll_due_feeds(ports, setup)
            took_s = time.perf_counter() - began_s
            new = sum(record.new_items for record in records)
            failed = next((record.reason for record in records if record.outcome == "failed"), None)
            print(json.dumps({"seconds": took_s, "polls": len(records), "new": new, "failed": failed}), flush=True)
            clock.advance(EVERY)
