"""Plain English for what an incident says: what happened, to whom, when, how sure, told by whom.

Pure: no I/O. Used by alerts/render.py; docs/digests.md tells officers what each phrase means.
"""

from __future__ import annotations

from collections.abc import Iterable

from watcher.alerts.hostile import clean, isolate
from watcher.alerts.names import Names
from watcher.incidents.summarise import denials, originals, outlets_of, say_sources, supporting
from watcher.incidents.wording import say_weekday
from watcher.model import Action, ChangeKind, Event, Extent, Incident, IncidentState, Status

_NOT_STATED = "not stated"

_SHORT = {
    Action.CAPTURED: "captured",
    Action.WITHDRAWN: "withdrawal",
    Action.HANDED_OVER: "handed over",
    Action.IMPOSED: "siege begun",
    Action.TIGHTENED: "siege tightened",
    Action.BROKEN: "siege broken",
    Action.LIFTED: "siege lifted",
}

_KINDS = {
    ChangeKind.OPENED: "new",
    ChangeKind.CONFIRMED: "confirmed by another outlet",
    ChangeKind.REPEATED: "told again by the same outlet",
    ChangeKind.COPIED: "a copy in another outlet",
    ChangeKind.UPGRADED: "claimed so far, now told as a fact",
    ChangeKind.DISPUTED: "now denied",
    ChangeKind.DENIED: "now denied by those who should know",
    ChangeKind.REVERSED: "now reversed",
    ChangeKind.EXTENDED: "more is known now",
    ChangeKind.WITHDRAWN: "an outlet withdrew its report",
    ChangeKind.REINSTATED: "stands again",
    ChangeKind.KNOWN: "known: it tells what the ledger has already",
    ChangeKind.CLOSED: "closed",
    ChangeKind.REOPENED: "told of again after it was closed",
}


def what_in_short(incident: Incident) -> str:
    """Two or three words for a subject line."""
    words = _SHORT[incident.action]
    if incident.event is Event.CONTROL_CHANGE and incident.extent is not Extent.FULL:
        words = f"{words}, {'in part' if incident.extent is Extent.PARTIAL else 'nearby'}"
    if incident.state in (IncidentState.DISPUTED, IncidentState.DENIED, IncidentState.REVERSED):
        return f"{words}, {incident.state.value}"
    return f"{words}, claimed only" if incident.status is Status.CLAIMED else words


def what_happened(incident: Incident, names: Names) -> str:
    """One sentence, without a full stop; "Claimed:" leads where nobody but the winner or a hedge stands behind it."""
    place = _ground(incident, names)
    gainer = None if incident.gained_by is None else names.actor(incident.gained_by)
    loser = None if incident.lost_by is None else names.actor(incident.lost_by)
    sentence = (
        _siege_sentence(incident.action, place, gainer, loser)
        if incident.event is Event.SIEGE
        else _control_sentence(incident.action, place, gainer, loser)
    )
    return f"Claimed: {sentence}" if incident.status is Status.CLAIMED else sentence


def _ground(incident: Incident, names: Names) -> str:
    place = names.place(incident.place)
    return {
        Extent.FULL: place,
        Extent.PARTIAL: f"part of {place}",
        Extent.NEAR: f"the area around {place}",
    }[incident.extent]


def _control_sentence(action: Action, place: str, gainer: str | None, loser: str | None) -> str:
    if action is Action.WITHDRAWN:
        left = f"{loser or 'The side that held it'} withdrew from {place}"
        return left if gainer is None else f"{left}; {gainer} took over"
    if action is Action.HANDED_OVER:
        source = f" by {loser}" if loser else ""
        return f"{_first_upper(place)} was handed over{source} to {gainer or 'others'}"
    if gainer is not None:
        return f"{gainer} captured {place}" + (f" from {loser}" if loser else "")
    if loser is not None:
        return f"{loser} lost {place}"
    return f"{_first_upper(place)} was captured"


def _siege_sentence(action: Action, place: str, gainer: str | None, loser: str | None) -> str:
    match action:
        case Action.IMPOSED:
            against = f", held by {loser}" if loser else ""
            return f"{gainer or 'A side that is not named'} laid siege to {place}{against}"
        case Action.TIGHTENED:
            return f"The siege of {place} was tightened" + (f" by {gainer}" if gainer else "")
        case Action.LIFTED:
            return f"The siege of {place}{_laid_by(loser)} was lifted" + (f"; {gainer} ended it" if gainer else "")
        case _:
            return (f"{gainer} broke the siege of {place}" if gainer else f"The siege of {place} was broken") + (
                f", laid by {loser}" if loser else ""
            )


def _laid_by(loser: str | None) -> str:
    return f", laid by {loser}," if loser else ""


def _first_upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def sides(incident: Incident, names: Names) -> tuple[tuple[str, str], tuple[str, str]]:
    """Who gained and who lost, each as (label, name in full)."""
    gained = _NOT_STATED if incident.gained_by is None else names.actor(incident.gained_by)
    lost = _NOT_STATED if incident.lost_by is None else names.actor(incident.lost_by)
    match incident.action:
        case Action.IMPOSED | Action.TIGHTENED:
            return ("Besieger", gained), ("Besieged", lost)
        case Action.BROKEN | Action.LIFTED:
            return ("Ended by", gained), ("Besieger so far", lost)
        case _:
            return ("Gained by", gained), ("Lost by", lost)


def when(incident: Incident) -> str:
    return "date not stated" if incident.event_date is None else say_weekday(incident.event_date)


def how_sure(incident: Incident) -> str:
    """Status, standing and confidence in one line."""
    told = (
        "told as a fact"
        if incident.status is Status.ASSERTED
        else "claimed by the side that profits, or with a reservation"
    )
    return f"{told}; {_standing(incident)}; confidence {incident.confidence:.0%}"


def _standing(incident: Incident) -> str:
    if incident.state is IncidentState.REVERSED:
        return "reversed since by the opposite change"
    if incident.state is IncidentState.DISPUTED:
        deniers = outlets_of(denials(incident.reports))
        return f"disputed, denied in {say_outlets(deniers)}" if deniers else "disputed in the reports themselves"
    if incident.state in (IncidentState.DENIED, IncidentState.CLOSED):
        return f"{incident.state.value}: {isolate(clean(incident.state_because))}"
    told = supporting(incident.reports)
    if incident.state is IncidentState.OPENED and incident.state_because and len(outlets_of(originals(told))) > 1:
        return "not confirmed: no two of its reports are independent and tell it as a fact"
    independent = len(outlets_of(originals(told)))
    if independent > 1:
        return f"confirmed, {independent} outlets tell it" + (
            " independently" if independent < len(outlets_of(told)) else ""
        )
    return "only one outlet so far" if len(outlets_of(told)) == 1 else "only one text so far, in several outlets"


def reported_by(incident: Incident) -> str:
    """Each outlet once, in the order of its first report; copies are marked."""
    told = supporting(incident.reports)
    own_words = outlets_of(originals(told))
    outlets = (f"{say_outlet(outlet)}{'' if outlet in own_words else ' (copy)'}" for outlet in outlets_of(told))
    return f"reported by {say_sources(incident)}: {', '.join(outlets)}"


def say_outlets(outlets: Iterable[str]) -> str:
    """The outlets' names, made harmless, each in its own direction of writing."""
    return ", ".join(map(say_outlet, outlets))


def say_outlet(outlet: str) -> str:
    return isolate(clean(outlet))


def changes_in_words(kinds: tuple[ChangeKind, ...]) -> str:
    return "; ".join(_KINDS[kind] for kind in kinds)
