from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from watcher.errors import StoreError
from watcher.model import Filing, IncidentId, ItemId
from watcher.store.database import Database
from watcher.store.filings import add_filing, filings_of_item
from watcher.store.incidents import save_incident

if TYPE_CHECKING:
    from tests.store.conftest import Make


def test_what_became_of_a_finding_comes_back_as_it_was_noted(database: Database, make: Make) -> None:
    finding, other = make.finding(), make.finding("harbour")
    considered = ((IncidentId("i000007"), "it went the other way"), (IncidentId("i000003"), "too far in time"))
    with database.writing() as session:
        item = make.stored_item(session, make.item("a1"), finding, other)
        save_incident(session, make.incident(reports=(make.report(item, finding),)))
        opened = Filing(item.id, finding, make.now, "opens", "a new change", IncidentId("i000001"), considered)
        held = Filing(item.id, other, make.now, "unwatched", "no watch follows it")
        add_filing(session, held)
        add_filing(session, opened)

    with database.reading() as session:
        assert filings_of_item(session, item.id) == (opened, held)
        assert filings_of_item(session, ItemId("a2")) == ()


def test_the_last_note_about_a_finding_counts(database: Database, make: Make) -> None:
    finding = make.finding()
    with database.writing() as session:
        item = make.stored_item(session, make.item("a1"), finding)
        first = Filing(item.id, finding, make.now, "unwatched", "no watch follows it")
        add_filing(session, first)
        add_filing(session, replace(first, because="still none"))

    with database.reading() as session:
        assert [filing.because for filing in filings_of_item(session, item.id)] == ["still none"]


def test_a_finding_that_is_not_stored_has_no_note(database: Database, make: Make) -> None:
    with database.writing() as session:
        item = make.stored_item(session, make.item("a1"))
        with pytest.raises(StoreError, match=r"^the finding at 'mill-town' was not stored with item 'a1'$"):
            add_filing(session, Filing(item.id, make.finding(), make.now, "opens", "new"))
