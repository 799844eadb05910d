"""How evaluate and explain look: tables of figures, a text with its marks, reasons with their rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from watcher.detect.actors import Actors
from watcher.detect.gazetteer import Gazetteer
from watcher.detect.match import Examination
from watcher.detect.scoring import Expected, Scored, Tally, roles_right, tally
from watcher.detect.text import full_text
from watcher.model import Finding, Status

if TYPE_CHECKING:
    from rich.console import Console

Group = tuple[str, str]  # language and class

_STYLES = {
    "place": "bold green",
    "trigger": "bold yellow",
    "gained_by": "cyan",
    "lost_by": "magenta",
    "cue": "red",
    "time": "blue",
    "source": "italic",
    "object": "yellow",
}
_STATUS_STYLES = {
    Status.ASSERTED: "bold white on red",
    Status.CLAIMED: "black on yellow",
    Status.NEGATED: "dim",
    Status.PROSPECTIVE: "dim",
    Status.BACKGROUND: "dim",
    Status.STANDING: "dim",
}
_CLASSES = ("asserted", "claimed", "negated", "prospective", "background", "standing", "none")


def print_scores(console: Console, items: Sequence[tuple[Group, Scored]], actors: Actors) -> None:
    """The figures by language, then by language and class."""
    table = Table(box=None, pad_edge=False)
    table.add_column("items of")
    for heading in (
        "items",
        "precision",
        "recall",
        "F1",
        "action",
        "roles",
        "status",
        "found",
        "missed",
        "false",
        "nearby",
    ):
        table.add_column(heading, justify="right")
    for name, counted in _tallies(items, actors):
        table.add_row(
            name,
            str(counted.items),
            *(f"{figure:.3f}" for figure in (counted.precision, counted.recall, counted.f1)),
            *(f"{figure:.3f}" for figure in (counted.action, counted.roles, counted.status)),
            *(str(number) for number in (counted.right, counted.missed, counted.false_alarms, counted.nearby)),
        )
    console.print(table)
    console.print("precision, recall, F1: asserted or claimed, against the rest; action and roles: of those found;")
    console.print("status: of all expected findings; nearby: found at a place around or inside the expected one")


def scores_as_json(items: Sequence[tuple[Group, Scored]], actors: Actors) -> dict[str, Any]:
    return {
        name: {
            "items": counted.items,
            "precision": round(counted.precision, 4),
            "recall": round(counted.recall, 4),
            "f1": round(counted.f1, 4),
            "action": round(counted.action, 4),
            "roles": round(counted.roles, 4),
            "status": round(counted.status, 4),
            "found": counted.right,
            "missed": counted.missed,
            "false_alarms": counted.false_alarms,
            "nearby": counted.nearby,
        }
        for name, counted in _tallies(items, actors)
    }


def _tallies(items: Sequence[tuple[Group, Scored]], actors: Actors) -> list[tuple[str, Tally]]:
    tallies: dict[str, Tally] = {}
    languages = sorted({language for (language, _), _ in items})
    for language in languages:
        tallies[language] = Tally()
        for name in _CLASSES:
            if any(group == (language, name) for group, _ in items):
                tallies[f"{language} {name}"] = Tally()
    if len(languages) > 1:
        tallies = {"all": Tally(), **tallies}
    for (language, name), scored in items:
        for key in ("all", language, f"{language} {name}"):
            if key in tallies:
                tally(scored, actors, tallies[key])
    return list(tallies.items())


def print_errors(console: Console, items: Sequence[tuple[str, Scored]], actors: Actors) -> None:
    """Each miss, false alarm and wrong part, with the sentence and its reasons."""
    for item_id, scored in items:
        for done in scored.pairs:
            kind = _error(done.expected, done.finding, actors, nearby=done.nearby)
            if kind is None:
                continue
            console.print(Text(f"\n{item_id}: {kind}", style="bold"))
            if done.expected is not None:
                console.print(f"  expected {_expected_in_words(done.expected)}", markup=False)
            if done.finding is not None:
                console.print(f"  found    {finding_in_words(done.finding)}", markup=False)
                console.print(f"  in       {' '.join(done.finding.quote.split())}", markup=False)
                for reason in done.finding.reasons:
                    console.print(f"           {reason}", markup=False)


def _error(expected: Expected | None, finding: Finding | None, actors: Actors, *, nearby: bool) -> str | None:  # noqa: PLR0911  one return per kind of error
    if expected is None:
        assert finding is not None
        return "false alarm" if finding.status.alerts else "held-back finding that was not expected"
    if finding is None:
        return "missed" if expected.status.alerts else "held-back finding missed"
    if nearby:
        return "another place around or inside"
    if expected.status.alerts and not finding.status.alerts:
        return "missed (held back)"
    if finding.status.alerts and not expected.status.alerts:
        return "false alarm (should be held back)"
    if expected.status is not finding.status:
        return "status"
    if not expected.status.alerts:
        return None
    if expected.action is not finding.action:
        return "action"
    return None if roles_right(expected, finding, actors) else "roles"


def _expected_in_words(one: Expected) -> str:
    return _in_words(one.status, one.action, one.place, one.gained_by, one.lost_by)


def finding_in_words(found: Finding) -> str:
    """``asserted captured marea, gained by opposition, lost by is``."""
    return _in_words(found.status, found.action, found.place, found.gained_by, found.lost_by)


def _in_words(status: str, action: str, place: str, gained: str | None, lost: str | None) -> str:
    sides = "".join(f", {how} by {side}" for how, side in (("gained", gained), ("lost", lost)) if side)
    return f"{status} {action} {place}{sides}"


def print_explanation(
    console: Console, title: str, text: str, examination: Examination, gazetteer: Gazetteer, actors: Actors
) -> None:
    """The text with its marks, then every finding, every held-back one, and what was no event at all."""
    full = full_text(title, text)
    marked = Text(full)
    for mark in examination.marks:
        marked.stylize(_STYLES[mark.role], mark.start, mark.end)
    console.print(marked)
    if examination.note:
        console.print(f"\nnote: {examination.note}", markup=False)
    for heading, wanted in (("Findings", True), ("Held back", False)):
        findings = [found for found in examination.findings if found.status.alerts is wanted]
        if findings:
            console.print(Text(f"\n{heading}", style="bold"))
            for found in findings:
                _print_finding(console, found, gazetteer, actors)
    if examination.rejected:
        console.print(Text("\nNo event", style="bold"))
        for rejected in examination.rejected:
            rule = rejected.rule.file_line
            console.print(f"  “{rejected.words}” at {rejected.start}: {rejected.reason.text} [{rule}]", markup=False)
    if not examination.findings and not examination.note:
        console.print("\nnothing found")


def _print_finding(console: Console, found: Finding, gazetteer: Gazetteer, actors: Actors) -> None:
    place = gazetteer[found.place].name
    head = Text("  ")
    head.append(f" {found.status.value} ", style=_STATUS_STYLES[found.status])
    extent = "" if found.extent.value == "full" else f" ({found.extent.value})"
    head.append(f" {found.action.value} {place}{extent}", style="bold")
    for how, side in (("gained by", found.gained_by), ("lost by", found.lost_by)):
        if side is not None:
            head.append(f", {how} {actors[side].name}")
    if found.event_date is not None:
        head.append(f", on {found.event_date.isoformat()}")
    head.append(f", confidence {found.confidence:.2f}")
    console.print(head)
    lines = [
        f"“{' '.join(found.quote.split())}” ({found.start}-{found.end})",
        *(str(reason) for reason in found.reasons),
    ]
    if found.attributed_to:
        lines.insert(1, f"according to {found.attributed_to}")
    for line in lines:
        console.print(Padding(Text(line), (0, 0, 0, 4), expand=False))
