"""A real web server on loopback that does what a test tells it, down to the bytes on the wire."""

from __future__ import annotations

import contextlib
import gzip
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from watcher.model import Feed, FeedId, Position

DATA = Path(__file__).parent.parent / "data" / "feeds"


@dataclass
class Exchange:
    """One request, and the means to answer it. ``headers`` have lower-case names."""

    path: str
    headers: dict[str, str]
    connection: socket.socket
    stopping: threading.Event

    def send(self, raw: bytes) -> None:
        """Put bytes on the wire; a client that has gone is no error."""
        with contextlib.suppress(OSError):
            self.connection.sendall(raw)

    def reply(self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> None:
        """A proper answer; ``headers`` replace the usual ones of the same name."""
        told = {"Content-Type": "application/rss+xml", "Content-Length": str(len(body)), **(headers or {})}
        self.send_head(status, told)
        self.send(body)

    def reply_gzip(self, body: bytes) -> None:
        self.reply(gzip.compress(body), headers={"Content-Encoding": "gzip"})

    def redirect(self, location: str, status: int = 302) -> None:
        self.reply(b"", status, {"Location": location})

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} As Told", *(f"{name}: {value}" for name, value in headers.items())]
        self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode())

    def drip(self, pause_s: float = 0.02) -> None:
        """One byte after another, until the client or the test has had enough."""
        with contextlib.suppress(OSError):
            while not self.stopping.wait(pause_s):
                self.connection.sendall(b"x")

    def pour(self) -> None:
        """Bytes without end."""
        with contextlib.suppress(OSError):
            while not self.stopping.is_set():
                self.connection.sendall(b"x" * 65_536)

    def reset(self) -> None:
        """Break the connection off so that the client's system tells it (RST)."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


Answer = Callable[[Exchange], None]


@dataclass
class WebServer:
    """Answers each path as told, and keeps what was asked for."""

    answers: dict[str, Answer]
    url: str = ""
    asked: list[Exchange] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, exchange: Exchange) -> None:
        with self._lock:
            self.asked.append(exchange)
            self.under_way += 1
            self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            self.answers[exchange.path.partition("?")[0]](exchange)
        finally:
            with self._lock:
                self.under_way -= 1


class _Listener(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, address: str, server: WebServer, tls: ssl.SSLContext | None) -> None:
        super().__init__((address, 0), _OneRequest)
        self.server = server
        self.tls = tls
        self.stopping = threading.Event()


class _OneRequest(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            if self.server.tls:
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)
            head = b""
            while b"\r\n\r\n" not in head:
                received = self.request.recv(65_536)
                if not received:
                    return
                head += received
                if head.startswith(b"\x16\x03"):  # a TLS hello, which this server does not understand
                    self.request.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                    return
            first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            exchange = Exchange(first.split()[1], headers, self.request, self.server.stopping)
            self.server.server.answer(exchange)
            self.request.close()


Serve = Callable[..., WebServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts web servers: ``serve({"/feed": answer}, address="127.0.0.2", tls=True)``."""
    listeners: list[_Listener] = []

    def start(answers: Mapping[str, Answer], *, address: str = "127.0.0.1", tls: bool = False) -> WebServer:
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(DATA / "self-signed.pem")
        server = WebServer(dict(answers))
        listener = _Listener(address, server, context)
        server.url = f"{'https' if tls else 'http'}://{address}:{listener.server_address[1]}"
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        listeners.append(listener)
        return server

    yield start
    for listener in listeners:
        listener.stopping.set()
        listener.shutdown()
        listener.server_close()


@pytest.fixture
def feed() -> Feed:
    """A feed that declares nothing but an address."""
    return Feed(
        id=FeedId("qalam"),
        name="Qalam",
        url="https://qalam.example/feed",
        outlet="Qalam Media",
        language=None,
        kind="news",
        interval=timedelta(minutes=5),
        origin=Position("config/feeds.yaml", 3, 3),
    )
