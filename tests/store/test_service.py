"""What the daemon notes about itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import ServiceRecord
from watcher.store.database import Database
from watcher.store.service import note_beat, note_reload, note_start, note_stop, service_record

if TYPE_CHECKING:
    from tests.store.conftest import Make

MINUTE = timedelta(minutes=1)


def read(database: Database) -> ServiceRecord | None:
    with database.reading() as session:
        return service_record(session)


@pytest.fixture
def started(database: Database, make: Make) -> ServiceRecord:
    with database.writing() as session:
        note_start(session, make.now, 4711, "rules-1", "config-1")
    return ServiceRecord(4711, make.now, make.now, "rules-1", "config-1")


def test_before_the_first_start_there_is_none(database: Database) -> None:
    assert read(database) is None


def test_a_sign_of_life_is_the_latest(database: Database, make: Make, started: ServiceRecord) -> None:
    assert read(database) == started
    with database.writing() as session:
        note_beat(session, make.now + MINUTE)

    assert read(database) == replace(started, beat_at=make.now + MINUTE)


def test_a_stop_in_good_order_is_told_from_a_crash(database: Database, make: Make, started: ServiceRecord) -> None:
    with database.writing() as session:
        note_stop(session, make.now + MINUTE)

    assert read(database) == replace(started, beat_at=make.now + MINUTE, stopped_at=make.now + MINUTE)


def test_a_rejected_reload_is_told_until_one_is_accepted(
    database: Database, make: Make, started: ServiceRecord
) -> None:
    with database.writing() as session:
        note_reload(session, make.now, rejected="rules/watches.yaml:3:1: unknown key")
    assert read(database) == replace(started, rejected="rules/watches.yaml:3:1: unknown key")

    with database.writing() as session:
        note_reload(session, make.now + MINUTE, rules_version="rules-2", config_version="config-2")
    accepted = replace(
        started, beat_at=make.now + MINUTE, rules_version="rules-2", config_version="config-2", rejected=None
    )
    assert read(database) == accepted


def test_a_new_start_forgets_the_former_daemon(database: Database, make: Make, started: ServiceRecord) -> None:
    with database.writing() as session:
        note_reload(session, make.now, rejected="bad")
        note_stop(session, make.now)
        note_start(session, make.now + MINUTE, started.pid + 1, "rules-3", "config-3")

    assert read(database) == ServiceRecord(4712, make.now + MINUTE, make.now + MINUTE, "rules-3", "config-3")


def test_a_beat_without_a_start_is_refused(database: Database, make: Make) -> None:
    with pytest.raises(StoreError) as caught, database.writing() as session:
        note_beat(session, make.now)

    assert str(caught.value) == "no daemon has noted its start"
