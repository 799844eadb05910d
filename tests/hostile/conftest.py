"""The desk and its server, for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.desk import Desk, Server
from watcher.rulebook.load import RuleBook


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path, shipped_book: RuleBook, server: Server) -> Iterator[Desk]:
    made = Desk(tmp_path, shipped_book, server)
    yield made
    made.database.close()
