"""E-mail as an Apprise service of our own: our text beside our HTML, one stable Message-ID, the server's own words.

Apprise's mailto turns HTML into text by itself, adds a Message-ID of its own and keeps the SMTP reply to itself.
``compose`` is pure; ``MailService`` hands a composed message over and remembers what the server said.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from typing import Any

from apprise import NotifyFormat, NotifyType

from watcher.deliver.channels.outcome import shorten
from watcher.deliver.channels.parts import POSSIBLE_REPEAT, clean
from watcher.model import ChannelId, DeliveryId, Message, SendResult

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # its PGP part looks for imghdr, which Python 3.13 dropped
    from apprise.plugins.email import NotifyEmail
    from apprise.plugins.email.smtp import AppriseSMTPController

LONGEST_SUBJECT = 200
LONGEST_THREAD = 10  # Message-IDs in References
LATE_ANSWER = timedelta(minutes=5)  # how long an answer is still awaited, so as to know whether a repeat is one
FAREWELL_S = 2.0  # once the message is taken, a server that is slow to say goodbye shall not look like a failure
ACCEPTED, WILL_FORWARD, PERMANENT = 250, 251, 500  # RFC 5321 4.2.3

_SET_BY_US = frozenset(
    [
        *(
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "auto-submitted",
            "list-id",
            "reply-to",
        ),
        *("mime-version", "content-type", "content-transfer-encoding"),
    ]
)


class _Policy(EmailPolicy):
    """Writes long Arabic subjects right: EmailPolicy drops the space between two encoded words (Python 3.11)."""

    def fold(self, name: str, value: Any) -> str:
        if str(value).isascii() or name.lower() in ("from", "to", "reply-to"):
            return str(super().fold(name, value))
        encoded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {encoded}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


SEVEN_BIT = _Policy(linesep="\r\n", cte_type="7bit")  # no server needs 8BITMIME for our Arabic


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who writes to whom, as the channel's URL says it: pairs of display name and address."""

    sender: tuple[str, str]
    recipient: tuple[str, str]
    reply_to: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def domain(self) -> str:
        return self.sender[1].rpartition("@")[2]


def compose(
    message: Message,
    envelope: Envelope,
    *,
    channel_id: ChannelId,
    delivery_id: DeliveryId,
    sent_at: datetime,
    possible_repeat: bool = False,
) -> EmailMessage:
    """Return the message as it goes out, multipart/alternative, ready for any server.

    The Message-ID (RFC 5322 3.6.4) is made from the delivery: the same on a retry, so that servers and readers can
    fold a repeat into the first copy. In-Reply-To and References name what told of the same incident before.
    Auto-Submitted (RFC 3834) keeps vacation notices away; List-Id (RFC 2919) is for filters.
    """
    subject = " ".join(clean(message.subject).split())
    mail = EmailMessage(policy=SEVEN_BIT)
    mail["From"] = Address(envelope.sender[0], addr_spec=envelope.sender[1])
    mail["To"] = Address(envelope.recipient[0], addr_spec=envelope.recipient[1])
    mail["Subject"] = (POSSIBLE_REPEAT if possible_repeat else "") + _cut(subject)
    mail["Date"] = format_datetime(sent_at)
    mail["Message-ID"] = _message_id(delivery_id, envelope)
    if message.replies_to:
        mail["In-Reply-To"] = _message_id(message.replies_to[-1], envelope)
        mail["References"] = " ".join(_message_id(one, envelope) for one in _ends(message.replies_to))
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"  # what Exchange reads instead
    mail["List-Id"] = f"<{re.sub(r'[^A-Za-z0-9-]', '-', channel_id)}.watcher.{envelope.domain}>"
    if envelope.reply_to:
        mail["Reply-To"] = ", ".join(envelope.reply_to)
    for name, value in envelope.headers:
        if name.lower() not in _SET_BY_US:
            mail[name] = " ".join(value.split())
    mail.set_content(clean(message.text))
    mail.add_alternative(clean(message.html), subtype="html")
    return mail


def _message_id(delivery_id: DeliveryId, envelope: Envelope) -> str:
    """Delivery ids hold the random id of their digest, so no other database makes the same."""
    return f"<{hashlib.sha256(delivery_id.encode()).hexdigest()[:32]}@{envelope.domain}>"


def _ends(thread: tuple[DeliveryId, ...]) -> tuple[DeliveryId, ...]:
    """The first, which mail programs hang the thread on, and the latest: a header has room for so many."""
    return thread if len(thread) <= LONGEST_THREAD else (thread[0], *thread[1 - LONGEST_THREAD :])


def _cut(subject: str) -> str:
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…"


