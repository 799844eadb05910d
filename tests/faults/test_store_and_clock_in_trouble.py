"""A locked or failing database and clocks that jump: nothing is lost, and nothing is sent that cannot be noted."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults.desk import Desk, capture
from watcher.errors import StoreError

if TYPE_CHECKING:
    from tests.deliver.conftest import MailServer
    from tests.faults.conftest import MakeDesk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def _owed(mail_server: MailServer, make_desk: MakeDesk, **options: object) -> Desk:
    """A desk that owes one mail, which the server did not take yet."""
    desk = make_desk({"mail": mail_server.url()}, **options)
    mail_server.recipient_reply = "451 4.3.0 try later"
    desk.publish([capture("Marea")])
    desk.cycle()
    assert desk.states() == {"mail": "failed"}
    mail_server.recipient_reply = "250 2.1.5 fine"
    return desk


def _fail_when(desk: Desk, condition: str) -> None:
    """Let the store refuse such a change of a delivery, as on a full disk."""
    with closing(sqlite3.connect(desk.database.path)) as connection:
        connection.execute(
            f"CREATE TRIGGER disk_full BEFORE UPDATE ON delivery WHEN {condition} "
            "BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END"
        )


def _space_again(desk: Desk) -> None:
    with closing(sqlite3.connect(desk.database.path)) as connection:
        connection.execute("DROP TRIGGER disk_full")


def test_on_a_full_disk_nothing_goes_out_and_everything_afterwards(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = _owed(mail_server, make_desk)
    _fail_when(desk, "NEW.handed_over_at IS NOT NULL AND OLD.handed_over_at IS NULL")

    desk.cycle(HOUR)
    assert mail_server.mails == []

    _space_again(desk)
    desk.cycle(HOUR)
    assert [mail["Subject"] for mail in mail_server.mails] == ["[Watcher HIGH] Marea: captured"]


def test_a_disk_that_fills_up_between_sending_and_noting_makes_no_repeat_in_this_process(
    mail_server: MailServer, make_desk: MakeDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("watcher.sending.NOTE_AGAIN_AFTER_S", (0.01,))
    desk = _owed(mail_server, make_desk)
    _fail_when(desk, "NEW.state = 'sent'")

    desk.cycle(HOUR)
    assert desk.states() == {"mail": "sending"}
    assert len(mail_server.mails) == 1

    _space_again(desk)
    desk.cycle(HOUR)
    desk.cycle(HOUR)
    assert desk.states() == {"mail": "sent"}
    assert len(mail_server.mails) == 1


def test_a_database_that_another_process_locks_delays_a_delivery_and_repeats_nothing(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = _owed(mail_server, make_desk, busy_timeout=timedelta(seconds=0.2))
    entered, release = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(desk.database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            entered.set()
            release.wait(30)
            other.execute("ROLLBACK")

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(30)
    desk.clock.advance(HOUR)
    with pytest.raises((StoreError, ExceptionGroup)):  # alone, or one of several from a round of polls
        desk.cycle()
    assert mail_server.mails == []

    release.set()
    holder.join()
    desk.cycle(MINUTE)
    assert desk.states() == {"mail": "sent"}
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("step", [HOUR, -HOUR])
def test_a_clock_that_steps_by_an_hour_neither_delays_nor_repeats(
    step: timedelta, mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = _owed(mail_server, make_desk)

    desk.clock.set(desk.clock.now() + step)
    desk.cycle()
    assert [mail["Subject"] for mail in mail_server.mails] == ["[Watcher HIGH] Marea: captured"]

    desk.publish([capture("Azaz")])
    desk.cycle(5 * MINUTE)
    desk.cycle(5 * MINUTE)
    assert len(mail_server.mails) == 2


def test_a_clock_that_steps_back_while_a_repeat_is_awaited_repeats_once(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url()})
    mail_server.drop = True
    desk.publish([capture("Marea")])
    desk.cycle()
    desk.start()
    mail_server.drop = False

    desk.clock.set(desk.clock.now() - HOUR)
    for _ in range(3):
        desk.cycle(5 * MINUTE)

    assert [str(mail["Subject"]).startswith("[possible repeat]") for mail in mail_server.mails] == [False, True]
