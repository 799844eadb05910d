"""What an outlet takes back by editing its item, on the shipped rules and a real store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from watcher.corrections import is_shortened
from watcher.model import IncidentState

if TYPE_CHECKING:
    from tests.conftest import Newsroom

THURSDAY = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)
LATER = THURSDAY + timedelta(hours=2)
TAKEN = "Rebels captured the town of Khan Tuman from government forces on Wednesday, the outlet's reporter said."
AGAIN = "Khan Tuman fell to opposition fighters on Wednesday, residents of the town told us by telephone."


def test_an_edit_that_drops_the_news_withdraws_it_and_tells_those_who_were_told(newsroom: Newsroom) -> None:
    newsroom.publish("Crescent Wire", "Khan Tuman", TAKEN, at=THURSDAY, id="a1")
    newsroom.publish("Crescent Wire", "Khan Tuman", "Fighting goes on near the town.", at=LATER, id="a1")

    (incident,) = newsroom.incidents()

    because = "its edited text does not tell it any more"
    assert incident.reports[0].withdrawn_because == because
    assert (incident.state, incident.state_because) == (
        IncidentState.DENIED,
        "withdrawn by all who told it: Crescent Wire",
    )
    assert incident.confidence == 0
    assert newsroom.history(incident)[1:] == [("withdrawn", f"Crescent Wire withdrew its report: {because}")]
    assert newsroom.alerts(incident) == [("opened", None), ("withdrawn", None)]


@pytest.mark.parametrize(
    ("edited", "because", "kinds"),
    [
        ("Rebels captured the town of Azaz on Wednesday.", "its edited text tells of Azaz instead", ["withdrawn"]),
        (
            "The Syrian army denied that rebels had captured Khan Tuman on Wednesday.",
            "its edited text says that it did not happen",
            ["withdrawn", "disputed"],
        ),
        (
            "Rebels said they captured Khan Tuman on Wednesday.",
            "its edited text only claims it",
            ["withdrawn", "repeated"],
        ),
        (
            "Rebels captured half of Khan Tuman from government forces on Wednesday.",
            "its edited text tells of it to another extent: partial",
            ["withdrawn", "repeated"],
        ),
        (
            "Government forces captured the town of Khan Tuman from rebels on Wednesday.",
            "its edited text tells of other sides",
            ["withdrawn"],
        ),
    ],
)  # fmt: skip
def test_a_correction_says_what_the_edited_text_tells(
    newsroom: Newsroom, edited: str, because: str, kinds: list[str]
) -> None:
    newsroom.publish("Crescent Wire", "News", TAKEN, at=THURSDAY, id="a1")
    newsroom.publish("Crescent Wire", "News", edited, at=LATER, id="a1")

    incident = newsroom.incidents()[0]

    assert incident.reports[0].withdrawn_because == because
    assert [kind for kind, _ in newsroom.history(incident)[1:]] == kinds
    assert newsroom.history(incident)[1][1].endswith(because)


def test_a_side_that_is_corrected_opens_its_own_incident_and_reverses_nothing(newsroom: Newsroom) -> None:
    newsroom.publish("Crescent Wire", "News", TAKEN, at=THURSDAY, id="a1")
    edited = "Government forces captured the town of Khan Tuman from rebels on Wednesday."
    newsroom.publish("Crescent Wire", "News", edited, at=LATER, id="a1")

    wrong, right = newsroom.incidents()

    assert (wrong.state, wrong.reversed_by) == (IncidentState.DENIED, None)
    assert (right.gained_by, right.state) == ("government", IncidentState.OPENED)


def test_a_feed_that_cuts_its_text_short_withdraws_nothing(newsroom: Newsroom) -> None:
    whole = f"The day in the north was tense. {TAKEN}"
    newsroom.publish("Crescent Wire", "News", whole, at=THURSDAY, id="a1")
    newsroom.publish("Crescent Wire", "News", "The day in the north was tense. […]", at=LATER, id="a1")

    (incident,) = newsroom.incidents()

    assert incident.reports[0].withdrawn_because is None
    assert len(newsroom.history(incident)) == 1


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("One. Two.", "One.", True),
        ("One. Two.", "One. Tw…", True),
        ("One. Two.", "One. [...]", True),
        ("One. Two.", "Two.", False),
        ("One.", "One.", False),
        ("One.", "One. Two.", False),
    ],
)
def test_a_text_is_shortened_when_only_its_end_is_gone(*, before: str, after: str, expected: bool) -> None:
    assert is_shortened(before, after) is expected


def test_new_words_for_the_same_change_replace_the_old_ones_quietly(newsroom: Newsroom) -> None:
    newsroom.publish("Crescent Wire", "News", TAKEN, at=THURSDAY, id="a1")
    edited = "Khan Tuman was captured by rebels on Wednesday, our reporter said."
    newsroom.publish("Crescent Wire", "News", edited, at=LATER, id="a1")

    (incident,) = newsroom.incidents()

    assert {kind for kind, _ in newsroom.history(incident)} == {"opened", "repeated"}
    assert incident.state is IncidentState.OPENED


def test_what_is_told_again_counts_again(newsroom: Newsroom) -> None:
    newsroom.publish("Crescent Wire", "News", TAKEN, at=THURSDAY, id="a1")
    newsroom.publish("Crescent Wire", "News", "Nothing is known of the town.", at=LATER, id="a1")
    newsroom.publish("Crescent Wire", "News", TAKEN, at=LATER + timedelta(hours=1), id="a1")

    (incident,) = newsroom.incidents()

    assert incident.state is IncidentState.OPENED
    assert newsroom.history(incident)[-1] == ("reinstated", "Crescent Wire tells again what it had withdrawn")


def test_a_withdrawal_of_one_outlet_leaves_what_the_others_tell(newsroom: Newsroom) -> None:
    newsroom.publish("Crescent Wire", "News", TAKEN, at=THURSDAY, id="a1")
    newsroom.publish("Levant Post", "Town falls", AGAIN, at=THURSDAY)
    newsroom.publish("Crescent Wire", "News", "Nothing is known of the town.", at=LATER, id="a1")

    (incident,) = newsroom.incidents()

    assert (incident.state, incident.gained_by) == (IncidentState.OPENED, "opposition")
    assert [kind for kind, _ in newsroom.history(incident)] == ["opened", "confirmed", "withdrawn"]


def test_a_reversal_that_is_withdrawn_undoes_nothing_any_more(newsroom: Newsroom) -> None:
    newsroom.publish("Levant Post", "Town falls", AGAIN, at=THURSDAY)
    retaken = "Government forces recaptured Khan Tuman from rebels on Thursday."
    newsroom.publish("Crescent Wire", "News", retaken, at=LATER, id="a1")
    undone, _ = newsroom.incidents()
    newsroom.publish("Crescent Wire", "News", "Nothing is known of the town.", at=LATER + timedelta(hours=1), id="a1")
    again, reversal = newsroom.incidents()

    assert (undone.state, undone.reversed_by) == (IncidentState.REVERSED, reversal.id)
    assert (again.state, again.reversed_by) == (IncidentState.OPENED, None)
    why = f"{reversal.id}, which told of the opposite, is denied (withdrawn by all who told it: Crescent Wire)"
    assert newsroom.history(again)[-1] == ("reinstated", f"stands again: {why}")
