from __future__ import annotations

import smtplib
import socket
import threading
from email.message import EmailMessage

import pytest

from watcher.demo.mailbox import LOOPBACK, Mailbox, ReceivedMail


def _mail(subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["From"] = "Watcher <watcher@example.org>"
    mail["To"] = "desk@example.org"
    mail.set_content("Khan Tuman\n\nخان طومان\n")
    mail.add_alternative("<p>Khan Tuman</p>\n", subtype="html")
    return mail


def _deliver(mailbox: Mailbox, *mails: EmailMessage) -> None:
    with smtplib.SMTP(LOOPBACK, mailbox.port, local_hostname="localhost") as client:
        for mail in mails:
            client.send_message(mail, "bounces@example.org", ["desk@example.org", "duty@example.org"])


def test_messages_are_kept_in_order_with_their_envelope() -> None:
    with Mailbox() as mailbox:
        _deliver(mailbox, _mail("first"), _mail("second خان"))
        received = mailbox.received

    assert [mail.message["Subject"] for mail in received] == ["first", "second خان"]
    assert {(mail.sender, mail.recipients) for mail in received} == {
        ("bounces@example.org", ("desk@example.org", "duty@example.org"))
    }


def test_text_and_html_are_read_with_plain_line_feeds() -> None:
    with Mailbox() as mailbox:
        _deliver(mailbox, _mail("first"))
        (received,) = mailbox.received

    assert received.text == "Khan Tuman\n\nخان طومان\n"
    assert received.html == "<p>Khan Tuman</p>\n"


def test_a_message_without_html_has_an_empty_one() -> None:
    mail = EmailMessage()
    mail.set_content("plain\n")

    assert ReceivedMail("a@example.org", ("b@example.org",), mail).html == ""


def test_two_mailboxes_listen_side_by_side_on_loopback_only() -> None:
    with Mailbox() as one, Mailbox() as other:
        _deliver(other, _mail("to the other"))

        assert one.port != other.port
        assert (len(one.received), len(other.received)) == (0, 1)


def test_after_the_context_nobody_listens_and_no_thread_is_left() -> None:
    before = threading.active_count()
    with Mailbox() as mailbox:
        port = mailbox.port

    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, port), timeout=1)
    assert mailbox.received == ()


def test_it_stops_when_the_demo_fails() -> None:
    mailbox = Mailbox()
    with pytest.raises(RuntimeError, match="the demo failed"), mailbox:
        raise RuntimeError("the demo failed")

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((LOOPBACK, mailbox.port), timeout=1)
