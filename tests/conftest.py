"""What all tests share: no connection beyond this machine, the shipped rules, and small values of the model."""

from __future__ import annotations

import hashlib
import ipaddress
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from watcher.clock import SimulatedClock
from watcher.config import load_config
from watcher.intake import look_up, read_news, store_news
from watcher.model import Feed, FeedId, Incident, Item, ItemId, Position
from watcher.ports import Ports, Setup
from watcher.rulebook.load import RuleBook, load_rulebook
from watcher.store.alerts import alerts_of
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.incidents import changes_of, list_incidents

ROOT = Path(__file__).parent.parent
NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)


def _refuse_the_world(event: str, args: tuple[Any, ...]) -> None:
    """Let no test connect to another machine: an audit hook, which no library can go around."""
    if event != "socket.connect":
        return
    address = args[1]
    if not isinstance(address, tuple):
        return  # a Unix socket
    try:
        is_here = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        is_here = address[0] in ("localhost", "")
    if not is_here:
        raise ConnectionRefusedError(f"tests may connect to this machine only, not to {address[0]}")


sys.addaudithook(_refuse_the_world)


@pytest.fixture(autouse=True)
def _plain_logging() -> Iterator[None]:
    """Each test starts and ends with unconfigured logs."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture(scope="session")
def shipped_book() -> RuleBook:
    """The rules as shipped."""
    book, problems = load_rulebook(ROOT / "rules")
    assert book is not None, "\n".join(str(problem) for problem in problems)
    return book


@pytest.fixture
def wire() -> Feed:
    """A feed to poll."""
    return Feed(
        id=FeedId("wire"),
        name="Wire",
        url="http://127.0.0.1/wire.xml",
        outlet="Wire",
        language="en",
        kind="agency",
        interval=timedelta(minutes=5),
        origin=Position("feeds.yaml", 3, 3),
    )


class Newsroom:
    """A desk with the shipped rules and a real store: items come straight in, as a poll would bring them."""

    def __init__(self, path: Path, setup: Setup) -> None:
        self.setup = setup
        self.database = Database(path)
        self.database.upgrade()

    def publish(
        self,
        outlet: str,
        title: str,
        text: str = "",
        *,
        at: datetime,
        seen_at: datetime | None = None,
        id: str | None = None,  # noqa: A002  it is an id
        language: str | None = "en",
    ) -> ItemId:
        """Take in a new item, or the new wording of a known ``id``, that was published ``at`` this time."""
        feed = Feed(
            id=FeedId(outlet.lower().replace(" ", "-")),
            name=outlet,
            url=f"https://{outlet.lower().replace(' ', '-')}.example/rss",
            outlet=outlet,
            language=language,
            kind="rss",
            interval=timedelta(minutes=5),
            origin=Position("feeds.yaml", 3),
        )
        name = id or f"{outlet}-{at:%d-%H%M}-{len(title)}".lower().replace(" ", "-")
        now = seen_at or at
        item = Item(
            id=ItemId(name),
            feed_id=feed.id,
            source=outlet,
            outlet=outlet,
            title=title,
            text=text,
            url=f"https://{feed.id}.example/{name}",
            language=language,
            published_at=at,
            first_seen_at=now,
            keys=(f"guid:{name}",),
            content_hash=hashlib.sha256(f"{title}\n{text}".encode()).hexdigest(),
        )
        with self.database.writing() as session:
            sync_feeds(session, [feed], now)
            news = look_up(session, feed, (item,))
            store_news(session, self.setup, (news,), read_news(self.setup, (news,)), now)
        return item.id

    def ports_at(self, moment: datetime) -> Ports:
        """The outside at this time, without network and channels."""
        nothing: Any = None
        return Ports(SimulatedClock(moment), nothing, nothing, self.database, jitter=lambda: 0.5)

    def incidents(self) -> tuple[Incident, ...]:
        """All incidents, in the order in which they were opened."""
        with self.database.reading() as session:
            return tuple(sorted(list_incidents(session, 1000), key=lambda incident: incident.id))

    def history(self, incident: Incident) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            return [(change.kind.value, change.detail) for change in changes_of(session, incident.id)]

    def alerts(self, incident: Incident, route: str = "desk") -> list[tuple[str, str | None]]:
        """What a route is owed of an incident, and why it is held."""
        with self.database.reading() as session:
            owed = [alert for alert in alerts_of(session, incident.id) if alert.route_id == route]
        return [(alert.kind.value, alert.held_because) for alert in owed]


@pytest.fixture
def make_newsroom(shipped_book: RuleBook, tmp_path: Path) -> Iterator[Callable[[], Newsroom]]:
    """Makes desks, each with a store of its own."""
    config, problems = load_config(ROOT / "config")
    assert config is not None, problems
    made: list[Newsroom] = []

    def make() -> Newsroom:
        made.append(Newsroom(tmp_path / f"newsroom-{len(made)}.db", Setup(config, shipped_book)))
        return made[-1]

    yield make
    for newsroom in made:
        newsroom.database.close()


@pytest.fixture
def newsroom(make_newsroom: Callable[[], Newsroom]) -> Newsroom:
    return make_newsroom()
