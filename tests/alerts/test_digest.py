from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from watcher.alerts.digest import compose, previous_daily, why_due, why_report
from watcher.model import Alert, ChangeKind, DigestId, Incident, IncidentId, RouteId, Timing

NOW = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)


def alert(minutes_ago: float = 0, kind: str = "opened", **fields: Any) -> Alert:
    created = NOW - timedelta(minutes=minutes_ago)
    number, incident = fields.pop("id", 1), IncidentId(fields.pop("incident", "i-1"))
    return Alert(number, incident, RouteId("desk"), ChangeKind(kind), created, **fields)


def timing(wait: float = 10, then_every: float = 60, *daily_at: str, timezone: str = "UTC") -> Timing:
    return Timing(timedelta(minutes=wait), timedelta(minutes=then_every), daily_at, timezone)


def ago(minutes: float | None) -> datetime | None:
    return None if minutes is None else NOW - timedelta(minutes=minutes)


WAITED = "the route's wait of 10 minutes after the first of these alerts has passed"
SPACED = "the route's spacing of 1 hour after the last digest has passed"


@pytest.mark.parametrize(
    ("clock", "waiting", "last", "expected"),
    [
        # the wait
        (timing(), [], None, None),
        (timing(), [alert(9)], None, None),
        (timing(), [alert(10)], None, WAITED),
        (timing(), [alert(1), alert(10)], None, WAITED),
        (timing(0), [alert(0)], None, "at once, as the route asks"),
        (timing(0), [alert(0)], 500, "at once, as the route asks"),
        # not before then_every has passed
        (timing(), [alert(10)], 59, None),
        (timing(), [alert(59)], 60, SPACED),
        (timing(0), [alert(30)], 59, None),
        (timing(0, 20), [alert(5)], 20, "the route's spacing of 20 minutes after the last digest has passed"),
        (timing(0, 0), [alert(0)], 0, "at once, as the route asks"),
        (timing(), [alert(10)], 60 * 24, WAITED),
        # quiet changes and held alerts
        (timing(), [alert(600, "confirmed"), alert(600, "repeated")], None, None),
        (timing(), [alert(600, "confirmed"), alert(9)], None, None),
        (timing(), [alert(600, held_because="too old")], None, None),
        (timing(), [alert(10, "disputed")], None, WAITED),
        # a clock that was set back
        (timing(), [alert(-30)], None, WAITED),
        (timing(), [alert(10)], -30, WAITED),
    ],
)
def test_why_a_digest_is_due(clock: Timing, waiting: list[Alert], last: float | None, expected: str | None) -> None:
    assert why_due(clock, waiting, ago(last), NOW) == expected


@pytest.mark.parametrize(
    ("clock", "waiting", "last", "expected"),
    [
        (timing(999, 999, "07:00"), [alert(60)], None, "daily at 07:00 (UTC)"),
        (timing(999, 999, "07:00"), [alert(60)], 61, "daily at 07:00 (UTC)"),
        (timing(999, 999, "07:00"), [alert(60)], 60, None),  # this time has been served
        (timing(999, 999, "07:00"), [alert(59)], None, None),  # it was not waiting then
        (timing(999, 999, "07:00"), [alert(60, "confirmed")], None, "daily at 07:00 (UTC)"),
        (timing(999, 999, "07:00"), [alert(60, held_because="too old")], None, None),
        (timing(999, 999, "07:00"), [], None, None),
        (timing(999, 999, "08:01"), [alert(60)], None, None),
        (timing(999, 999, "08:01"), [alert(24 * 60)], None, "daily at 08:01 (UTC)"),  # yesterday's, missed
        (timing(999, 999, "07:00", "08:00", "19:00"), [alert(5)], 30, "daily at 08:00 (UTC)"),
        (timing(999, 999, "07:00"), [alert(60)], -30, "daily at 07:00 (UTC)"),
        (timing(999, 999, "09:30", timezone="Europe/Berlin"), [alert(31)], None, "daily at 09:30 (Europe/Berlin)"),
        (timing(999, 999, "09:30", timezone="Europe/Berlin"), [alert(29)], None, None),
        (timing(10, 60, "07:00"), [alert(30)], None, WAITED),
    ],
)
def test_a_daily_time_sends_what_was_waiting_then(
    clock: Timing, waiting: list[Alert], last: float | None, expected: str | None
) -> None:
    assert why_due(clock, waiting, ago(last), NOW) == expected


