"""A real database in the test's own folder, and short ways to make what goes into it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from watcher.model import (
    Action,
    ActorId,
    Event,
    Extent,
    Feed,
    FeedId,
    Finding,
    Incident,
    IncidentId,
    IncidentState,
    Item,
    ItemId,
    Mark,
    PlaceId,
    Position,
    Reason,
    Report,
    Severity,
    Status,
    WatchId,
)
from watcher.store.database import Database, Session
from watcher.store.feeds import sync_feeds
from watcher.store.items import add_findings, add_item

NOW = datetime(2025, 3, 1, 6, 0, tzinfo=UTC)


class Make:
    """Makes valid values; keywords replace their fields."""

    now = NOW

    def feed(self, id_: str = "valley-news", **fields: Any) -> Feed:
        feed = Feed(
            id=FeedId(id_),
            name="Valley News",
            url=f"https://{id_}.example/rss",
            outlet="Valley News",
            language="en",
            kind="rss",
            interval=timedelta(minutes=5),
            origin=Position("config/feeds.yaml", 3, 5),
        )
        return replace(feed, **fields)

    def item(self, id_: str = "a1", **fields: Any) -> Item:
        item = Item(
            id=ItemId(id_),
            feed_id=FeedId("valley-news"),
            source="Valley News",
            outlet="Valley News",
            title="Rebels take the mill town",
            text="The rebels took the mill town on Friday.",
            url=f"https://valley-news.example/{id_}",
            language="en",
            published_at=NOW - timedelta(minutes=20),
            first_seen_at=NOW,
            keys=(f"guid:{id_}", f"link:https://valley-news.example/{id_}"),
            content_hash=f"hash of {id_}",
        )
        return replace(item, **fields)

    def finding(self, place: str = "mill-town", **fields: Any) -> Finding:
        finding = Finding(
            event=Event.CONTROL_CHANGE,
            action=Action.CAPTURED,
            place=PlaceId(place),
            area=PlaceId("valley"),
            gained_by=ActorId("rebels"),
            lost_by=None,
            status=Status.ASSERTED,
            extent=Extent.FULL,
            event_date=NOW.date(),
            attributed_to=None,
            quote="The rebels took the mill town on Friday.",
            start=27,
            end=67,
            confidence=0.8,
            rule=Position("rules/language/en.yaml", 40, 5),
            reasons=(Reason("a finite verb in the past", Position("rules/language/en.yaml", 40), 0.3), Reason("named")),
            marks=(Mark(31, 37, "gained_by", "rebels"), Mark(38, 42, "trigger", "take")),
        )
        return replace(finding, **fields)

    def report(self, item: Item | None = None, finding: Finding | None = None, **fields: Any) -> Report:
        item = item or self.item()
        report = Report(
            item_id=item.id,
            outlet=item.outlet,
            source=item.source,
            title=item.title,
            url=item.url,
            published_at=item.published_at,
            reported_at=NOW,
            finding=finding or self.finding(),
            joined_because="it opened the incident",
        )
        return replace(report, **fields)

    def incident(self, id_: str = "i000001", **fields: Any) -> Incident:
        incident = Incident(
            id=IncidentId(id_),
            event=Event.CONTROL_CHANGE,
            action=Action.CAPTURED,
            place=PlaceId("mill-town"),
            area=PlaceId("valley"),
            gained_by=ActorId("rebels"),
            lost_by=None,
            status=Status.ASSERTED,
            extent=Extent.FULL,
            event_date=NOW.date(),
            confidence=0.8,
            severity=Severity.HIGH,
            watch_id=WatchId("valley-control"),
            watch_rule=Position("rules/watches.yaml", 5, 3),
            state=IncidentState.OPENED,
            opened_at=NOW,
            updated_at=NOW,
            reports=(self.report(),),
        )
        return replace(incident, **fields)

    def stored_item(self, session: Session, item: Item | None = None, *findings: Finding) -> Item:
        """Store an item with its feed and findings."""
        item = item or self.item()
        sync_feeds(session, [self.feed(item.feed_id)], NOW)
        add_item(session, item)
        add_findings(session, item.id, findings, "rules-1", NOW)
        return item


@pytest.fixture(scope="session")
def make() -> Make:
    return Make()


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded database without rows, to be copied."""
    path = tmp_path_factory.mktemp("pristine") / "watcher.db"
    with Database(path) as database:
        database.upgrade()
    return path


@pytest.fixture
def path(tmp_path: Path, pristine: Path) -> Path:
    path = tmp_path / "watcher.db"
    path.write_bytes(pristine.read_bytes())
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    with Database(path, busy_timeout=timedelta(seconds=5)) as database:
        yield database
