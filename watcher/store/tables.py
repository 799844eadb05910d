"""The tables of watcher.db. They never leave ``store``: queries take and return the values of ``watcher.model``.

Every change here needs a migration in ``migrations/versions`` and a new ``SCHEMA_REVISION``; a test compares the two.
Moments are text "2025-03-01 06:00:00.000000" in UTC, of one width, so that SQLite's comparisons order them rightly.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Table, literal_column
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel, col

SCHEMA_REVISION = "0008"


class FeedRow(SQLModel, table=True):
    """The polling state of a feed. ``url`` is the one that the validators belong to."""

    __tablename__ = "feed"

    id: str = Field(primary_key=True)
    url: str
    added_at: datetime
    next_poll_at: datetime = Field(index=True)
    etag: str | None
    last_modified: str | None
    body_hash: str | None
    last_polled_at: datetime | None
    last_success_at: datetime | None
    last_item_at: datetime | None
    failures: int
    health: str
    reason: str | None
    claimed_until: datetime | None
    # what the second schema added has a default of the database, as SQLite wants for the rows that were there
    last_document_at: datetime | None
    entries: int = Field(sa_column_kwargs={"server_default": "0"})
    lost_entries: int = Field(sa_column_kwargs={"server_default": "0"})
    wishes: dict[str, Any] | None = Field(sa_type=JSON)
    rhythm: dict[str, Any] | None = Field(sa_type=JSON)
    hurry_until: datetime | None
    composite_keys: bool = Field(sa_column_kwargs={"server_default": "0"})
    adopted_url: str | None
    moved_to: str | None
    moved_times: int = Field(sa_column_kwargs={"server_default": "0"})
    moved_since: datetime | None


class FeedUrlRow(SQLModel, table=True):
    """Each address under which a feed was polled, and why it became so."""

    __tablename__ = "feed_url"

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id", index=True)
    url: str
    since: datetime
    because: str


class FeedProblemRow(SQLModel, table=True):
    """Something wrong with a feed (``feed_id`` null: with all), and when its begin and its end were told."""

    __tablename__ = "feed_problem"
    __table_args__ = (
        Index("ix_feed_problem_open", "id", sqlite_where=sql("ended_at IS NULL")),
        Index("ix_feed_problem_untold", "id", sqlite_where=sql("told_at IS NULL OR end_told_at IS NULL")),
    )

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str | None = Field(foreign_key="feed.id")
    kind: str
    words: str
    since: datetime
    ended_at: datetime | None
    told_at: datetime | None
    end_told_at: datetime | None


class FeedGapRow(SQLModel, table=True):
    """A window that moved on between two polls, and how far the older pages were read."""

    __tablename__ = "feed_gap"
    __table_args__ = (Index("ix_feed_gap_feed", "feed_id", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id")
    since: datetime
    noticed_at: datetime
    next_url: str | None
    pages: int
    recovered: int
    closed_because: str | None


class PollRow(SQLModel, table=True):
    """The poll log: the one table that is pruned."""

    __tablename__ = "poll"
    __table_args__ = (Index("ix_poll_feed", "feed_id", "polled_at"),)

    id: int | None = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id")
    polled_at: datetime = Field(index=True)
    outcome: str
    reason: str | None
    entries: int
    new_items: int
    edited_items: int
    body_bytes: int
    elapsed_us: int


class ItemRow(SQLModel, table=True):
    """An item as the publisher words it now; former wordings are revisions."""

    __tablename__ = "item"
    __table_args__ = (
        Index("ix_item_feed", "feed_id", "first_seen_at"),
        Index("ix_item_copy_of", "copy_of", sqlite_where=sql("copy_of IS NOT NULL")),
    )

    id: str = Field(primary_key=True)
    feed_id: str = Field(foreign_key="feed.id")
    source: str
    outlet: str
    title: str
    text: str
    url: str | None
    language: str | None
    published_at: datetime | None
    first_seen_at: datetime
    content_hash: str
    held_because: str | None = None
    copy_of: str | None = None
    copy_because: str | None = None


class PageRow(SQLModel, table=True):
    """The page behind an item, to be read or read; ``due_at`` is null when nothing more is to be done."""

    __tablename__ = "page"
    __table_args__ = (
        Index("ix_page_due", "due_at", sqlite_where=sql("due_at IS NOT NULL")),
        Index("ix_page_feed", "feed_id", "wanted_at"),
    )

    item_id: str = Field(primary_key=True, foreign_key="item.id")
    feed_id: str = Field(foreign_key="feed.id")
    url: str = Field(index=True)
    wanted_at: datetime
    due_at: datetime | None
    attempts: int
    reads: int
    read_at: datetime | None
    text: str | None
    reason: str | None


class HostRestRow(SQLModel, table=True):
    """A host that wants to be left alone until a moment (Retry-After)."""

    __tablename__ = "host_rest"
    __table_args__ = ({"sqlite_with_rowid": False},)

    host: str = Field(primary_key=True)
    until: datetime


class ItemKeyRow(SQLModel, table=True):
    """An identity under which an item may return, kept for ever. ``position`` counts from the strongest."""

    __tablename__ = "item_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    feed_id: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    item_id: str = Field(foreign_key="item.id", index=True)
    position: int


class ItemRevisionRow(SQLModel, table=True):
    """A wording that the publisher replaced. One that returns and is replaced again is kept once."""

    __tablename__ = "item_revision"

    item_id: str = Field(primary_key=True, foreign_key="item.id")
    content_hash: str = Field(primary_key=True)
    title: str
    text: str
    replaced_at: datetime


class SketchRow(SQLModel, table=True):
    """What an item of the last days is found by, if it is a copy of none. ``packed`` are its keys, eight bytes each."""

    __tablename__ = "sketch"

    id: int | None = Field(default=None, primary_key=True)
    item_id: str = Field(foreign_key="item.id", unique=True)
    seen_at: datetime = Field(index=True)
    packed: bytes


class SketchKeyRow(SQLModel, table=True):
    """The sketches that have a key: an index made by hand, as the keys lie packed in the sketch."""

    __tablename__ = "sketch_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(primary_key=True, sa_type=BigInteger)
    sketch_id: int = Field(primary_key=True)


class MatchRunRow(SQLModel, table=True):
    """One matching of one item: when, with which rules, on which wording, its page's or the feed's.

    It may have found nothing.
    """

    __tablename__ = "match_run"
    __table_args__ = (Index("ix_match_run_item", "item_id", "id"), Index("ix_match_run_matched", "matched_at"))

    id: int | None = Field(default=None, primary_key=True)
    item_id: str = Field(foreign_key="item.id")
    matched_at: datetime
    rules_version: str
    content_hash: str
    read_from: str = Field(default="feed", sa_column_kwargs={"server_default": "feed"})


class FindingRow(SQLModel, table=True):
    """A finding with its whole evidence; ``rule`` is file:line:column."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_run", "match_run_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    match_run_id: int = Field(foreign_key="match_run.id")
    position: int
    event: str
    action: str
    place: str
    area: str
    gained_by: str | None
    lost_by: str | None
    status: str
    extent: str
    event_date: date | None
    attributed_to: str | None
    quote: str
    start: int
    end: int
    confidence: float
    rule: str
    reasons: list[dict[str, Any]] = Field(sa_type=JSON)
    marks: list[dict[str, Any]] = Field(sa_type=JSON)


