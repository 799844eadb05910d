"""Where the servers are that ``make acceptance`` has installed, and the fixtures of the tests that the runs share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import shipped_book
from tests.faults.conftest import make_desk

__all__ = ["make_desk", "shipped_book"]


@pytest.fixture(scope="session")
def servers() -> Path:
    """The folder that WATCHER_SERVERS names."""
    return Path(os.environ["WATCHER_SERVERS"])
