"""Which rules were in use when, with the files as they were then, so that an old alert can still show its line."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlmodel import Session, col, select

from watcher.model import Position, RulesRecord
from watcher.store.tables import RulesFileRow, RulesRow, RulesTextRow


def record_rules(session: Session, version: str, now: datetime, files: Mapping[str, bytes]) -> bool:
    """Note that these rules are in use from now on; False if they were already.

    ``files`` maps each file, named as in positions, to its bytes.
    """
    current = current_rules(session)
    if current is not None and current.version == version:
        return False
    session.add(RulesRow(version=version, since=now))
    session.flush()
    for name, content in files.items():
        sha256 = hashlib.sha256(content).hexdigest()
        text = insert_or(RulesTextRow).on_conflict_do_nothing()
        session.exec(text, params={"sha256": sha256, "packed": zlib.compress(content)})
        file = insert_or(RulesFileRow).on_conflict_do_nothing()
        session.exec(file, params={"version": version, "name": name, "sha256": sha256})
    return True


def current_rules(session: Session) -> RulesRecord | None:
    """The rules that were taken into use last."""
    row = session.exec(select(RulesRow).order_by(col(RulesRow.id).desc()).limit(1)).first()
    return None if row is None else RulesRecord(version=row.version, since=row.since)


def rule_line(session: Session, version: str, position: Position) -> str | None:
    """The line at ``position`` as that version of the rules had it; None if it is not known."""
    query = (
        select(RulesTextRow.packed)
        .join(RulesFileRow, col(RulesFileRow.sha256) == RulesTextRow.sha256)
        .where(RulesFileRow.version == version, RulesFileRow.name == position.file)
    )
    packed = session.exec(query).first()
    if packed is None:
        return None
    lines = zlib.decompress(packed).decode("utf-8", errors="replace").split("\n")
    return lines[position.line - 1].rstrip("\r") if 0 < position.line <= len(lines) else None
