from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.demo.mailbox import Mailbox
from watcher.errors import ConfigError, UsageError

WATCHER_YAML = "version: 1\n"
FEEDS_YAML = """version: 1
feeds:
  qalam: {name: Qalam, url: "https://qalam.example/feed", kind: news}
"""


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "watcher.yaml").write_text(WATCHER_YAML, encoding="utf-8")
    (folder / "feeds.yaml").write_text(FEEDS_YAML, encoding="utf-8")
    return folder


def _write(folder: Path, channels: str) -> None:
    (folder / "channels.yaml").write_text(f"version: 1\nchannels:\n{channels}", encoding="utf-8")


def _run(folder: Path, *arguments: str) -> Any:
    return CliRunner().invoke(app, ["--config", str(folder), "channels", *arguments])


def _mail(name: str, port: int) -> str:
    return (
        f"  {name}:\n    title: The {name}\n"
        f"    url: mailto://127.0.0.1:{port}?from=watcher@example.org&to={name}@example.org\n"
    )


PIGEON = "  loft:\n    title: The loft\n    url: pigeon://loft\n"
SECRETIVE = (
    "  chat:\n    title: The chat\n    url: 'mmost://chat.example.org/{token}'\n"
    "    secrets: {token: {env: WATCHER_TEST_NO_SUCH_VARIABLE}}\n"
)


def test_the_list_shows_which_channels_are_usable_and_why_others_are_not(config: Path) -> None:
    _write(config, _mail("desk", 2525) + PIGEON + SECRETIVE)

    result = _run(config, "list", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output) == [
        {"id": "desk", "title": "The desk", "scheme": "mailto", "unusable": None},
        {"id": "loft", "title": "The loft", "scheme": "pigeon", "unusable": "unknown scheme 'pigeon'"},
        {
            "id": "chat",
            "title": "",
            "scheme": "",
            "unusable": "the environment variable WATCHER_TEST_NO_SUCH_VARIABLE is not set",
        },
    ]


def test_the_list_for_people_never_shows_a_url(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_TEST_TOKEN", "geheimgeheimgeheim")
    _write(config, SECRETIVE.replace("NO_SUCH_VARIABLE", "TOKEN") + PIGEON)

    result = _run(config, "list")

    assert result.exit_code == 0
    assert "geheim" not in result.output
    assert "chat.example.org" not in result.output
    assert [line.split("│")[1].strip() for line in result.output.splitlines() if "│" in line] == ["chat", "loft"]


def test_a_test_message_says_that_it_is_one_and_what_the_server_answered(config: Path) -> None:
    with Mailbox() as mailbox:
        _write(config, _mail("desk", mailbox.port) + _mail("duty", mailbox.port))

        result = _run(config, "test", "desk")

        (received,) = mailbox.received
    assert (result.exit_code, result.output) == (0, "desk: taken (250 2.0.0 kept)\n")
    assert received.recipients == ("desk@example.org",)
    assert received.message["Subject"] == "[test] Watcher: test of channel desk"
    assert received.text.startswith("This is a test of the channel 'desk' (The desk), sent by")
    assert "خان طومان" in received.text
    assert "خان طومان" in received.html


def test_without_ids_all_channels_are_tested_and_one_failure_decides_the_status(config: Path) -> None:
    with Mailbox() as mailbox:
        _write(config, _mail("desk", mailbox.port) + PIGEON + SECRETIVE)

        result = _run(config, "test", "--json")

    assert result.exit_code == 1
    assert [(row["id"], row["ok"], row["permanent"], row["detail"]) for row in json.loads(result.output)] == [
        ("desk", True, False, "250 2.0.0 kept"),
        ("loft", False, True, "unusable channel: unknown scheme 'pigeon'"),
        (
            "chat",
            False,
            True,
            "unusable channel: the environment variable WATCHER_TEST_NO_SUCH_VARIABLE is not set",
        ),
    ]


def test_two_test_messages_are_not_taken_for_one(config: Path) -> None:
    with Mailbox() as mailbox:
        _write(config, _mail("desk", mailbox.port))
        _run(config, "test")
        _run(config, "test")

        assert len({received.message["Message-ID"] for received in mailbox.received}) == 2


def test_an_unknown_id_is_the_users_mistake(config: Path) -> None:
    _write(config, PIGEON)

    result = _run(config, "test", "dove")

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == "no channel 'dove' in channels.yaml, known: loft"


def test_a_broken_file_is_told_with_its_place(config: Path) -> None:
    (config / "channels.yaml").write_text("version: 1\nchanels: {}\n", encoding="utf-8")

    result = _run(config, "list")

    assert isinstance(result.exception, ConfigError)
    assert "channels.yaml:2:1: " in str(result.exception)
