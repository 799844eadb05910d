"""Real servers on loopback, told beforehand how to behave: one for SMTP, one for HTTP."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from watcher.demo.mailbox import LOOPBACK, FreePortController, Keeper, ReceivedMail
from watcher.model import Channel, ChannelId, Message, Position

ORIGIN = Position("config/channels.yaml", 3, 3)


@dataclass
class MailServer:
    """A mail server with moods. ``drop`` closes the connection instead of answering to DATA.

    It refuses the recipients in ``refused`` for good.

    ``logins`` are the users and passwords that came; a login is good if ``password`` is None or the one that came.
    """

    password: str | None = None
    logins: list[tuple[str, str]] = field(default_factory=list)
    sender_reply: str = "250 2.1.0 fine"
    recipient_reply: str = "250 2.1.5 fine"
    data_reply: str = "250 2.0.0 kept"
    data_delay: float = 0.0
    drop: bool = False
    refused: set[str] = field(default_factory=set)
    received: list[ReceivedMail] = field(default_factory=list)
    port: int = 0

    async def handle_MAIL(  # noqa: N802  aiosmtpd's name, as below
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.sender_reply.startswith("250"):
            envelope.mail_from = address
        return self.sender_reply

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such user"
        if self.recipient_reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_reply

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_reply.startswith("250"):
            await Keeper(self.received).handle_DATA(server, session, envelope)
        if self.drop:
            server.transport.abort()
        await asyncio.sleep(self.data_delay)
        return self.data_reply

    def url(self, userinfo: str = "", more: str = "", to: str = "desk@example.org") -> str:
        return f"mailto://{userinfo}{LOOPBACK}:{self.port}?from=watcher@example.org&to={to}{more}"

    @property
    def mails(self) -> list[EmailMessage]:
        return [received.message for received in self.received]

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: LoginPassword) -> AuthResult:
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.password in (None, data.password.decode()), handled=False)


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that asks for no login, but takes one."""
    server = MailServer()
    controller = FreePortController(
        server, hostname=LOOPBACK, port=0, authenticator=server.authenticate, auth_require_tls=False
    )
    controller.start()
    server.port = controller.port
    yield server
    controller.stop()


@dataclass(frozen=True)
class Request:
    """One request as the HTTP stub saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class WebServer:
    """An HTTP server that answers with ``statuses`` in turn, the last for ever, each after ``delay`` seconds."""

    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"ok"
    delay: float = 0.0
    hang_up: bool = False
    requests: list[Request] = field(default_factory=list)
    port: int = 0

    @property
    def host(self) -> str:
        return f"{LOOPBACK}:{self.port}"


@pytest.fixture
def web_server() -> Iterator[WebServer]:
    server = WebServer()

    class Stub(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            server.requests.append(Request(self.command, self.path, dict(self.headers), body))
            status = server.statuses.pop(0) if len(server.statuses) > 1 else server.statuses[0]
            time.sleep(server.delay)
            if server.hang_up:
                return
            self.send_response(status)
            for name, value in server.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(server.answer)))
            self.end_headers()
            self.wfile.write(server.answer)

        do_GET = do_POST = answer  # noqa: N815  http.server's names

        def log_message(self, *args: Any) -> None:
            pass

    httpd = ThreadingHTTPServer((LOOPBACK, 0), Stub)
    httpd.daemon_threads = True
    server.port = httpd.server_address[1]
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    httpd.shutdown()
    httpd.server_close()
    thread.join()


@pytest.fixture
def channel() -> Callable[[str], Channel]:
    """Makes a channel of a URL."""
    return lambda url: Channel(ChannelId("desk"), "The desk", url, ORIGIN)


@pytest.fixture
def message() -> Message:
    return Message(
        subject="2 new: Khan Tuman, Tabqa",
        text="Khan Tuman captured\nhttps://example.org/1\n\nخان طومان\nhttps://example.org/2\n",
        html="<h1>Khan Tuman captured</h1><p dir=rtl>خان طومان</p>\n",
    )
