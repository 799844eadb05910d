"""``watcher outbox`` on a real database with deliveries in several states."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.errors import StoreError, UsageError
from watcher.model import ChannelId, Delivery, DeliveryId, DeliveryState, Digest, DigestId, Message, RouteId
from watcher.store.alerts import put_in_digest
from watcher.store.database import Database
from watcher.store.outbox import add_delivery

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """One delivery that waits, one that was sent, two parts that are dead."""
    with Database(tmp_path / "watcher.db") as database:
        database.upgrade()
        with database.writing() as session:
            put_in_digest(session, Digest(DigestId("d1"), RouteId("desk"), NOW, "at once", "rules-1", ()), [])
            for id_, channel, what, part in (
                ("d1.mail", "desk-mail", DeliveryState.PENDING, 1),
                ("d1.phone", "duty-phone", DeliveryState.SENT, 1),
                ("d1.chat", "desk-chat", DeliveryState.DEAD, 1),
                ("d1.chat.2", "desk-chat", DeliveryState.DEAD, 2),
            ):
                error = "404 no such hook" if what is DeliveryState.DEAD else None
                message = Message("[Watcher HIGH] Marea", "Rebels took it.", "")
                parts = 2 if channel == "desk-chat" else 1
                delivery = Delivery(
                    DeliveryId(id_), DigestId("d1"), ChannelId(channel), message, what, 1, NOW, NOW, None, error,
                    part=part, parts=parts,
                )  # fmt: skip
                add_delivery(session, delivery)
    return tmp_path


def run(state: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["--state", str(state), "outbox", *words])


def listed(state: Path, *words: str) -> dict[str, str]:
    return {row["id"]: row["state"] for row in json.loads(run(state, "list", "--json", *words).output)}


def test_the_list_shows_what_needs_somebody(state: Path) -> None:
    assert listed(state) == {"d1.mail": "pending", "d1.chat": "dead", "d1.chat.2": "dead"}
    assert listed(state, "--all").keys() == {"d1.mail", "d1.phone", "d1.chat", "d1.chat.2"}
    assert listed(state, "--state", "sent") == {"d1.phone": "sent"}
    assert listed(state, "--channel", "desk-mail") == {"d1.mail": "pending"}

    table = run(state, "list").output
    assert "[Watcher HIGH] Marea (2/2)" in table
    assert "404 no such hook" in table


def test_dead_letters_of_a_channel_are_queued_again_and_the_log_says_by_whom(state: Path) -> None:
    result = run(state, "retry", "--channel", "desk-chat", "--by", "anna")

    assert (result.exit_code, result.output) == (0, "d1.chat: queued again\nd1.chat.2: queued again\n")
    assert listed(state)["d1.chat"] == "pending"
    shown = json.loads(run(state, "show", "d1.chat", "--json").output)
    assert [(event["what"], event["by"]) for event in shown["log"]] == [("owed", None), ("queued again", "anna")]
    assert "queued again by anna" in run(state, "show", "d1.chat").output


def test_a_delivery_is_dropped_with_a_reason_and_kept(state: Path) -> None:
    result = run(state, "drop", "d1.mail", "--by", "anna", "--why", "told by phone")

    assert (result.exit_code, result.output) == (0, "d1.mail: dropped\n")
    assert listed(state, "--state", "dropped") == {"d1.mail": "dropped"}
    assert "dropped by anna: told by phone" in run(state, "show", "d1.mail").output


def test_what_was_sent_is_left_alone(state: Path) -> None:
    result = run(state, "retry", "d1.phone")

    assert (result.exit_code, result.output) == (1, "d1.phone: left alone, it is sent\n")
    as_json = run(state, "drop", "d1.phone", "--why", "x", "--json")
    assert json.loads(as_json.output) == [{"id": "d1.phone", "was": "sent", "done": False}]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["retry"], "nothing is named: give ids, or --channel for all dead letters of a channel"),
        (["retry", "x"], "no delivery 'x': 'watcher outbox list' shows them"),
        (["show", "d1"], "several deliveries begin with 'd1', among them d1.chat, d1.chat.2"),
    ],
)
def test_what_is_not_named_clearly_is_refused(state: Path, words: list[str], message: str) -> None:
    result = run(state, *words)

    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == message


def test_without_a_database_the_command_says_so(tmp_path: Path) -> None:
    result = run(tmp_path / "none", "list")

    assert isinstance(result.exception, StoreError)
    assert str(result.exception).startswith(f"no database at {tmp_path}/none/watcher.db")


def test_an_empty_outbox_says_so(tmp_path: Path) -> None:
    with Database(tmp_path / "watcher.db") as database:
        database.upgrade()

    assert run(tmp_path, "list").output == "nothing is owed, and nothing was given up\n"
