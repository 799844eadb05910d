"""What became of each finding that tells or denies a change, and why it joined none of the other incidents.

What joins what is decided by incidents/correlate.py, not here.
"""

from __future__ import annotations

from sqlmodel import Session, col, select

from watcher.errors import StoreError
from watcher.model import Filing, Finding, IncidentId, ItemId
from watcher.store.conversions import to_finding
from watcher.store.tables import FilingRow, FindingRow, MatchRunRow


def add_filing(session: Session, filing: Filing) -> None:
    """Note what became of a finding, which ``add_matches`` must have stored before; the last note counts.

    Raises: StoreError when the finding is not stored.
    """
    row = FilingRow(
        finding_id=finding_id(session, filing.item_id, filing.finding),
        item_id=filing.item_id,
        at=filing.at,
        verdict=filing.verdict,
        because=filing.because,
        incident_id=filing.incident_id,
        considered=[list(pair) for pair in filing.considered],
    )
    session.merge(row)
    session.flush()


def filings_of_item(session: Session, item_id: ItemId) -> tuple[Filing, ...]:
    """What became of the findings of an item, in the order in which they were stored."""
    query = (
        select(FilingRow, FindingRow)
        .join(FindingRow, col(FindingRow.id) == FilingRow.finding_id)
        .where(FilingRow.item_id == item_id)
        .order_by(col(FilingRow.finding_id))
    )
    return tuple(
        Filing(
            item_id=ItemId(row.item_id),
            finding=to_finding(finding),
            at=row.at,
            verdict=row.verdict,
            because=row.because,
            incident_id=None if row.incident_id is None else IncidentId(row.incident_id),
            considered=tuple((IncidentId(incident_id), words) for incident_id, words in row.considered),
        )
        for row, finding in session.exec(query)
    )


def finding_id(session: Session, item_id: ItemId, finding: Finding) -> int:
    """The row of the latest stored finding of an item that equals this one.

    Raises: StoreError when there is none.
    """
    query = (
        select(FindingRow)
        .join(MatchRunRow, col(MatchRunRow.id) == FindingRow.match_run_id)
        .where(MatchRunRow.item_id == item_id, FindingRow.place == finding.place)
        .order_by(col(FindingRow.id).desc())
    )
    for row in session.exec(query).all():
        if to_finding(row) == finding:
            assert row.id is not None
            return row.id
    raise StoreError(f"the finding at '{finding.place}' was not stored with item '{item_id}'")
