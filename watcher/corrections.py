"""Beside step 3 of the pipeline: what an edited item tells no longer is withdrawn from its incidents, and said so.

A feed that only shortens what it gives corrects nothing. What the new wording tells besides is filed after this, as
of any item (filing.py).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from watcher.filing import incidents_around, settle_reversals, store_change
from watcher.incidents.changes import replace_report, restore_report, withdraw_report
from watcher.incidents.direction import DAYS_APART, Direction, compare, is_same_ground, told_by
from watcher.model import Finding, Incident, Item, Report, Status
from watcher.ports import Setup
from watcher.store import incidents
from watcher.store.database import Session

_ELLIPSES = ("[…]", "[...]", "…", "...")


def what_is_told(finding: Finding) -> tuple[object, ...]:
    """What makes two findings of one item tell the same."""
    sides = (finding.gained_by, finding.lost_by)
    return (finding.event, finding.action, finding.place, *sides, finding.status, finding.extent)


def is_shortened(before: str, after: str) -> bool:
    """Whether a text is nothing but the beginning of the one before it."""
    cut = after.strip()
    for ellipsis in _ELLIPSES:
        cut = cut.removesuffix(ellipsis).rstrip()
    return len(cut) < len(before.strip()) and before.strip().startswith(cut)


def take_back(
    session: Session, setup: Setup, item: Item, tells_now: Collection[Finding], now: datetime, *, shortened: bool
) -> None:
    """Withdraw the reports of an edited item that it tells no longer, and restore those that it tells again.

    ``tells_now`` is everything found in its present wording and in its page; ``shortened``: it was only cut.
    """
    for incident in incidents.incidents_of_item(session, item.id):
        current = incident
        for report in incident.reports:
            if report.item_id == item.id:
                current = _judge(session, setup, item, current, report, tells_now, now, shortened=shortened)
        if current is not incident:
            _settle(session, setup, item, current, now)


def _judge(
    session: Session,
    setup: Setup,
    item: Item,
    incident: Incident,
    report: Report,
    tells_now: Collection[Finding],
    now: datetime,
    *,
    shortened: bool,
) -> Incident:
    actors = setup.book.actors
    is_told = what_is_told(report.finding) in {what_is_told(finding) for finding in tells_now}
    if is_told and report.withdrawn_because is not None:
        after, change = restore_report(incident, report, actors, now)
    elif is_told or report.withdrawn_because is not None:
        return incident
    else:
        instead = _told_instead(report.finding, tells_now, setup)
        if instead is None and shortened:
            return incident
        because = _because(report.finding, instead, tells_now, setup)
        if instead is None:
            after, change = withdraw_report(incident, report, because, actors, now)
        else:
            says_less = not _is_as_strong(instead, report.finding)
            after, change = replace_report(incident, report, because, actors, now, says_less=says_less)
    if change.kind.pushes:
        store_change(session, setup, item, after, change, None)
    else:  # a line of the history, and no news to anybody
        incidents.save_incident(session, after)
        incidents.add_change(session, change)
    return after


def _told_instead(finding: Finding, tells_now: Iterable[Finding], setup: Setup) -> Finding | None:
    """The finding of the new wording that tells of the same change."""
    same = (
        other
        for other in tells_now
        if is_same_ground(finding, other)
        and compare(finding, other, setup.book.actors) is Direction.SAME
        and _may_be_one_day(finding, other)
    )
    return next((other for other in same if other.status.alerts or other.status is finding.status), None)


def _may_be_one_day(one: Finding, other: Finding) -> bool:
    if one.event_date is None or other.event_date is None:
        return True
    return abs((one.event_date - other.event_date).days) <= DAYS_APART


def _is_as_strong(instead: Finding, finding: Finding) -> bool:
    """Whether a telling takes nothing back of the one before."""
    still_sure = finding.status is not Status.ASSERTED or instead.status is Status.ASSERTED
    return still_sure and instead.extent is finding.extent


def _because(finding: Finding, instead: Finding | None, tells_now: Collection[Finding], setup: Setup) -> str:
    if instead is not None:
        if instead.extent is not finding.extent:
            return f"its edited text tells of it to another extent: {instead.extent.value}"
        return "it is worded anew" if _is_as_strong(instead, finding) else "its edited text only claims it"
    denied = [other for other in tells_now if other.place == finding.place and other.status is Status.NEGATED]
    if denied:
        return "its edited text says that it did not happen"
    names = dict.fromkeys(
        setup.book.gazetteer[other.place].name
        for other in tells_now
        if other.status.alerts and other.event is finding.event and other.place != finding.place
    )
    if names:
        return f"its edited text tells of {', '.join(names)} instead"
    at_place = any(other.status.alerts and other.place == finding.place for other in tells_now)
    return "its edited text tells of other sides" if at_place else "its edited text does not tell it any more"


def _settle(session: Session, setup: Setup, item: Item, incident: Incident, now: datetime) -> None:
    """What a withdrawn report does to the incidents that its incident undid, or that undid it."""
    finding = incident.reports[0].finding
    around = incidents_around(session, setup, incident.place, finding, told_by(item.published_at, now))
    settle_reversals(session, setup, item, (*around, incident), now)