class MailService(NotifyEmail):  # type: ignore[no-untyped-call]  # Apprise is typed in part only
    """Apprise's mailto service, given finished messages: the "body" it sends is the whole of one.

    ``result`` is what the last sending came to, scrubbed by ``scrub``; one sending at a time. ``hand_over`` is called
    when the server has agreed to sender and recipient, just before the message goes out; if it raises, it does not.
    """

    notify_format: Any = (NotifyFormat.TEXT,)  # Apprise shall convert nothing
    request_rate_per_sec = 0

    def __init__(self, **parsed: Any) -> None:
        parsed.pop("format", None)
        super().__init__(**parsed)  # type: ignore[no-untyped-call]  # as above
        self.interpret_emojis = False
        self.result: SendResult | None = None
        self.scrub: Callable[[str], str] = str
        self.hand_over: Callable[[], None] = lambda: None

    def envelope(self) -> Envelope:
        """The addresses and additional headers that the URL gives."""
        headers: Mapping[str, str] = self.headers
        return Envelope(
            sender=(str(self.from_addr[0] or ""), str(self.from_addr[1])),
            recipient=(str(self.targets[0][0] or ""), str(self.targets[0][1])),
            reply_to=tuple(sorted(self.reply_to)),
            headers=tuple(headers.items()),
        )

    def send(
        self,
        body: str,
        title: str = "",
        notify_type: NotifyType = NotifyType.INFO,
        attach: Any = None,
        body_format: Any = None,
        **kwargs: Any,
    ) -> bool:
        """Hand the message in ``body`` to the mail server; ``result`` tells what came of it."""
        del title, notify_type, attach, body_format, kwargs
        self.result = None
        session = _Session(
            host=self.smtp_host,
            port=int(self.port or 0),
            secure_mode=str(self.secure_mode),
            user=self.user,
            password=self.password,
            verify_certificate=self.verify_certificate,
            socket_connect_timeout=self.socket_connect_timeout,  # type: ignore[arg-type]  # a float does as well
        )
        try:
            with session:
                result = session.transmit(str(self.from_addr[1]), str(self.targets[0][1]), body, self.hand_over)
        except smtplib.SMTPAuthenticationError as error:
            result = _refused("login", error.smtp_code, error.smtp_error)
        except smtplib.SMTPConnectError as error:
            # Turned away at the door, whatever the code: a block list or a full house, not this message.
            result = replace(_refused("connection", error.smtp_code, error.smtp_error), permanent=False)
        except smtplib.SMTPResponseException as error:
            result = _refused("greeting", error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            result = SendResult(ok=False, detail=f"no session with the mail server: {_name(error)}: {error}")
        self.result = replace(result, detail=self.scrub(shorten(result.detail)))
        return result.ok


class _Session(AppriseSMTPController):
    """Apprise's connection (TLS, login), and one message sent step by step to know which step failed."""

    def transmit(self, sender: str, recipient: str, message: str, hand_over: Callable[[], None]) -> SendResult:
        """Send ``message``; once it is on its way, silence means that it may have arrived."""
        server: Any = self._socket
        on_its_way = False
        try:
            server.ehlo_or_helo_if_needed()
            size = [f"size={len(message)}"] if server.has_extn("size") else []
            code, reply = server.mail(sender, size)
            if code != ACCEPTED:
                return _refused("sender", code, reply)
            code, reply = server.rcpt(recipient)
            if code not in (ACCEPTED, WILL_FORWARD):
                return _refused("recipient", code, reply)
            if (trouble := _trouble_with(hand_over)) is not None:
                return trouble
            server.sock.settimeout(LATE_ANSWER.total_seconds())
            on_its_way = True
            code, reply = server.data(message)
            server.sock.settimeout(FAREWELL_S)
        except smtplib.SMTPDataError as error:
            return _refused("message", error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            step = "after the message was sent" if on_its_way else "before the message was sent"
            return SendResult(
                ok=False, detail=f"connection lost {step}: {_name(error)}: {error}", possible_repeat=on_its_way
            )
        done = SendResult(ok=True, detail=f"{code} {_text(reply)}")
        return done if code == ACCEPTED else _refused("message", code, reply)


def _trouble_with(hand_over: Callable[[], None]) -> SendResult | None:
    """Call it; what cannot be noted is not sent."""
    try:
        hand_over()
    except Exception as error:  # noqa: BLE001  whatever it is
        return SendResult(ok=False, detail=f"not sent: {error}")
    return None


def _refused(what: str, code: int, reply: bytes | str) -> SendResult:
    """A refusal by the server: 5xx for good, 4xx for now (RFC 5321 4.2.1)."""
    return SendResult(ok=False, permanent=code >= PERMANENT, detail=f"{what} refused: {code} {_text(reply)}")


def _text(reply: bytes | str) -> str:
    return reply if isinstance(reply, str) else reply.decode("utf-8", "replace")


def _name(error: Exception) -> str:
    return type(error).__name__
