"""Servers with moods, and a desk on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deliver.conftest import mail_server, web_server
from tests.end_to_end.conftest import feed
from tests.faults.desk import Desk
from watcher.rulebook.load import RuleBook

__all__ = ["feed", "mail_server", "web_server"]

MakeDesk = Callable[..., Desk]


@pytest.fixture
def make_desk(tmp_path: Path, shipped_book: RuleBook) -> Iterator[MakeDesk]:
    made: list[Desk] = []

    def make(urls: dict[str, str], **options: Any) -> Desk:
        made.append(Desk(tmp_path, shipped_book, urls, **options))
        return made[-1]

    yield make
    for desk in made:
        desk.database.close()
