from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from watcher.incidents.states import STATES, Voices, state_of
from watcher.model import IncidentId, IncidentState

NOBODY = Voices(
    told_as_fact=(),
    told_by_others=(),
    winner_claims=False,
    loser_admits=False,
    winner_denies=(),
    loser_denies=(),
    denied_by_others=(),
    contested_in_reports=False,
    withdrawn=(),
    reversed_by=None,
    quiet_for=None,
)
ONE = {"told_as_fact": ("Wire",), "told_by_others": ("Wire",)}
TWO = {"told_as_fact": ("Wire", "Post"), "told_by_others": ("Wire", "Post")}
HEDGED = {"told_by_others": ("Wire", "Post")}
CLAIM = {"winner_claims": True}
REVERSED = {"reversed_by": IncidentId("i000002")}


@pytest.mark.parametrize(
    ("voices", "state", "because"),
    [
        (ONE, "opened", "nobody else has confirmed it so far"),
        (CLAIM, "opened", "nobody else has confirmed it so far"),
        (HEDGED, "opened", "nobody else has confirmed it so far"),
        (TWO, "confirmed", "2 independent voices tell it"),
        (ONE | CLAIM, "confirmed", "2 independent voices tell it"),
        (
            CLAIM | {"loser_admits": True},
            "confirmed",
            "claimed by the side that gains and admitted by the side that loses",
        ),
        (TWO | {"contested_in_reports": True}, "disputed", "disputed in the reports themselves"),
        (TWO | {"loser_denies": ("State TV",)}, "disputed", "denied in State TV"),
        (ONE | {"denied_by_others": ("Post",)}, "disputed", "denied in Post"),
        (
            ONE | {"denied_by_others": ("Post", "Echo")},
            "denied",
            "denied by most who take no side, in Post, Echo, told by 1 such outlet",
        ),
        (
            CLAIM | {"denied_by_others": ("Post",)},
            "denied",
            "denied by most who take no side, in Post, told by 0 such outlets",
        ),
        (
            CLAIM | {"loser_admits": True, "denied_by_others": ("Post",)},
            "disputed",
            "denied in Post",
        ),
        (
            TWO | {"winner_denies": ("Rebel Radio",)},
            "denied",
            "denied by the side that is said to have gained, in Rebel Radio",
        ),
        ({"withdrawn": ("Wire",)}, "denied", "withdrawn by all who told it: Wire"),
        (TWO | REVERSED, "reversed", "undone by i000002"),
        (TWO | REVERSED | {"loser_denies": ("State TV",)}, "reversed", "undone by i000002"),
        ({"withdrawn": ("Wire",)} | REVERSED, "denied", "withdrawn by all who told it: Wire"),
        (TWO | REVERSED | {"quiet_for": timedelta(days=7)}, "closed", "nothing was told of it for 7 days"),
    ],
)
def test_the_first_line_of_the_table_that_applies_decides(voices: dict[str, Any], state: str, because: str) -> None:
    assert state_of(replace(NOBODY, **voices)) == (IncidentState(state), because)


def test_every_state_is_in_the_table_and_the_last_line_always_applies() -> None:
    assert {line.state for line in STATES} == set(IncidentState)
    assert state_of(replace(NOBODY, winner_claims=True))[0] is IncidentState.OPENED
    assert STATES[-1].applies(NOBODY)
