"""Digests that are held, released, filled up, silenced, or told although nothing happened: on a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.deliver.conftest import mail_server
from tests.faults.conftest import make_desk
from tests.faults.desk import Desk, capture
from watcher.model import IncidentId, PlaceId, QuietHours, Route, SendLimit, Silence, Timing
from watcher.store.alerts import alerts_of
from watcher.store.holds import holds_of
from watcher.store.outbox import delivery_log, owed_to
from watcher.store.silences import add_silence, end_silence

if TYPE_CHECKING:
    from tests.deliver.conftest import MailServer
    from tests.faults.conftest import MakeDesk

__all__ = ["mail_server", "make_desk"]

HOUR = timedelta(hours=1)
STEP = timedelta(minutes=5)
NIGHT = QuietHours("22:00", "06:30", "Europe/Berlin")


@pytest.fixture
def desk(mail_server: MailServer, make_desk: MakeDesk) -> Desk:
    return make_desk({"mail": mail_server.url()})


def routed(desk: Desk, **changes: object) -> None:
    route: Route = replace(desk.route, **changes)  # type: ignore[arg-type]  # fields of a Route, by name
    desk.setup = replace(desk.setup, book=replace(desk.setup.book, routes=(route,)))


def holds(desk: Desk, incident: str) -> list[tuple[str, str, bool]]:
    with desk.database.reading() as session:
        ids = [alert.id for alert in alerts_of(session, IncidentId(incident))]
        return [(hold.kind.value, hold.because, hold.ended_at is not None) for hold in holds_of(session, ids)]


def subjects(server: MailServer) -> list[str]:
    return [str(mail["Subject"]) for mail in server.mails]


def test_quiet_hours_hold_across_midnight_and_release_with_the_reason(desk: Desk, mail_server: MailServer) -> None:
    routed(desk, quiet_hours=NIGHT)
    desk.cycle()
    desk.clock.set(datetime(2016, 6, 9, 21, 0, tzinfo=UTC))  # 23:00 in Berlin
    desk.publish([capture("Marea")])
    desk.cycle()
    for _ in range(7):
        desk.cycle(HOUR)
    assert mail_server.mails == []
    told = "quiet hours from 22:00 to 06:30 (Europe/Berlin)"
    assert holds(desk, "i000001") == [("quiet_hours", told, False)]

    desk.clock.set(datetime(2016, 6, 10, 4, 29, 55, tzinfo=UTC))
    desk.cycle()
    assert mail_server.mails == []
    desk.cycle(timedelta(seconds=5))

    assert subjects(mail_server) == ["[Watcher HIGH] Marea: captured"]
    assert f"Held until now: {told}, since Thursday 9 June 2016, 21:00" in mail_server.received[0].text
    assert holds(desk, "i000001") == [("quiet_hours", told, True)]


def test_a_digest_that_is_full_leaves_the_rest_for_the_next_one_and_counts_it(
    desk: Desk, mail_server: MailServer
) -> None:
    routed(desk, most_entries=2, timing=Timing(timedelta(0), HOUR))
    desk.publish([capture(place) for place in ("Marea", "Azaz", "Akhtarin", "Kafr Kalbin", "Dabiq")])

    desk.cycle()
    assert "AND 3 more incidents (3 high), which did not fit" in mail_server.received[0].text
    desk.cycle(30 * STEP / 6)
    assert len(mail_server.mails) == 1
    desk.cycle(HOUR)
    desk.cycle(HOUR)

    assert [subject.count("more)") for subject in subjects(mail_server)] == [1, 1, 0]
    assert "did not fit" not in mail_server.received[2].text
    texts = "".join(mail.text for mail in mail_server.received)
    assert [texts.count(f"Incident: i00000{number},") for number in range(1, 6)] == [1] * 5
    ends = [ended for number in range(1, 6) for _, _, ended in holds(desk, f"i00000{number}")]
    assert len(ends) == 3
    assert all(ends)


def test_a_silence_holds_and_is_listed_and_what_it_held_goes_out_when_it_ends(
    desk: Desk, mail_server: MailServer
) -> None:
    now = desk.clock.now()
    silence = Silence(0, "anna", "known offensive", now, now + 24 * HOUR, places=(PlaceId("marea"),))
    with desk.database.writing() as session:
        add_silence(session, silence)
    desk.publish([capture("Marea"), capture("Azaz")])

    desk.cycle()
    assert subjects(mail_server) == ["[Watcher HIGH] Azaz: captured"]
    line = "silence 1 (place marea) by anna until Friday 10 June 2016, 06:00: known offensive; 1 alert held back"
    assert f"- {line}" in mail_server.received[0].text
    desk.cycle(HOUR)
    assert len(mail_server.mails) == 1

    with desk.database.writing() as session:
        end_silence(session, 1, desk.clock.now(), "bert")
    desk.cycle(STEP)

    assert subjects(mail_server)[1:] == ["[Watcher HIGH] Marea: captured"]
    assert "Held until now: silence 1 by anna" in mail_server.received[1].text


def test_a_quiet_day_is_told_at_the_daily_time_and_once(desk: Desk, mail_server: MailServer) -> None:
    routed(desk, timing=Timing(timedelta(0), HOUR, ("07:00",), "UTC"))
    desk.publish(["Rebels vow to capture Marea", "Fog delays ferries"])
    desk.cycle()
    assert mail_server.mails == []

    desk.cycle(HOUR)
    desk.cycle(HOUR)

    assert subjects(mail_server) == ["[Watcher] quiet: 2 items read, no incident"]
    text = mail_server.received[0].text
    assert "1 of 1 feed polled, none failing; 2 new items seen, 0 held as too old." in text
    assert "Near misses: 1 finding that told no news" in text
    assert "Near miss: Wire: Rebels vow to capture Marea (prospective)" in text


def test_a_route_may_wish_no_report_of_quiet_days(desk: Desk, mail_server: MailServer) -> None:
    routed(desk, timing=Timing(timedelta(0), HOUR, ("07:00",), "UTC"), reports_when_quiet=False)
    desk.cycle()
    desk.cycle(2 * HOUR)

    assert mail_server.mails == []


def test_what_cools_down_rides_along_and_is_not_lost(desk: Desk, mail_server: MailServer) -> None:
    routed(desk, cooldown=6 * HOUR)
    desk.publish(["Rebels captured parts of Marea from Islamic State on Wednesday"])
    desk.cycle()
    desk.publish([capture("Marea")])  # now all of it
    desk.cycle(STEP)
    assert len(mail_server.mails) == 1
    assert [kind for kind, _, ended in holds(desk, "i000001") if not ended] == ["cooldown"]

    desk.publish([capture("Azaz")])
    desk.cycle(STEP)

    assert subjects(mail_server)[1] == "[Watcher HIGH] Azaz: captured (+1 more)"
    assert "more is known now" in mail_server.received[1].text


def test_an_update_of_an_incident_answers_to_the_mails_that_told_of_it(desk: Desk, mail_server: MailServer) -> None:
    desk.publish(["Rebels captured parts of Marea from Islamic State on Wednesday"])
    desk.cycle()
    desk.publish([capture("Azaz")])
    desk.cycle(STEP)
    desk.publish([capture("Marea")])
    desk.cycle(STEP)

    first, other, update = mail_server.mails
    assert (first["References"], other["References"], other["In-Reply-To"]) == (None, None, None)
    assert (update["In-Reply-To"], update["References"]) == (first["Message-ID"], first["Message-ID"])


def test_in_a_storm_the_channel_rests_its_readers_are_told_and_everything_follows(
    desk: Desk, mail_server: MailServer
) -> None:
    (channel,) = desk.setup.config.channels
    limited = replace(channel, limit=SendLimit(3, HOUR))
    desk.setup = replace(desk.setup, config=replace(desk.setup.config, channels=(limited,)))
    mail_server.recipient_reply = "451 4.3.0 try later"
    for place in ("Marea", "Azaz", "Akhtarin", "Kafr Kalbin", "Dabiq"):
        desk.publish([capture(place)])
        desk.cycle(6 * STEP / 5)
    mail_server.recipient_reply = "250 2.1.5 fine"

    for _ in range(5):
        desk.cycle(2 * STEP)
    assert len(mail_server.mails) == 3
    notice = mail_server.received[2]
    assert notice.message["Subject"] == "[Watcher delivery] storm: 3 messages waiting for this channel"
    assert "at most 3 messages in 1 hour" in notice.text
    with desk.database.reading() as session:
        (waiting, *_) = owed_to(session, channel.id)
        assert [event.what for event in delivery_log(session, waiting.id)][-1] == "held"

    for _ in range(12):
        desk.cycle(3 * STEP)
    told = [subject for subject in subjects(mail_server) if "captured" in subject]
    assert len(told) == 5
    assert len(set(told)) == 5
