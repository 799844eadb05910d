"""Names are looked up beside each other: one that gets no answer holds up no other."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from watcher.feeds.fetch.names import Resolver


def test_a_hundred_names_without_an_answer_hold_up_no_other() -> None:
    asked: list[str] = []
    answered = threading.Event()

    def ask(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        if host.startswith("dead"):
            answered.wait()
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return socket.getaddrinfo("127.0.0.1", port, type=socket.SOCK_STREAM)

    async def run() -> str:
        resolver = Resolver(ask)
        dead = [asyncio.create_task(resolver.resolve(f"dead{number}.example")) for number in range(100)]
        found = await resolver.resolve("alive.example", 80)
        for one in dead[:50]:
            one.cancel()  # a request that was given up
        answered.set()
        outcomes = await asyncio.gather(*dead, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {asyncio.CancelledError, socket.gaierror}
        return str(found[0]["host"])

    assert asyncio.run(run()) == "127.0.0.1"
    assert len(asked) == 101


def test_what_goes_wrong_in_a_lookup_reaches_the_one_who_asked() -> None:
    with pytest.raises(UnicodeError):
        asyncio.run(Resolver().resolve("x" * 70 + ".example"))