IS_STANDING = col(FindingRow.status) == literal_column("'standing'")
Index("ix_finding_standing", col(FindingRow.place), sqlite_where=IS_STANDING)  # for the ledger


class FilingRow(SQLModel, table=True):
    """What became of a finding that tells or denies a change; ``considered`` are pairs of incident and words."""

    __tablename__ = "filing"

    finding_id: int = Field(primary_key=True, foreign_key="finding.id")
    item_id: str = Field(foreign_key="item.id", index=True)
    at: datetime
    verdict: str
    because: str
    incident_id: str | None = Field(foreign_key="incident.id")
    considered: list[list[str]] = Field(sa_type=JSON)


class IncidentRow(SQLModel, table=True):
    """An incident as its reports make it; ``watch_rule`` is file:line:column."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("ix_incident_event_updated", "event", "updated_at"),
        Index("ix_incident_area_updated", "area", "updated_at"),
        Index("ix_incident_place", "place", "event", "updated_at"),
    )

    id: str = Field(primary_key=True)
    event: str
    action: str
    place: str
    area: str
    gained_by: str | None
    lost_by: str | None
    status: str
    extent: str
    event_date: date | None
    confidence: float
    severity: str
    watch_id: str
    watch_rule: str
    state: str
    opened_at: datetime
    updated_at: datetime = Field(index=True)
    state_because: str | None = None
    reversed_by: str | None = None
    known_because: str | None = None
    against_ledger: str | None = None


# Partial: the open ones are few, the closed ones grow for ever.
IS_OPEN = col(IncidentRow.state) != literal_column("'closed'")
Index("ix_incident_open", col(IncidentRow.updated_at), sqlite_where=IS_OPEN)


class ReportRow(SQLModel, table=True):
    """The joining of one finding to one incident."""

    __tablename__ = "report"

    incident_id: str = Field(primary_key=True, foreign_key="incident.id")
    position: int = Field(primary_key=True)
    finding_id: int = Field(foreign_key="finding.id")
    item_id: str = Field(foreign_key="item.id", index=True)
    outlet: str
    source: str
    title: str
    url: str | None
    published_at: datetime | None
    reported_at: datetime
    joined_because: str
    read_from: str = Field(default="feed", sa_column_kwargs={"server_default": "feed"})
    voice: str | None = None
    withdrawn_because: str | None = None


class IncidentChangeRow(SQLModel, table=True):
    """One line of an incident's history."""

    __tablename__ = "incident_change"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: str = Field(foreign_key="incident.id", index=True)
    kind: str
    at: datetime
    item_id: str = Field(foreign_key="item.id")
    detail: str


