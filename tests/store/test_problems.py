"""Feed problems that begin, are told and end; gaps and how far they were filled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.model import FeedId, ProblemKind
from watcher.store.database import Database
from watcher.store.feeds import sync_feeds
from watcher.store.problems import (
    add_gap,
    end_problem,
    last_gap,
    note_told,
    open_problem,
    open_problems,
    save_gap,
    untold_problems,
)

if TYPE_CHECKING:
    from tests.store.conftest import Make

A = FeedId("a")
HOUR = timedelta(hours=1)


@pytest.fixture
def stored(database: Database, make: Make) -> Database:
    with database.writing() as session:
        sync_feeds(session, [make.feed("a"), make.feed("b")], make.now)
    return database


def test_a_problem_is_noted_once_and_told_once_at_each_end(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        assert open_problem(session, A, ProblemKind.FAILING, "failed 3 times", make.now)
        assert not open_problem(session, A, ProblemKind.FAILING, "failed 4 times", make.now + HOUR)
        assert open_problem(session, A, ProblemKind.MISSED, "may have missed items", make.now)
        assert open_problem(session, None, ProblemKind.OUTAGE, "no host answers", make.now)
        assert not open_problem(session, None, ProblemKind.OUTAGE, "no host answers", make.now)

        untold = untold_problems(session)
        assert [problem.words for problem in untold.began] == [
            *("failed 3 times", "may have missed items", "no host answers"),
        ]
        note_told(session, untold, make.now)
        assert untold_problems(session).began == ()

        end_problem(session, untold.began[0].id, make.now + HOUR)
        end_problem(session, untold.began[1].id, make.now + HOUR, is_well=False)  # another took its place
        assert [problem.kind for problem in open_problems(session)] == [ProblemKind.OUTAGE]
        ended = untold_problems(session)
        assert [(problem.kind, problem.ended_at) for problem in ended.ended] == [(ProblemKind.FAILING, make.now + HOUR)]
        note_told(session, ended, make.now + HOUR)
        assert untold_problems(session).ended == ()
        assert open_problem(session, A, ProblemKind.FAILING, "failed again", make.now + 2 * HOUR)


def test_what_ended_before_anybody_was_told_is_not_told(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        open_problem(session, A, ProblemKind.SILENT, "nothing new", make.now)
        end_problem(session, open_problems(session)[0].id, make.now)

        untold = untold_problems(session)
        assert (untold.began, untold.ended) == ((), ())


def test_what_has_no_end_is_told_and_never_open(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        open_problem(session, A, ProblemKind.REISSUED, "40 older items came as new ones", make.now)

        assert open_problems(session) == ()
        untold = untold_problems(session)
        assert [problem.kind for problem in untold.began] == [ProblemKind.REISSUED]
        note_told(session, untold, make.now)
        assert untold_problems(session) == type(untold)((), ())


def test_the_last_gap_of_a_feed_and_how_far_it_was_filled(stored: Database, make: Make) -> None:
    with stored.writing() as session:
        assert last_gap(session, A) is None
        closed = add_gap(session, A, make.now - HOUR, make.now, None)
        assert closed.closed_because == "the feed offers no older page"
        gap = add_gap(session, A, make.now, make.now + HOUR, "https://a.example/?paged=2")
        assert last_gap(session, A) == gap
        filled = replace(gap, next_url=None, pages=2, recovered=7, closed_because="nothing is missing")
        save_gap(session, filled)

        assert last_gap(session, A) == filled
        assert last_gap(session, FeedId("b")) is None
