"""Where an incident stands, and why: one table, of which the first line that applies decides.

Pure: no I/O. The state depends on nothing but what is known now, so that it is the same however it was reached.
incidents/summarise.py asks; docs/digests.md shows the table to officers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from watcher.incidents.wording import say_count, say_duration
from watcher.model import IncidentId, IncidentState


@dataclass(frozen=True, slots=True)
class Voices:
    """Who tells of a change and who denies it: outlets by name, each where its voice counts.

    Reports that were withdrawn are not among them, and of copies only the first. ``told_as_fact`` and
    ``denied_by_others`` are outlets that take no side, ``told_by_others`` those of the reports with a reservation as
    well. A side counts once, however many outlets quote it.
    """

    told_as_fact: tuple[str, ...]
    told_by_others: tuple[str, ...]
    winner_claims: bool
    loser_admits: bool
    winner_denies: tuple[str, ...]
    loser_denies: tuple[str, ...]
    denied_by_others: tuple[str, ...]
    contested_in_reports: bool
    withdrawn: tuple[str, ...]
    reversed_by: IncidentId | None
    quiet_for: timedelta | None  # set when that is long enough to close it

    @property
    def tellers(self) -> int:
        """How many voices tell of it that do not depend on each other."""
        return len(self.told_as_fact) + self.winner_claims + self.loser_admits

    @property
    def is_withdrawn(self) -> bool:
        """Whether nobody tells of it any more."""
        return not (self.told_by_others or self.winner_claims or self.loser_admits)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: the state, when it applies, and the words for why."""

    state: IncidentState
    applies: Callable[[Voices], bool]
    because: Callable[[Voices], str]


def _most_deny(voices: Voices) -> bool:
    return len(voices.denied_by_others) > len(voices.told_by_others) and not voices.loser_admits


STATES: Final[tuple[Line, ...]] = (
    Line(
        IncidentState.CLOSED,
        lambda voices: voices.quiet_for is not None,
        lambda voices: f"nothing was told of it for {say_duration(voices.quiet_for or timedelta(0))}",
    ),
    Line(
        IncidentState.DENIED,
        lambda voices: voices.is_withdrawn,
        lambda voices: f"withdrawn by all who told it: {_names(voices.withdrawn)}",
    ),
    Line(
        IncidentState.DENIED,
        lambda voices: bool(voices.winner_denies),
        lambda voices: f"denied by the side that is said to have gained, in {_names(voices.winner_denies)}",
    ),
    Line(
        IncidentState.DENIED,
        _most_deny,
        lambda voices: (
            f"denied by most who take no side, in {_names(voices.denied_by_others)}, "
            f"told by {say_count(len(voices.told_by_others), 'such outlet')}"
        ),
    ),
    Line(
        IncidentState.REVERSED,
        lambda voices: voices.reversed_by is not None,
        lambda voices: f"undone by {voices.reversed_by}",
    ),
    Line(
        IncidentState.DISPUTED,
        lambda voices: bool(voices.loser_denies or voices.denied_by_others),
        lambda voices: f"denied in {_names((*voices.loser_denies, *voices.denied_by_others))}",
    ),
    Line(
        IncidentState.DISPUTED,
        lambda voices: voices.contested_in_reports,
        lambda _: "disputed in the reports themselves",
    ),
    Line(
        IncidentState.CONFIRMED,
        lambda voices: voices.winner_claims and voices.loser_admits,
        lambda _: "claimed by the side that gains and admitted by the side that loses",
    ),
    Line(
        IncidentState.CONFIRMED,
        lambda voices: voices.tellers > 1,
        lambda voices: f"{say_count(voices.tellers, 'independent voice')} tell it",
    ),
    Line(IncidentState.OPENED, lambda _: True, lambda _: "nobody else has confirmed it so far"),
)


def state_of(voices: Voices) -> tuple[IncidentState, str]:
    """The state of an incident with these voices, and why."""
    line = next(line for line in STATES if line.applies(voices))
    return line.state, line.because(voices)


def _names(outlets: Sequence[str]) -> str:
    return ", ".join(dict.fromkeys(outlets))