class AlertRow(SQLModel, table=True):
    """A change owed to a route. It waits as long as no digest holds it and nothing holds it back."""

    __tablename__ = "alert"

    id: int | None = Field(default=None, primary_key=True)
    incident_id: str = Field(foreign_key="incident.id", index=True)
    route_id: str
    kind: str
    created_at: datetime
    held_because: str | None
    digest_id: str | None = Field(foreign_key="digest.id", index=True)


# Partial: the waiting are few, those that went out grow for ever.
Index(
    "ix_alert_waiting",
    col(AlertRow.route_id),
    sqlite_where=col(AlertRow.digest_id).is_(None) & col(AlertRow.held_because).is_(None),
)


class AlertHoldRow(SQLModel, table=True):
    """A reason that keeps, or kept, an alert back for a while."""

    __tablename__ = "alert_hold"
    __table_args__ = (Index("ix_alert_hold_open", "alert_id", sqlite_where=sql("ended_at IS NULL")),)

    id: int | None = Field(default=None, primary_key=True)
    alert_id: int = Field(foreign_key="alert.id", index=True)
    kind: str
    because: str
    since: datetime
    ended_at: datetime | None


class SilenceRow(SQLModel, table=True):
    """A person's wish that some alerts wait; ``matchers`` are lists of ids by what they name."""

    __tablename__ = "silence"

    id: int | None = Field(default=None, primary_key=True)
    author: str
    reason: str
    created_at: datetime
    ends_at: datetime = Field(index=True)
    matchers: dict[str, list[str]] = Field(sa_type=JSON)
    ended_by: str | None


