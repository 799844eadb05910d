from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from watcher.deliver.channels.mail import Envelope, compose
from watcher.model import ChannelId, DeliveryId, Message

SENT_AT = datetime(2024, 12, 1, 3, 0, tzinfo=UTC)
ENVELOPE = Envelope(sender=("Watcher", "watcher@example.org"), recipient=("", "desk@example.org"))
MESSAGE = Message(
    subject="2 new: Khan Tuman, Tabqa",
    text="Khan Tuman\n\nخان طومان\n.\nFrom here on\n",
    html='<p>Khan Tuman</p>\n<p dir="rtl">خان طومان</p>\n',
)


def _received(message: Message = MESSAGE, envelope: Envelope = ENVELOPE, **changes: object) -> EmailMessage:
    """The message as a reader finds it, after the way through bytes."""
    options = {"delivery_id": DeliveryId("d-1"), "possible_repeat": False, **changes}
    mail = compose(message, envelope, channel_id=ChannelId("desk"), sent_at=SENT_AT, **options)  # type: ignore[arg-type]  # passed on
    found = email.message_from_bytes(mail.as_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def _content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content()).replace("\r\n", "\n")


def test_the_mail_holds_our_text_and_our_html_as_alternatives() -> None:
    mail = _received()

    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert _content(mail, "plain") == MESSAGE.text
    assert _content(mail, "html") == MESSAGE.html


def test_the_headers_say_that_a_program_wrote_it_and_what_to_filter_on() -> None:
    mail = _received()

    assert {name: str(value) for name, value in mail.items() if name not in ("Content-Type", "Message-ID")} == {
        "From": "Watcher <watcher@example.org>",
        "To": "desk@example.org",
        "Subject": "2 new: Khan Tuman, Tabqa",
        "Date": "Sun, 01 Dec 2024 03:00:00 +0000",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "List-Id": "<desk.watcher.example.org>",
        "MIME-Version": "1.0",
    }


def test_a_retry_has_the_same_message_id_and_says_so_in_the_subject() -> None:
    first, repeat = _received(), _received(possible_repeat=True)

    assert repeat["Message-ID"] == first["Message-ID"]
    assert repeat["Subject"] == "[possible repeat] 2 new: Khan Tuman, Tabqa"


def test_another_delivery_has_another_message_id() -> None:
    assert _received()["Message-ID"] != _received(delivery_id=DeliveryId("d-2"))["Message-ID"]


def test_a_mail_answers_to_the_first_and_the_latest_that_told_of_the_same_incident() -> None:
    thread = tuple(DeliveryId(f"e-{number}") for number in range(30))
    ids = [_received(delivery_id=one)["Message-ID"] for one in thread]

    answer = _received(replace(MESSAGE, replies_to=thread))

    assert answer["In-Reply-To"] == ids[-1]
    assert answer["References"].split() == [ids[0], *ids[-9:]]
    assert _received()["References"] is None


@pytest.mark.parametrize(
    "subject",
    [
        "سيطرت قوات المعارضة على خان طومان",
        "سيطرت قوات المعارضة على خان طومان " * 5 + "آخر",
        "Khan Tuman, خان طومان: captured, 80 % – 3 outlets 🔥",
        "plain but rather long " * 8 + "end",
        "",
    ],
)
def test_a_subject_arrives_as_it_was_written(subject: str) -> None:
    assert _received(replace(MESSAGE, subject=subject))["Subject"] == subject
    assert (
        _received(replace(MESSAGE, subject=subject), possible_repeat=True)["Subject"]
        .removeprefix("[possible repeat] ")
        .strip()
        == subject
    )


def test_a_subject_cannot_bring_headers_along_and_is_cut_if_it_is_endless() -> None:
    mail = _received(replace(MESSAGE, subject="Khan\r\nBcc: all@example.org\x00 " + "x" * 500))

    assert mail["Bcc"] is None
    assert mail["Subject"].startswith("Khan Bcc: all@example.org xxx")
    assert len(mail["Subject"]) == 200


def test_control_characters_of_a_text_are_dropped_and_half_characters_replaced() -> None:
    assert _content(_received(replace(MESSAGE, text="nul\x00 bell\x07\ttab\n\ud83d half\n")), "plain") == (
        "nul bell\ttab\n\ufffd half\n"
    )


def test_all_of_it_is_ascii_for_servers_without_8bitmime() -> None:
    mail = compose(
        replace(MESSAGE, subject="خان طومان"),
        replace(ENVELOPE, sender=("رصد", "watcher@example.org")),
        channel_id=ChannelId("desk"),
        delivery_id=DeliveryId("d-1"),
        sent_at=SENT_AT,
    )

    assert mail.as_bytes().isascii()
    assert all(len(line) <= 100 for line in mail.as_bytes().splitlines())


def test_names_and_additional_headers_of_the_url_are_kept_but_replace_none_of_ours() -> None:
    mail = _received(
        envelope=Envelope(
            sender=("رصد حلب", "watcher@example.org"),
            recipient=("The desk", "desk@example.org"),
            reply_to=("duty@example.org",),
            headers=(("X-Desk", "syria"), ("Message-Id", "<theirs@example.org>"), ("SUBJECT", "theirs")),
        )
    )

    assert str(mail["From"]) == "رصد حلب <watcher@example.org>"
    assert str(mail["To"]) == "The desk <desk@example.org>"
    assert mail["Reply-To"] == "duty@example.org"
    assert mail["X-Desk"] == "syria"
    assert len(mail.get_all("Message-ID", [])) == 1
    assert mail.get_all("Subject") == ["2 new: Khan Tuman, Tabqa"]
