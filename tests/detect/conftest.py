"""The shipped rules, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest

from watcher.detect.match import Detector
from watcher.rulebook.load import RuleBook, load_rulebook

RULES = Path(__file__).parents[2] / "rules"


@pytest.fixture(scope="session")
def rules() -> RuleBook:
    book, problems = load_rulebook(RULES)
    assert book is not None, problems
    return book


@pytest.fixture(scope="session")
def detector(rules: RuleBook) -> Detector:
    return rules.detector
