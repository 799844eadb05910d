"""Looks host names up, each in a thread of its own: a dead name server holds up neither other names nor the store."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult


class Resolver(AbstractResolver):
    """Asks the operating system, as aiohttp's own resolver does.

    Threads are no more than the requests under way, and those whose request has given up; they end by themselves.
    """

    def __init__(self, ask: Callable[..., list[Any]] = socket.getaddrinfo) -> None:
        self._ask = ask

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of ``host``. Raises: OSError."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        def look_up() -> None:
            try:
                found, error = self._ask(host, port, type=socket.SOCK_STREAM, family=family), None
            except Exception as caught:  # noqa: BLE001  whatever it is, the caller is to have it
                found, error = [], caught
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(settle, found, error)

        def settle(found: list[Any], error: Exception | None) -> None:
            if answer.done():  # the request was given up
                return
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)

        threading.Thread(target=look_up, name="names", daemon=True).start()
        found = await answer
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=int(address[1]),
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
            if kind is not socket.AF_INET6 or not address[-1]  # no scoped addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""
