"""E-mail through Apprise to real SMTP servers on loopback."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from watcher.clock import SimulatedClock
from watcher.deliver.channels import AppriseNotifier
from watcher.errors import StoreError
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

if TYPE_CHECKING:
    from tests.deliver.conftest import MailServer, WebServer

MakeChannel = Callable[[str], Channel]
NOW = datetime(2024, 12, 1, 3, 0, tzinfo=UTC)
DELIVERY = DeliveryId("d-1")


def _notifier(channel: Channel, seconds: float = 5.0) -> AppriseNotifier:
    return AppriseNotifier([channel], timedelta(seconds=seconds), clock=SimulatedClock(NOW))


def _send(notifier: AppriseNotifier, message: Message, *, possible_repeat: bool = False) -> SendResult:
    return asyncio.run(notifier.send(ChannelId("desk"), message, DELIVERY, possible_repeat=possible_repeat))


def test_a_mail_arrives_once_with_our_text_our_html_and_one_message_id(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    result = _send(_notifier(channel(mail_server.url())), message)

    assert result == SendResult(ok=True, detail="250 2.0.0 kept")
    (received,) = mail_server.received
    assert (received.sender, received.recipients) == ("watcher@example.org", ("desk@example.org",))
    assert (received.text, received.html) == (message.text, message.html)
    assert received.message["Subject"] == message.subject
    assert received.message["Date"] == "Sun, 01 Dec 2024 03:00:00 +0000"
    assert {name: len(received.message.get_all(name, [])) for name in set(received.message.keys())} == dict.fromkeys(
        received.message.keys(), 1
    )
    assert "Message-ID" in received.message


@pytest.mark.parametrize(
    "options", ["&format=text", "&format=html", "&overflow=split", "&emojis=yes", "&retry=3", "&optional=yes"]
)
def test_options_of_the_url_change_nothing_of_the_mail(
    options: str, mail_server: MailServer, channel: MakeChannel
) -> None:
    message = Message(subject=":fire: <b>", text="a :fire:\n" * 5000, html="<p>\\n :fire:</p>\n")

    assert _send(_notifier(channel(mail_server.url(more=options))), message).ok
    (received,) = mail_server.received
    assert (received.message["Subject"], received.text, received.html) == (message.subject, message.text, message.html)


def test_an_optional_channel_that_fails_has_failed(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.recipient_reply = "550 5.1.1 no such user"

    assert not _send(_notifier(channel(mail_server.url(more="&optional=yes&retry=2"))), message).ok


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("451 4.3.0 try later", SendResult(ok=False, detail="recipient refused: 451 4.3.0 try later")),
        (
            "550 5.1.1 no such user",
            SendResult(ok=False, permanent=True, detail="recipient refused: 550 5.1.1 no such user"),
        ),
    ],
)
def test_a_recipient_is_refused_for_now_or_for_good(
    reply: str, expected: SendResult, mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.recipient_reply = reply

    assert _send(_notifier(channel(mail_server.url())), message) == expected
    assert mail_server.mails == []


@pytest.mark.parametrize(
    ("reply", "permanent"), [("451 4.7.1 greylisted", False), ("552 5.3.4 too big", True), ("421 closing", False)]
)
def test_a_message_is_refused_for_now_or_for_good(
    reply: str, permanent: bool, mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.data_reply = reply

    assert _send(_notifier(channel(mail_server.url())), message) == SendResult(
        ok=False, permanent=permanent, detail=f"message refused: {reply}"
    )


def test_a_password_of_odd_characters_arrives_as_it_is(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    userinfo = f"{quote('desk@example.org', safe='')}:{quote('p@ss/w:rd?#%&+ x', safe='')}@"

    assert _send(_notifier(channel(mail_server.url(userinfo))), message).ok
    assert mail_server.logins == [("desk@example.org", "p@ss/w:rd?#%&+ x")]


def test_a_wrong_password_is_permanent_and_never_told(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.password = "another"

    result = _send(_notifier(channel(mail_server.url("deskuser:Pa%24%24wort@"))), message)

    assert (result.ok, result.permanent, result.possible_repeat) == (False, True, False)
    assert result.detail.startswith("login refused: 535 5.7.8")
    assert "deskuser" not in result.detail
    assert "Pa$$wort" not in result.detail
    assert mail_server.mails == []


def test_a_refused_sender_is_told(mail_server: MailServer, channel: MakeChannel, message: Message) -> None:
    mail_server.sender_reply = "550 5.7.1 not yours"

    assert _send(_notifier(channel(mail_server.url())), message) == SendResult(
        ok=False, permanent=True, detail="sender refused: 550 5.7.1 not yours"
    )


@pytest.mark.parametrize("greeting", ["554 no mail today", "421 too busy"])
def test_a_server_that_turns_us_away_at_the_door_may_let_us_in_later(
    greeting: str, channel: MakeChannel, message: Message
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def turn_away() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(f"{greeting}\r\n".encode())
                connection.recv(1000)

        door = threading.Thread(target=turn_away)
        door.start()
        port = listener.getsockname()[1]
        result = _send(_notifier(channel(f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org")), message)
        door.join()

    assert result == SendResult(ok=False, detail=f"connection refused: {greeting}")


def test_a_server_that_echoes_the_recipient_does_not_bring_it_into_the_log(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.recipient_reply = "550 5.1.1 <desk@example.org>: no such user"

    assert _send(_notifier(channel(mail_server.url())), message).detail == (
        "recipient refused: 550 5.1.1 <***>: no such user"
    )


def test_nobody_listening_is_temporary_and_surely_not_taken(channel: MakeChannel, message: Message) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    result = _send(_notifier(channel(f"mailto://127.0.0.1:{port}?from=a@example.org&to=b@example.org")), message)

    assert result == SendResult(
        ok=False,
        detail="no session with the mail server: ConnectionRefusedError: [Errno 111] Connection refused",
    )


def test_a_connection_dropped_after_the_data_may_have_been_taken_and_the_retry_says_so(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.drop = True
    notifier = _notifier(channel(mail_server.url()))

    result = _send(notifier, message)

    assert (result.ok, result.permanent, result.possible_repeat) == (False, False, True)
    assert result.detail.startswith("connection lost after the message was sent: SMTPServerDisconnected")

    mail_server.drop = False
    assert _send(notifier, message, possible_repeat=True).ok
    first, second = mail_server.mails
    assert second["Subject"] == "[possible repeat] " + message.subject
    assert second["Message-ID"] == first["Message-ID"]


def test_a_slow_answer_is_unknown_at_the_deadline_and_spares_the_repeat_when_it_comes(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.data_delay = 0.8
    notifier = _notifier(channel(mail_server.url()), seconds=0.3)

    late: list[SendResult] = []

    async def attempts() -> tuple[SendResult, SendResult, SendResult]:
        first = await notifier.send(ChannelId("desk"), message, DELIVERY, answer_late=late.append)
        at_once = await notifier.send(ChannelId("desk"), message, DELIVERY, possible_repeat=True)
        await asyncio.sleep(0.8)
        later = await notifier.send(ChannelId("desk"), message, DELIVERY, possible_repeat=True)
        return first, at_once, later

    started = time.monotonic()
    first, at_once, later = asyncio.run(attempts())

    assert time.monotonic() - started < 2
    assert first == SendResult(
        ok=False, detail="no answer within 0.3 s, the channel may have taken it", possible_repeat=True
    )
    assert at_once == SendResult(ok=False, detail="the channel has not yet answered to an earlier sending")
    assert later == SendResult(ok=True, detail="taken by an earlier sending")
    assert late == [SendResult(ok=True, detail="250 2.0.0 kept")]
    assert len(mail_server.mails) == 1


def test_a_late_refusal_is_told(mail_server: MailServer, channel: MakeChannel, message: Message) -> None:
    mail_server.data_delay, mail_server.data_reply = 0.5, "451 4.3.0 try later"
    notifier = _notifier(channel(mail_server.url()), seconds=0.2)
    late: list[SendResult] = []

    async def attempt() -> SendResult:
        first = await notifier.send(ChannelId("desk"), message, DELIVERY, answer_late=late.append)
        for _ in range(100):
            if late:
                break
            await asyncio.sleep(0.05)
        return first

    assert asyncio.run(attempt()).possible_repeat
    assert late == [SendResult(ok=False, detail="message refused: 451 4.3.0 try later")]


def test_a_slow_channel_does_not_hold_up_another(
    mail_server: MailServer, web_server: WebServer, channel: MakeChannel, message: Message
) -> None:
    mail_server.data_delay = 1.0
    slow = channel(mail_server.url())
    other = Channel(ChannelId("other"), "Other", f"json://{web_server.host}/hook", slow.origin)
    notifier = AppriseNotifier([slow, other], timedelta(seconds=2))

    async def both() -> list[tuple[str, float]]:
        started = time.monotonic()

        async def timed(channel_id: str) -> tuple[str, float]:
            await notifier.send(ChannelId(channel_id), message, DELIVERY)
            return channel_id, time.monotonic() - started

        return [await first for first in asyncio.as_completed([timed("desk"), timed("other")])]

    (first, elapsed), _ = asyncio.run(both())

    assert first == "other"
    assert elapsed < 0.5


def test_a_delivery_that_an_earlier_process_may_have_sent_is_marked(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    assert _send(_notifier(channel(mail_server.url())), message).ok
    assert _send(_notifier(channel(mail_server.url())), message, possible_repeat=True).ok

    first, second = mail_server.mails
    assert [first["Subject"], second["Subject"]] == [message.subject, "[possible repeat] " + message.subject]
    assert second["Message-ID"] == first["Message-ID"]


def test_the_hand_over_is_told_once_the_server_agreed_to_the_recipient_and_before_the_message(
    mail_server: MailServer, channel: MakeChannel, message: Message
) -> None:
    seen: list[int] = []

    def hand_over() -> None:
        seen.append(len(mail_server.received))

    notifier = _notifier(channel(mail_server.url()))
    asyncio.run(notifier.send(ChannelId("desk"), message, DELIVERY, hand_over=hand_over))
    mail_server.recipient_reply = "451 4.3.0 try later"
    asyncio.run(notifier.send(ChannelId("desk"), message, DeliveryId("d-2"), hand_over=hand_over))

    assert seen == [0]
    assert len(mail_server.received) == 1


def test_what_cannot_be_noted_is_not_sent(mail_server: MailServer, channel: MakeChannel, message: Message) -> None:
    def hand_over() -> None:
        raise StoreError("the disk is full")

    notifier = _notifier(channel(mail_server.url()))
    result = asyncio.run(notifier.send(ChannelId("desk"), message, DELIVERY, hand_over=hand_over))

    assert result == SendResult(ok=False, detail="not sent: the disk is full")
    assert mail_server.received == []
