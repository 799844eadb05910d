"""kill -9 at random moments between poll and acknowledgement: every incident arrives, at most one repeat, marked."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.deliver.conftest import MailServer
from tests.end_to_end.conftest import ROOT, FeedSite, Site, wait_until
from watcher.demo.mailbox import LOOPBACK, FreePortController
from watcher.model import DeliveryState
from watcher.rulebook.load import RuleBook
from watcher.store.database import Database
from watcher.store.incidents import list_incidents
from watcher.store.outbox import list_deliveries

KILLS = int(os.environ.get("WATCHER_KILLS", "10"))  # "make acceptance" wants 100
SEED = 20160609
LIFE_S = 1.2
SLOWEST_ANSWER_S = 0.15


class SlowMailServer(MailServer):
    """Takes its time before it acknowledges: kills shall hit there, too."""

    chance = random.Random(SEED)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        self.data_delay = self.chance.uniform(0, SLOWEST_ANSWER_S)
        return await super().handle_DATA(server, session, envelope)


class Daemons:
    """Daemons one after the other, each in a process of its own."""

    def __init__(self, folder: Path) -> None:
        script = ROOT / "tests" / "end_to_end" / "fork_daemons.py"
        self._log = (folder / "log.jsonl").open("w")
        self._forks = subprocess.Popen(
            [sys.executable, str(script), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self.process = 0

    def start(self) -> None:
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        print("start", file=self._forks.stdin, flush=True)
        self.process = int(self._forks.stdout.readline())

    def kill(self) -> None:
        assert self._forks.stdout is not None
        os.kill(self.process, signal.SIGKILL)
        assert self._forks.stdout.readline() == "dead\n"

    def close(self) -> None:
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._forks.stdin.close()
        self._forks.wait()
        self._forks.stdout.close()
        self._log.close()


def _places(book: RuleBook) -> list[str]:
    """Names that need no context, each of another place."""
    kinds = ("town", "village")
    return [
        place.names[0]
        for place in book.gazetteer
        if place.kind in kinds and not place.needs_context and not place.weak_names and place.names[0].isascii()
    ]


@pytest.fixture
def folder(tmp_path: Path, feed: FeedSite) -> Path:
    site = Site(tmp_path, feed.url, 9)
    text = (site.config / "watcher.yaml").read_text()
    (site.config / "watcher.yaml").write_text(text.replace("interval: 1 minute", "interval: 1 second"))
    return tmp_path


def _is_settled(database: Database) -> bool:
    with database.reading() as session:
        deliveries = list_deliveries(session, 10_000)
        incidents = list_incidents(session, 10_000)
    waiting = [one for one in deliveries if one.state.is_owed or one.state is DeliveryState.SENDING]
    return bool(incidents) and not waiting


def test_deliveries_killed_at_random_moments_all_arrive_and_repeat_once_at_most(
    folder: Path, feed: FeedSite, shipped_book: RuleBook
) -> None:
    chance = random.Random(SEED)
    places = _places(shipped_book)[: KILLS + 1]
    server = SlowMailServer()
    controller = FreePortController(server, hostname=LOOPBACK, port=0)
    controller.start()
    channels = folder / "config" / "channels.yaml"
    channels.write_text(channels.read_text().replace(":9/", f":{controller.port}/"))
    daemons = Daemons(folder)
    published: list[str] = []
    try:
        with Database(folder / "state" / "watcher.db") as database:
            for place in places[:-1]:
                published.append(f"Rebels captured {place} from Islamic State")
                feed.publish(*published)
                asked = feed.requests
                daemons.start()
                time.sleep(chance.uniform(0, LIFE_S))
                if feed.requests == asked and chance.random() < 0.5:  # half of the kills hit the start as it is
                    wait_until(lambda asked=asked: feed.requests > asked, "a poll")  # type: ignore[misc]
                daemons.kill()
            published.append(f"Rebels captured {places[-1]} from Islamic State")
            feed.publish(*published)
            daemons.start()
            told = f"Incident: i{len(places):06}"
            wait_until(lambda: any(told in mail.text for mail in server.received), "the last incident")
            wait_until(lambda: _is_settled(database), "an outbox that owes nothing")
            daemons.kill()
            with database.reading() as session:
                incidents = [incident.id for incident in list_incidents(session, 10_000)]
            assert database.check() == ()
    finally:
        daemons.close()
        controller.stop()

    assert len(incidents) == len(places)
    first, marked = Counter[str](), Counter[str]()
    for mail in server.received:
        is_marked = str(mail.message["Subject"]).startswith("[possible repeat]")
        (marked if is_marked else first).update(id_ for id_ in incidents if f"Incident: {id_}" in mail.text)
    assert set(first) | set(marked) == set(incidents)
    assert {id_: times for id_, times in first.items() if times > 1} == {}
    assert {id_: times for id_, times in marked.items() if times > 1} == {}
