"""How fast feeds are polled, beside the peer ``reader``: 1,000 feeds of 30 items, with matching and storing.

Run it by ``python -m benchmarks polling``; ``WATCHER_POLLING_FEEDS`` asks for another number of feeds. Both programs
poll the same server in one run, each in a process of its own, with everything new, with nothing changed, and with one
new item in each feed; Watcher also with 100 ms of latency, and for twenty rounds to see whether its memory grows.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._feed_server import address
from benchmarks._feeds import ITEMS, ROOT
from benchmarks._peers import peer_python
from benchmarks._processes import Process
from watcher.rulebook.files import read_rules

FEEDS = int(os.environ.get("WATCHER_POLLING_FEEDS", "1000"))
START = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=8)
LATENCY_S = 0.1
ROUNDS = 20
PEER_WORKERS = {0.0: 1, LATENCY_S: 64}  # with which the peer is fastest


@dataclass(frozen=True, slots=True)
class Poll:
    """What one round of all feeds cost."""

    seconds: float
    cpu_s: float
    server_cpu_s: float
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Polls:
    """The three kinds of round."""

    first: Poll
    same: Poll
    one: Poll


def main() -> None:
    """Measure and print."""
    print(f"{FEEDS:,} feeds of {ITEMS} items; seconds of wall clock and CPU, the server's CPU apart")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _server() as (server, port):
            ours, slow = (_polls(_ours(folder, port, latency_s), server, latency_s) for latency_s in (0.0, LATENCY_S))
            theirs, slowed = (
                _polls(_reader(folder, port, latency_s), server, latency_s) for latency_s in (0.0, LATENCY_S)
            )
            _print("Watcher", ours)
            _print(f"reader, {PEER_WORKERS[0.0]} worker", theirs)
            _print(f"Watcher, {LATENCY_S * 1000:g} ms latency", slow)
            _print(f"reader, {PEER_WORKERS[LATENCY_S]} workers, {LATENCY_S * 1000:g} ms latency", slowed)
            _compare(ours, slow, theirs, slowed)
            _rounds(_ours(folder, port, 1.0), server)


@contextmanager
def _server() -> Iterator[tuple[Process, int]]:
    places = sorted(name for place in read_rules(ROOT / "rules").places for name in place.names if name.isascii())
    with Process([sys.executable, "-m", "benchmarks._feed_server", str(FEEDS), START.isoformat(), *places], ROOT) as it:
        yield it, int(it.answer())


def _ours(folder: Path, port: int, latency_s: float) -> Process:
    state = folder / f"watcher-{latency_s:g}"
    state.mkdir()
    start = "from benchmarks._poller import main; main()"  # no main module that the parsing processes would import
    return Process([sys.executable, "-c", start, state, str(FEEDS), str(port), START.isoformat()], ROOT)


def _reader(folder: Path, port: int, latency_s: float) -> Process:
    script, database = Path(__file__).with_name("_reader_poller.py"), folder / f"reader-{latency_s:g}.db"
    urls = [address(feed, port) for feed in range(FEEDS)]
    return Process([peer_python("reader"), script, database, str(PEER_WORKERS[latency_s]), *urls], folder)


def _polls(program: Process, server: Process, latency_s: float) -> Polls:
    server.ask(f"latency {latency_s}")
    server.ask("edition 0")
    with program:
        program.answer()
        first = _poll(program, server, expected=ITEMS * FEEDS)
        same = _poll(program, server, expected=0)
        server.ask("edition 1")
        return Polls(first, same, _poll(program, server, expected=FEEDS))


def _poll(program: Process, server: Process, *, expected: int) -> Poll:
    cpu_s, server_cpu_s = program.cpu_s(), server.cpu_s()
    done = json.loads(program.ask("round"))
    if done["polls"] != FEEDS or done["new"] != expected or done["failed"]:
        raise RuntimeError(f"expected {FEEDS} polls and {expected} new items, got {done}")
    return Poll(done["seconds"], program.cpu_s() - cpu_s, server.cpu_s() - server_cpu_s, program.peak_mb)


def _rounds(program: Process, server: Process) -> None:
    """Memory over many rounds, each with a new item in every feed."""
    server.ask("latency 0")
    server.ask("edition 0")
    resident = []
    with program:
        program.answer()
        _poll(program, server, expected=ITEMS * FEEDS)
        for number in range(1, ROUNDS + 1):
            server.ask(f"edition {number}")
            _poll(program, server, expected=FEEDS)
            resident.append(program.memory_mb())
        peak = program.peak_mb
    told = ", ".join(f"{megabytes:.0f}" for megabytes in resident[:: ROUNDS // 5])
    print(f"memory after rounds 1, {1 + ROUNDS // 5}, …: {told}, last {resident[-1]:.0f} MB; peak {peak:.0f} MB")


def _print(program: str, polls: Polls) -> None:
    print(f"{program:36} {'wall s':>8} {'CPU s':>8} {'feeds/s':>8} {'server CPU s':>13} {'peak MB':>8}")
    for kind, poll in (("first: all new", polls.first), ("same: 304", polls.same), ("one new item", polls.one)):
        rate = FEEDS / poll.seconds
        figures = f"{poll.seconds:8.2f} {poll.cpu_s:8.2f} {rate:8.0f} {poll.server_cpu_s:13.2f} {poll.peak_mb:8.0f}"
        print(f"  {kind:34} {figures}", flush=True)


def _compare(ours: Polls, slow: Polls, theirs: Polls, slowed: Polls) -> None:
    print("times as fast as reader" + f"{'first':>18} {'same':>8} {'one':>8}")
    for latency, one, other in (("no latency", ours, theirs), (f"{LATENCY_S * 1000:g} ms", slow, slowed)):
        print(f"  {latency:34}" + " ".join(f"{ratio:8.2f}" for ratio in _ratios(other, one)))
    print("with latency, of the time without" + "".join(f"{ratio:9.2f}" for ratio in _ratios(slow, ours)))


def _ratios(above: Polls, below: Polls) -> Sequence[float]:
    return tuple(
        one.seconds / other.seconds
        for one, other in ((above.first, below.first), (above.same, below.same), (above.one, below.one))
    )


if __name__ == "__main__":
    main()
