"""Serves the invented feeds on every address of 127.0.0.0/8, one for each feed, as cheaply as Python can.

A process of its own, so that its cost can be told apart; it obeys lines on standard input and answers each with a line:
``edition N``, ``latency SECONDS``, ``requests`` (how many documents and "not modified" were sent since asked last).
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from typing import cast

from benchmarks._feeds import ITEMS, Corpus


def address(feed: int, port: int) -> str:
    """The URL of a feed: its own loopback address, so that no politeness to one host slows the others down."""
    return f"http://127.{1 + feed // 62_500}.{feed // 250 % 250}.{1 + feed % 250}:{port}/feed/{feed}"


class _Feeds:
    def __init__(self, corpus: Corpus, count: int) -> None:
        self.latency_s = 0.0
        self.sent = {200: 0, 304: 0}
        self._corpus = corpus
        self._items = {feed: [corpus.item(feed, number) for number in range(ITEMS)] for feed in range(count)}
        self._edition = 0

    def turn_to(self, edition: int) -> None:
        """Render what is new beforehand, so that it does not count as answering."""
        self._edition = edition
        for feed, items in self._items.items():
            while len(items) < edition + ITEMS:
                items.append(self._corpus.item(feed, len(items)))

    def answer(self, request: bytes) -> list[bytes]:
        feed = int(request[len(b"GET /feed/") : request.index(b" ", len(b"GET /feed/"))])
        etag = f'"{feed}.{self._edition}"'.encode()
        if b"\r\nif-none-match: " + etag + b"\r\n" in request.lower():
            self.sent[304] += 1
            return [b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"]
        self.sent[200] += 1
        window = self._items[feed][self._edition : self._edition + ITEMS]
        parts = [self._corpus.head(feed), *reversed(window), self._corpus.tail(feed)]
        size = sum(map(len, parts))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/xml; charset=utf-8\r\nContent-Length: {size}\r\nETag: "
        return [head.encode() + etag + b"\r\n\r\n", *parts]


class _Connection(asyncio.Protocol):
    def __init__(self, feeds: _Feeds) -> None:
        self._feeds = feeds
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        if not transport.get_extra_info("peername")[0].startswith("127."):
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            request, _, self._received = self._received.partition(b"\r\n\r\n")
            parts = self._feeds.answer(request + b"\r\n")
            if self._feeds.latency_s:
                asyncio.get_running_loop().call_later(self._feeds.latency_s, self._transport.writelines, parts)
            else:
                self._transport.writelines(parts)


async def _serve(feeds: _Feeds) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Connection(feeds), "0.0.0.0", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order, *value = line.split()
        if order == "edition":
            feeds.turn_to(int(value[0]))
        elif order == "latency":
            feeds.latency_s = float(value[0])
        print(feeds.sent[200], feeds.sent[304], flush=True)
        feeds.sent = {200: 0, 304: 0}


def main() -> None:
    """``python -m benchmarks._feed_server COUNT START PLACE …``: prints its port when it is ready."""
    count, start, *places = sys.argv[1:]
    asyncio.run(_serve(_Feeds(Corpus(places, datetime.fromisoformat(start)), int(count))))


if __name__ == "__main__":
    main()
