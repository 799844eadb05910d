"""What mail servers and webhooks do wrong, and what becomes of the digests that they were to get."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.faults.desk import PLACES, capture
from watcher.model import DeliveryState
from watcher.store.channel_states import channel_states

if TYPE_CHECKING:
    from tests.deliver.conftest import MailServer, WebServer
    from tests.faults.conftest import MakeDesk

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_a_mail_server_that_says_later_for_three_hours_is_asked_seldom_and_gets_everything_once(
    mail_server: MailServer, web_server: WebServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url(), "chat": f"json://{web_server.host}/hook"})
    mail_server.data_reply = "451 4.3.0 try later"
    for place in PLACES[:3]:
        desk.publish([capture(place)])
        desk.cycle(10 * MINUTE)
    for _ in range(3 * 12):
        desk.cycle(5 * MINUTE)
    with desk.database.reading() as session:
        failures = {str(state.channel_id): state.failures for state in channel_states(session)}
    assert 8 <= failures["mail"] <= 16  # three deliveries, but one at a time asks, and ever more seldom
    assert mail_server.received == []

    mail_server.data_reply = "250 2.0.0 kept"
    for _ in range(10):
        desk.cycle(5 * MINUTE)

    subjects = [mail["Subject"] for mail in mail_server.mails]
    assert sorted(place for place in PLACES for subject in subjects if place in subject) == sorted(PLACES[:3])
    assert not any("possible repeat" in subject for subject in subjects)
    told = [request.json["title"] for request in web_server.requests]
    assert told[3:] == ["[Watcher delivery] 1 channel failing: mail", "[Watcher delivery] 1 channel well again: mail"]


def test_an_acknowledgement_that_comes_late_is_waited_for(mail_server: MailServer, make_desk: MakeDesk) -> None:
    desk = make_desk({"mail": mail_server.url()})
    mail_server.data_delay = 1.5
    desk.publish([capture("Marea")])

    desk.cycle()
    desk.cycle(HOUR)

    assert desk.states() == {"mail": "sent"}
    assert len(mail_server.mails) == 1


def test_an_acknowledgement_after_the_deadline_ends_the_matter_all_the_same(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url()}, deadline=timedelta(seconds=0.5))
    mail_server.data_delay = 1.0
    desk.publish([capture("Marea")])

    desk.cycle()
    deadline = time.monotonic() + 20
    while desk.states() != {"mail": "sent"} and time.monotonic() < deadline:
        time.sleep(0.05)
    desk.cycle(HOUR)

    assert desk.states() == {"mail": "sent"}
    assert len(mail_server.mails) == 1


def test_one_of_three_recipients_is_refused_and_the_others_hear_of_it(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    names = ("anna", "bert", "carla")
    desk = make_desk({name: mail_server.url(to=f"{name}@example.org") for name in names})
    mail_server.refused = {"bert@example.org"}
    desk.publish([capture("Marea")])

    desk.cycle()
    desk.cycle(MINUTE)
    desk.cycle(HOUR)

    got = [(mail.recipients[0], str(mail.message["Subject"])) for mail in mail_server.received]
    news = [to for to, subject in got if "Marea" in subject]
    notices = [(to, subject) for to, subject in got if "delivery" in subject]
    assert sorted(news) == ["anna@example.org", "carla@example.org"]
    assert sorted(notices) == [
        ("anna@example.org", "[Watcher delivery] 1 message given up: bert"),
        ("carla@example.org", "[Watcher delivery] 1 message given up: bert"),
    ]
    dead = desk.deliveries()["bert"]
    assert (dead.state, dead.error) == (DeliveryState.DEAD, "recipient refused: 550 5.1.1 no such user")


def test_a_connection_dropped_after_the_data_leads_to_one_marked_repeat_with_the_same_message_id(
    mail_server: MailServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url()})
    mail_server.drop = True
    desk.publish([capture("Marea")])
    desk.cycle()
    assert desk.states() == {"mail": "unknown"}
    desk.start()  # whatever the process remembers is gone

    mail_server.drop = False
    for _ in range(3):
        desk.cycle(HOUR)

    first, second = mail_server.mails
    assert second["Subject"] == f"[possible repeat] {first['Subject']}"
    assert second["Message-ID"] == first["Message-ID"]
    assert desk.states() == {"mail": "sent"}


def test_a_server_that_never_acknowledges_gets_one_repeat_and_others_are_told(
    mail_server: MailServer, web_server: WebServer, make_desk: MakeDesk
) -> None:
    desk = make_desk({"mail": mail_server.url(), "chat": f"json://{web_server.host}/hook"})
    mail_server.drop = True
    desk.publish([capture("Marea")])

    for _ in range(6):
        desk.cycle(HOUR)

    assert len(mail_server.mails) == 2
    assert desk.deliveries()["mail"].state is DeliveryState.DEAD
    titles = [request.json["title"] for request in web_server.requests]
    assert titles[1:] == [
        "[Watcher delivery] 1 channel failing: mail",
        "[Watcher delivery] 1 message given up: mail",
    ]
    assert "it may have arrived" in web_server.requests[-1].json["message"]


def test_a_channel_that_hangs_holds_up_no_other(
    mail_server: MailServer, web_server: WebServer, make_desk: MakeDesk
) -> None:
    desk = make_desk(
        {"chat": f"json://{web_server.host}/hook", "mail": mail_server.url()}, deadline=timedelta(seconds=1)
    )
    web_server.delay = 3
    desk.publish([capture("Marea")])

    desk.cycle()

    assert desk.states() == {"chat": "unknown", "mail": "sent"}
