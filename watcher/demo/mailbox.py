"""A mail server on this machine that keeps what it is sent: the demo's stand-in for the desk's mailbox.

It listens on a free port of 127.0.0.1 in a thread of its own, asks for no login and relays nothing.
"""

from __future__ import annotations

import email
import email.policy
from asyncio import Server
from dataclasses import dataclass
from email.message import EmailMessage
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """One message as it arrived, with the addresses of the SMTP envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text, with line feeds only."""
        return _content(self.message, "plain")

    @property
    def html(self) -> str:
        """The HTML, with line feeds only."""
        return _content(self.message, "html")


class Mailbox:
    """A context manager: listens while it is open. ``received`` is in order of arrival."""

    def __init__(self) -> None:
        self._received: list[ReceivedMail] = []
        self._controller = FreePortController(Keeper(self._received), hostname=LOOPBACK, port=0)

    @property
    def port(self) -> int:
        return self._controller.port

    @property
    def received(self) -> tuple[ReceivedMail, ...]:
        return tuple(self._received)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _content(message: EmailMessage, kind: Literal["plain", "html"]) -> str:
    part = message.get_body((kind,))
    return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


class Keeper:
    """What aiosmtpd calls for each message (its handler protocol)."""

    def __init__(self, received: list[ReceivedMail]) -> None:
        self._received = received

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        del server, session
        content = envelope.content
        assert isinstance(content, bytes)
        message = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        self._received.append(
            ReceivedMail(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), message=message)
        )
        return "250 2.0.0 kept"


class FreePortController(Controller):
    """aiosmtpd's controller, which by itself cannot tell which port the system gave it."""

    async def _listen(self) -> Server:
        server = await super()._create_server()
        assert isinstance(server, Server)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def _create_server(self) -> Any:
        return self._listen()
