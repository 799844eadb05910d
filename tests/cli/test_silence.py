"""``watcher silence`` on the shipped rules and a real database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.errors import StoreError, UsageError
from watcher.store.database import Database

REPOSITORY = Path(__file__).parent.parent.parent
WHY = ("--why", "known offensive", "--for", "3 days", "--by", "anna")


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(REPOSITORY)
    with Database(tmp_path / "watcher.db") as database:
        database.upgrade()
    return tmp_path


def run(state: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["--state", str(state), "silence", *words])


def test_a_silence_is_added_listed_and_ended_by_name(state: Path) -> None:
    added = run(state, "add", *WHY, "--place", "marea", "--event", "siege")

    assert added.exit_code == 0, added.output
    assert added.output.startswith("silence 1 until ")
    assert added.output.endswith("UTC: place marea; event siege\n")
    (listed,) = json.loads(run(state, "list", "--json").output)
    assert (listed["author"], listed["reason"], listed["places"]) == ("anna", "known offensive", ["marea"])
    assert "known offensive" in run(state, "list").output

    assert run(state, "expire", "1", "--by", "bert").output == "silence 1: ended\n"
    assert run(state, "list").output == "no silence is in force\n"
    assert "ended by bert" in run(state, "list", "--all").output
    again = run(state, "expire", "1")
    assert (again.exit_code, again.output) == (1, "silence 1: was over already\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "a silence needs something to be about: --place, --event, --watch, --route or --incident"),
        (("--place", "maree"), "unknown place 'maree': did you mean 'marea'?"),
        (("--route", "nowhere"), "unknown route 'nowhere'"),
        (("--incident", "7"), "no incident '7': 'watcher incidents list' shows them"),
        (("--place", "marea", "--for", "40 days"), "--for: a silence lasts up to 30 days, got '40 days'"),
        (("--place", "marea", "--for", "soon"), "--for: write a duration like '10 minutes', got 'soon'"),
    ],
)
def test_what_makes_no_sense_is_refused(state: Path, words: tuple[str, ...], message: str) -> None:
    result = run(state, "add", *WHY, *words)

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == message


def test_a_number_that_is_not_known_is_an_error(state: Path) -> None:
    result = run(state, "expire", "9")

    assert isinstance(result.exception, StoreError)
    assert str(result.exception) == "no silence 9 is stored"