@pytest.mark.parametrize(
    ("zone", "clock", "evening_before", "due"),
    [
        # summer time begins: 02:30 does not exist, and is served when it would have been
        ("Europe/Berlin", "02:30", "2026-03-28T20:00", ["2026-03-29T01:30"]),
        ("Europe/Berlin", "03:00", "2026-03-28T20:00", ["2026-03-29T01:00"]),
        # it ends: 02:30 occurs twice, and is served once
        ("Europe/Berlin", "02:30", "2026-10-24T20:00", ["2026-10-25T00:30"]),
        ("Europe/Berlin", "03:00", "2026-10-24T20:00", ["2026-10-25T02:00"]),
        # Damascus changed its clocks at midnight, until it stayed at UTC+3
        ("Asia/Damascus", "00:30", "2022-03-24T12:00", ["2022-03-24T22:30"]),
        ("Asia/Damascus", "23:30", "2021-10-28T12:00", ["2021-10-28T20:30"]),
        ("Asia/Damascus", "07:00", "2026-03-27T12:00", ["2026-03-28T04:00"]),
    ],
)
def test_a_daily_time_comes_once_in_the_nights_when_the_clocks_change(
    zone: str, clock: str, evening_before: str, due: list[str]
) -> None:
    start = datetime.fromisoformat(evening_before).replace(tzinfo=UTC)
    waiting = [Alert(1, IncidentId("i-1"), RouteId("desk"), ChangeKind.CONFIRMED, start)]
    last = start
    sent = []

    for minutes in range(1, 20 * 60):
        moment = start + timedelta(minutes=minutes)
        if why_due(timing(0, 0, clock, timezone=zone), waiting, last, moment) is not None:
            sent.append(f"{moment:%Y-%m-%dT%H:%M}")
            last = moment

    assert sent == due


# --- composing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def incidents(desk: Any) -> dict[IncidentId, Incident]:
    def make(number: int, severity: str, place: str, area: str, action: str, day: int | None) -> Incident:
        report = desk.report(desk.tell(action, place=place, area=area, day=day))
        incident: Incident = desk.incident(report, number=number, severity=severity)
        return incident

    made = (
        make(1, "high", "marea", "aleppo", "captured", 8),
        make(2, "medium", "khan_tuman", "aleppo", "captured", 8),
        make(3, "critical", "senaa", "raqqa", "captured", 8),
        make(4, "high", "marea", "aleppo", "broken", 8),
        make(5, "low", "raqqa_city", "raqqa", "imposed", None),
        make(6, "high", "kafr_kalbin", "aleppo", "captured", 7),
    )
    return {incident.id: incident for incident in made}


def digest_of(waiting: list[Alert], incidents: dict[IncidentId, Incident]) -> tuple[list[str], list[str]]:
    digest = compose(
        DigestId("d-1"),
        RouteId("desk"),
        waiting,
        incidents,
        reason=WAITED,
        rules_version="abc",
        now=NOW,
    )
    assert (digest.id, digest.route_id, digest.reason) == ("d-1", "desk", WAITED)
    assert (digest.rules_version, digest.composed_at) == ("abc", NOW)
    entries = [f"{entry.incident.id} {'+'.join(entry.kinds)}" for entry in digest.entries]
    return entries, [f"{entry.incident.id} {'+'.join(entry.kinds)}" for entry in digest.further]


def test_the_area_of_the_most_severe_leads_then_the_event_then_severity_and_day(
    incidents: dict[IncidentId, Incident],
) -> None:
    waiting = [alert(id=number, incident=f"i-{number}") for number in range(1, 7)]

    entries, further = digest_of(waiting, incidents)

    assert entries == ["i-3 opened", "i-5 opened", "i-6 opened", "i-1 opened", "i-2 opened", "i-4 opened"]
    assert further == []


