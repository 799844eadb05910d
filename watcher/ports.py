"""What the pipeline works with: the outside as ``Ports``, the user's files as ``Setup``. No logic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from watcher.alerts.routes import fallback_route
from watcher.clock import Clock
from watcher.config import Config
from watcher.feeds.extract import article_text
from watcher.feeds.reading import Contents, Source, read_source
from watcher.feeds.recall import Recall
from watcher.model import ChannelId, DeliveryId, Failure, FetchRequest, Message, Response, Route, SendResult
from watcher.rulebook.load import RuleBook
from watcher.store.database import Database


class Http(Protocol):
    """Fetches one URL; what a server does wrong is a ``Failure``, never an exception."""

    async def fetch(self, request: FetchRequest) -> Response | Failure: ...


class Parser(Protocol):
    """Finds the items of a feed, or a page's article; what is wrong with it is a ``Failure``, never an exception."""

    async def read(self, source: Source) -> Contents | Failure: ...

    async def article(self, source: str, url: str) -> str | Failure: ...


class ParserInProcess:
    """Parses where it is called: for tests and single documents. The daemon's parser can be killed (feeds/worker)."""

    async def read(self, source: Source) -> Contents | Failure:
        return read_source(source)

    async def article(self, source: str, url: str) -> str | Failure:
        return article_text(source, url)


class Notifier(Protocol):
    """Hands one message to one channel; what a channel does wrong is a ``SendResult``, never an exception."""

    def lay_out(self, channel_id: ChannelId, message: Message) -> tuple[str, ...]:
        """The texts of the messages that it takes to tell ``message`` in this channel."""
        ...

    async def send(
        self,
        channel_id: ChannelId,
        message: Message,
        delivery_id: DeliveryId,
        *,
        possible_repeat: bool,
        number: tuple[int, int],
        hand_over: Callable[[], None],
        answer_late: Callable[[SendResult], None],
    ) -> SendResult:
        """``hand_over`` is called just before it goes out, ``answer_late`` when an answer comes after the deadline."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything outside: made in service.py, in the demo and in tests. ``jitter`` gives a number from 0 to 1."""

    clock: Clock
    http: Http
    notifier: Notifier
    database: Database
    jitter: Callable[[], float]
    parser: Parser = field(default_factory=ParserInProcess)
    recall: Recall = field(default_factory=Recall)


@dataclass(frozen=True, slots=True)
class Setup:
    """What the user's files say now; a reload puts a new one in the old one's place."""

    config: Config
    book: RuleBook

    @property
    def routes(self) -> tuple[Route, ...]:
        """The officers' routes and, last, the built-in one for what none of them takes."""
        return (*self.book.routes, fallback_route(channel.id for channel in self.config.channels))
