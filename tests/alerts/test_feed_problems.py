"""What the operator reads about feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.alerts.feed_problems import is_due, render_problems
from watcher.model import FeedId, FeedProblem, ProblemKind

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
FAILING = FeedProblem(1, FeedId("wire"), ProblemKind.FAILING, "failed 3 times: <b>@everyone</b>\x1b", NOW - 20 * MINUTE)
OUTAGE = FeedProblem(2, None, ProblemKind.OUTAGE, "no host answers", NOW - 60 * MINUTE, NOW - 5 * MINUTE)


@pytest.mark.parametrize(
    ("began", "ended", "due"),
    [
        ([], [], False),
        ([FAILING], [], True),
        ([], [OUTAGE], False),  # over for five minutes only
        ([FAILING], [OUTAGE], True),
    ],
)
def test_a_digest_waits_ten_minutes_for_more(began: list[FeedProblem], ended: list[FeedProblem], due: bool) -> None:
    assert is_due(began, ended, NOW) is due


def test_a_digest_tells_what_began_and_what_is_well_again_and_nothing_in_it_is_live() -> None:
    message = render_problems([FAILING], [OUTAGE], NOW, "Europe/Berlin")

    assert message.subject == "[Watcher feeds] 1 problem, 1 well again: wire …"
    assert message.text.splitlines()[:5] == [
        "Needs a look:",
        "- feed wire: failed 3 times: <\u200bb>@\u200beveryone<\u200b/b> (since Thursday 9 June 2016, 08:40)",
        "",
        "Well again:",
        "- all feeds: no host answers (from Thursday 9 June 2016, 08:00 to Thursday 9 June 2016, 08:55)",
    ]
    assert "<b>" not in message.html
    assert "\x1b" not in message.text + message.html
