"""What all tests share: no connection beyond this machine, the shipped rules, and small values of the model."""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from watcher.model import Feed, FeedId, Position
from watcher.rulebook.load import RuleBook, load_rulebook

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
