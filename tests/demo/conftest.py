"""The shipped sample feeds, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.demo.seeds import Seeds, load_seeds

DIRECTORY = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="session")
def seeds() -> Seeds:
    return load_seeds(DIRECTORY)