class DigestRow(SQLModel, table=True):
    """A digest that was composed; its alerts point to it, its deliveries hold what was rendered."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_route", "route_id", "composed_at"),)

    id: str = Field(primary_key=True)
    route_id: str
    composed_at: datetime
    reason: str
    rules_version: str


class DeliveryRow(SQLModel, table=True):
    """The outbox. ``claimed_at`` is when the last attempt began, ``claimed_until`` the lease of who makes it.

    ``handed_over_at`` is set just before the message goes out: before that, a crash means that it surely did not.
    ``told_at``: when other channels were told that it is dead.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_due", "state", "next_attempt_at"),
        Index("ix_delivery_state_created", "state", "created_at"),
        Index("ix_delivery_channel", "channel_id", "state", "next_attempt_at"),
        Index("ix_delivery_handed_over", "channel_id", "handed_over_at"),
    )

    id: str = Field(primary_key=True)
    digest_id: str = Field(foreign_key="digest.id", index=True)
    channel_id: str
    subject: str
    text: str
    html: str
    state: str
    attempts: int
    created_at: datetime = Field(index=True)
    next_attempt_at: datetime
    claimed_at: datetime | None
    sent_at: datetime | None
    error: str | None
    # what the fifth schema added has a default of the database, as SQLite wants for the rows that were there
    unanswered: int = Field(sa_column_kwargs={"server_default": "0"})
    part: int = Field(sa_column_kwargs={"server_default": "1"})
    parts: int = Field(sa_column_kwargs={"server_default": "1"})
    urgency: int = Field(sa_column_kwargs={"server_default": "0"})
    claimed_until: datetime | None
    handed_over_at: datetime | None
    told_at: datetime | None
    replies_to: list[str] | None = Field(sa_type=JSON)


class DeliveryEventRow(SQLModel, table=True):
    """The delivery log: lines are added, never changed."""

    __tablename__ = "delivery_event"

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: str = Field(foreign_key="delivery.id", index=True)
    at: datetime
    what: str
    detail: str | None
    by: str | None


class ChannelStateRow(SQLModel, table=True):
    """How a channel has answered lately; one row per channel that was ever sent to."""

    __tablename__ = "channel_state"

    channel_id: str = Field(primary_key=True)
    failures: int
    failing_since: datetime | None
    failed_at: datetime | None
    rests_until: datetime | None
    error: str | None
    told_at: datetime | None


class RulesRow(SQLModel, table=True):
    """A taking into use of rules: the last row tells those in use, a return to former rules is a new row."""

    __tablename__ = "rules"

    id: int | None = Field(default=None, primary_key=True)
    version: str
    since: datetime


class RulesFileRow(SQLModel, table=True):
    """The files of a version of the rules, by the SHA-256 of their bytes."""

    __tablename__ = "rules_file"
    __table_args__ = ({"sqlite_with_rowid": False},)

    version: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    sha256: str = Field(foreign_key="rules_text.sha256")


class RulesTextRow(SQLModel, table=True):
    """The bytes of a rules file (zlib), once for all versions that share them."""

    __tablename__ = "rules_text"

    sha256: str = Field(primary_key=True)
    packed: bytes


class ServiceRow(SQLModel, table=True):
    """The daemon that ran last, or runs: one row, ``id`` 1."""

    __tablename__ = "service"

    id: int = Field(primary_key=True)
    pid: int
    started_at: datetime
    beat_at: datetime
    stopped_at: datetime | None
    rules_version: str
    config_version: str
    rejected: str | None


class CounterRow(SQLModel, table=True):
    """The last number that was given out, by what it numbers."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True)
    value: int


def table(row: type[SQLModel]) -> Table:
    """The table behind a row class, for statements of SQLAlchemy Core: many rows cost a third of what objects cost."""
    return SQLModel.metadata.tables[str(row.__tablename__)]