def test_an_incident_has_one_entry_with_all_its_changes_in_order(incidents: dict[IncidentId, Incident]) -> None:
    waiting = [
        alert(id=4, incident="i-1", kind="disputed"),
        alert(id=1, incident="i-1"),
        alert(id=2, incident="i-1", kind="confirmed"),
        alert(id=3, incident="i-1", kind="confirmed"),
    ]

    assert digest_of(waiting, incidents) == (["i-1 opened+confirmed+disputed"], [])


def test_quiet_confirmations_of_what_was_sent_before_stand_apart(incidents: dict[IncidentId, Incident]) -> None:
    waiting = [
        alert(id=1, incident="i-2", kind="confirmed"),
        alert(id=2, incident="i-1", kind="reversed"),
        alert(id=3, incident="i-3", kind="repeated"),
    ]

    assert digest_of(waiting, incidents) == (["i-1 reversed"], ["i-3 repeated", "i-2 confirmed"])


def test_held_alerts_are_left_out(incidents: dict[IncidentId, Incident]) -> None:
    waiting = [alert(id=1, incident="i-1", held_because="too old"), alert(id=2, incident="i-2")]

    assert digest_of(waiting, incidents) == (["i-2 opened"], [])


def test_what_does_not_fit_is_counted_the_least_severe_first(incidents: dict[IncidentId, Incident]) -> None:
    waiting = [alert(id=number, incident=f"i-{number}") for number in range(1, 7)]
    waiting.append(alert(id=7, incident="i-2", kind="confirmed"))

    digest = compose(
        DigestId("d-1"), RouteId("desk"), waiting, incidents, reason=WAITED, rules_version="abc", now=NOW,
        most_entries=3,
    )  # fmt: skip

    assert [entry.incident.id for entry in digest.entries] == ["i-3", "i-1", "i-4"]
    assert [(severity.value, count) for severity, count in digest.left_over] == [("high", 1), ("medium", 1), ("low", 1)]


def test_quiet_changes_take_the_room_that_news_leave(incidents: dict[IncidentId, Incident]) -> None:
    waiting = [alert(id=1, incident="i-1"), alert(id=2, incident="i-2", kind="confirmed")]
    waiting.append(alert(id=3, incident="i-3", kind="confirmed"))

    digest = compose(
        DigestId("d-1"), RouteId("desk"), waiting, incidents, reason=WAITED, rules_version="abc", now=NOW,
        most_entries=2,
    )  # fmt: skip

    assert [entry.incident.id for entry in (*digest.entries, *digest.further)] == ["i-1", "i-3"]
    assert sum(count for _, count in digest.left_over) == 1


def test_what_cools_down_makes_no_digest_due_but_goes_out_daily() -> None:
    waiting = [alert(30, id=1)]

    assert why_due(timing(), waiting, None, NOW, calm={1}) is None
    assert why_due(timing(10, 60, "07:45"), waiting, None, NOW, calm={1}) == "daily at 07:45 (UTC)"


@pytest.mark.parametrize(
    ("last", "since", "told"),
    [
        (None, 24 * 60, True),
        (25 * 60, 48 * 60, True),
        (30, 24 * 60, False),  # a digest has gone out since
        (None, 30, False),  # Watcher was not at work yet at that time
        (-30, 24 * 60, False),  # the clock was set back
    ],
)
def test_a_daily_time_tells_that_nothing_happened(last: float | None, since: float, told: bool) -> None:
    reason = why_report(timing(10, 60, "07:00"), ago(last), NOW - timedelta(minutes=since), NOW)

    assert reason == ("daily at 07:00 (UTC), though nothing happened" if told else None)
    assert why_report(timing(), ago(last), NOW - timedelta(days=2), NOW) is None


def test_the_daily_time_before_a_daily_time_may_lie_on_the_day_before() -> None:
    seven = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)

    assert previous_daily(timing(10, 60, "07:00", "19:00"), seven) == seven - timedelta(hours=12)
    assert previous_daily(timing(10, 60, "07:00"), seven) == seven - timedelta(hours=24)
