"""The demo itself: the sample feeds through the real pipeline, over real HTTP and SMTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.config import load_config
from watcher.demo.run import DemoResult, run_demo
from watcher.demo.seeds import Seeds, load_seeds
from watcher.model import Incident
from watcher.ports import Setup
from watcher.rulebook.load import RuleBook
from watcher.store.database import Database

ROOT = Path(__file__).parent.parent.parent

# What a desk should hear of: event, action, place, extent, gained by, lost by, day.
FOUNDING_CASES = {
    ("control_change", "withdrawn", "marea", "near", "opposition", "is", "2016-06-08"),
    ("siege", "broken", "marea", "full", "opposition", "is", "2016-06-08"),
    ("control_change", "captured", "kafr_kalbin", "full", "opposition", "is", "2016-06-08"),
    ("control_change", "withdrawn", "aleppo_governorate", "full", "government", "is", "2017-06-30"),
    ("control_change", "captured", "raqqa_senaa", "full", "is", "sdf", "2017-06-30"),
    ("siege", "imposed", "raqqa_city", "full", "sdf", "is", "2017-06-29"),
}


@pytest.fixture(scope="module")
def quick_seeds() -> Seeds:
    """The sample feeds without the pauses of the slow one."""
    seeds = load_seeds(ROOT / "seeds")
    return replace(seeds, samples=tuple(replace(sample, delay=timedelta(0)) for sample in seeds.samples))


@pytest.fixture(scope="module")
def setup(shipped_book: RuleBook) -> Setup:
    config, problems = load_config(ROOT / "config")
    assert config is not None, problems
    return Setup(config, shipped_book)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with Database(tmp_path_factory.mktemp("demo") / "watcher.db") as made:
        made.upgrade()
        yield made


@pytest.fixture(scope="module")
def result(setup: Setup, quick_seeds: Seeds, database: Database) -> DemoResult:
    return asyncio.run(run_demo(setup, quick_seeds, database))


def _told(incident: Incident) -> tuple[str | None, ...]:
    day = None if incident.event_date is None else incident.event_date.isoformat()
    return (
        incident.event.value,
        incident.action.value,
        incident.place,
        incident.extent.value,
        incident.gained_by,
        incident.lost_by,
        day,
    )


def test_the_demo_finds_exactly_the_founding_cases(result: DemoResult) -> None:
    assert {_told(incident) for incident in result.incidents} == FOUNDING_CASES
    assert len(result.incidents) == len(FOUNDING_CASES)


def test_each_outlet_counts_once(result: DemoResult) -> None:
    for incident in result.incidents:
        assert len(set(incident.outlets)) == len(incident.outlets)
        assert len(incident.outlets) >= 3


def test_every_incident_was_received_over_smtp(result: DemoResult) -> None:
    desk_mails = [mail for mail in result.mails if mail.recipients == ("desk-mail@desk.example",)]

    told = "\n".join(mail.text for mail in desk_mails)

    for incident in result.incidents:
        assert incident.id in told


def test_every_item_of_the_samples_was_stored_once(result: DemoResult) -> None:
    new = sum(poll.new_items for round_ in result.rounds for poll in round_.report.polls)

    assert new == 125


def test_the_feed_that_has_gone_and_the_others_are_polled_in_every_round(result: DemoResult) -> None:
    last = result.rounds[-1].report.polls

    assert {poll.feed_id for round_ in result.rounds for poll in round_.report.polls} >= {"levant-courier"}
    assert [poll.feed_id for poll in last if poll.outcome == "failed"] in ([], ["levant-courier"])


def test_running_the_rounds_again_on_the_same_database_sends_nothing(
    setup: Setup, quick_seeds: Seeds, database: Database, result: DemoResult
) -> None:
    again = asyncio.run(run_demo(setup, quick_seeds, database))

    assert again.mails == ()
    assert sum(poll.new_items for round_ in again.rounds for poll in round_.report.polls) == 0
    assert again.incidents == result.incidents
