from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from watcher.detect.actors import Actors
from watcher.incidents.direction import Direction, compare, is_same_ground
from watcher.model import Finding, Incident

Sides = tuple[str, str | None, str | None]  # action, gained by, lost by
SAME, OPPOSITE, OTHER = Direction.SAME, Direction.OPPOSITE, Direction.OTHER


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        # captured by one side from another, and given up by the other, is the same change
        (("captured", "is", "sdf"), ("withdrawn", None, "sdf"), SAME),
        (("withdrawn", None, "is"), ("captured", "opposition", None), SAME),
        (("handed_over", "government", "sdf"), ("withdrawn", "government", None), SAME),
        # a side that is not stated fits any
        (("captured", None, None), ("captured", "is", "sdf"), SAME),
        (("captured", "is", None), ("captured", "is", "sdf"), SAME),
        # a part of a side is that side
        (("captured", "ypg", "is"), ("captured", "sdf", "is"), SAME),
        (("captured", "ypg", "sdf"), ("captured", "ypg", None), SAME),
        # who gains in one and loses in the other goes the other way
        (("captured", "is", "opposition"), ("captured", "opposition", "is"), OPPOSITE),
        (("captured", "is", None), ("withdrawn", None, "is"), OPPOSITE),
        (("captured", "sdf", None), ("captured", None, "ypg"), OPPOSITE),
        (("captured", "government", "is"), ("captured", "is", "opposition"), OPPOSITE),
        # different takers or losers are different changes
        (("captured", "government", "is"), ("captured", "opposition", "is"), OTHER),
        (("captured", "opposition", "government"), ("captured", "opposition", "is"), OTHER),
        # sieges: laid against ended, by the same besieger
        (("imposed", "is", "opposition"), ("tightened", "is", None), SAME),
        (("broken", "opposition", "is"), ("lifted", None, "is"), SAME),
        (("imposed", "is", None), ("broken", "opposition", "is"), OPPOSITE),
        (("tightened", "is", None), ("lifted", None, None), OPPOSITE),
        (("broken", "opposition", None), ("imposed", "government", "opposition"), OPPOSITE),
        # two sides may besiege one place: two sieges
        (("imposed", "government", "opposition"), ("imposed", "opposition", "government"), OTHER),
        (("imposed", "government", None), ("broken", "government", "opposition"), OTHER),
        (("broken", "opposition", "is"), ("broken", "government", "is"), OTHER),
    ],
)
def test_two_changes_on_the_same_ground(
    tell: Callable[..., Finding], actors: Actors, one: Sides, other: Sides, expected: Direction
) -> None:
    first, second = tell(*one), tell(*other)

    assert compare(first, second, actors) is expected
    assert compare(second, first, actors) is expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({}, {}, True),
        ({"extent": "full"}, {"extent": "partial"}, True),
        ({"place": "marea"}, {"place": "azaz"}, False),
        ({"place": "marea"}, {"place": "aleppo"}, False),
        ({"area": "aleppo"}, {"area": "marea"}, False),
        ({"action": "captured"}, {"action": "imposed"}, False),
        ({"extent": "full"}, {"extent": "near"}, False),
        ({"extent": "near"}, {"extent": "near"}, True),
        ({"action": "imposed", "extent": "full"}, {"action": "imposed", "extent": "near"}, True),
    ],
)
def test_the_same_ground(
    tell: Callable[..., Finding],
    make_incident: Callable[..., Incident],
    one: dict[str, Any],
    other: dict[str, Any],
    expected: bool,
) -> None:
    assert is_same_ground(tell(**one), make_incident(tell(**other))) is expected
