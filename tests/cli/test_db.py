"""The commands that look after the database."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from watcher.cli.app import app
from watcher.errors import ConfigError, StoreError
from watcher.store.database import Database
from watcher.store.tables import SCHEMA_REVISION

EVERY_REVISION = ", ".join(f"{number:04}" for number in range(1, int(SCHEMA_REVISION) + 1))

WATCHER_YAML = "version: 1\nstate_directory: {state}\n"
FEEDS_YAML = """version: 1
feeds:
  valley-news: {name: Valley News, url: "https://valley-news.example/rss", kind: news}
"""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_upgrade_makes_the_database_and_is_then_idle(state: Path) -> None:
    first, second = run("--state", state, "db", "upgrade"), run("--state", state, "db", "upgrade")

    assert (first.exit_code, first.stdout) == (0, f"{state}/watcher.db: applied {EVERY_REVISION}\n")
    assert (second.exit_code, second.stdout) == (0, f"{state}/watcher.db: up to date\n")


def test_the_database_is_where_the_config_says(tmp_path: Path, state: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "watcher.yaml").write_text(WATCHER_YAML.format(state=state), encoding="utf-8")
    (config / "feeds.yaml").write_text(FEEDS_YAML, encoding="utf-8")
    (config / "channels.yaml").write_text("version: 1\nchannels: {}\n", encoding="utf-8")

    result = run("--config", config, "db", "upgrade")

    assert (result.exit_code, result.stdout) == (0, f"{state}/watcher.db: applied {EVERY_REVISION}\n")


def test_a_broken_config_is_told_unless_the_state_folder_is_named(tmp_path: Path, state: Path) -> None:
    nowhere = tmp_path / "nowhere"

    assert isinstance(run("--config", nowhere, "db", "upgrade").exception, ConfigError)
    assert run("--config", nowhere, "--state", state, "db", "upgrade").exit_code == 0


def test_backup_copies_to_a_file_that_does_not_exist(tmp_path: Path, state: Path) -> None:
    run("--state", state, "db", "upgrade")
    copy = tmp_path / "copy.db"

    result = run("--state", state, "db", "backup", copy)

    size = copy.stat().st_size
    assert (result.exit_code, result.stdout) == (0, f"{state}/watcher.db: copied to {copy}, {size:,} bytes\n")
    with Database(copy) as database:
        assert database.check() == ()

    again = run("--state", state, "db", "backup", copy)
    assert isinstance(again.exception, StoreError)
    assert str(again.exception) == f"{copy} exists already: name another file, a backup replaces none"


def test_check_of_a_sound_database(state: Path) -> None:
    run("--state", state, "db", "upgrade")

    result = run("--state", state, "db", "check")
    assert (result.exit_code, result.stdout) == (0, f"{state}/watcher.db: sound\n")
    result = run("--state", state, "db", "check", "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {"database": f"{state}/watcher.db", "problems": []},
    )


def test_check_tells_every_problem_and_fails(state: Path) -> None:
    run("--state", state, "db", "upgrade")
    with closing(sqlite3.connect(state / "watcher.db")) as other:
        other.execute("INSERT INTO item_key VALUES ('feed', 'key', 'gone', 0)")
        other.execute("UPDATE alembic_version SET version_num = '0000'")
        other.commit()
    expected = [
        f"{state}/watcher.db: a row of 'item_key' (no number) refers to a row of 'item' that is gone",
        f"{state}/watcher.db has schema 0000, this Watcher needs {SCHEMA_REVISION}: run 'watcher db upgrade'",
    ]

    result = run("--state", state, "db", "check")
    assert (result.exit_code, result.stdout.splitlines()) == (1, expected)
    result = run("--state", state, "db", "check", "--json")
    assert (result.exit_code, json.loads(result.stdout)["problems"]) == (1, expected)


@pytest.mark.parametrize("command", [("check",), ("backup", "copy.db")])
def test_a_missing_database_is_told(state: Path, command: tuple[str, ...]) -> None:
    state.mkdir()
    result = run("--state", state, "db", *command)

    assert isinstance(result.exception, StoreError)
    assert str(result.exception) == f"there is no database at {state}/watcher.db: 'watcher db upgrade' makes one"
    assert list(state.iterdir()) == []
