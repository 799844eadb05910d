"""Who may ask which host, and when: a few requests at once, spaced out, and none while the host wants to be left alone.

Waiting is bounded: a request that does not get its turn is given back, and its feed stays due.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from weakref import WeakValueDictionary

MAX_PER_HOST = 2
_MOST_HOSTS = 10_000  # whose silence is remembered


class NoTurnError(Exception):
    """The turn did not come in time."""


@dataclass(slots=True, weakref_slot=True)
class _Host:
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MAX_PER_HOST))
    gate: asyncio.Lock = field(default_factory=asyncio.Lock)
    asked_at: float = float("-inf")


class Turns:
    """Gives out turns. ``spacing`` lies between the beginnings of two requests to one host."""

    def __init__(self, concurrency: int, spacing: timedelta, longest_wait: timedelta) -> None:
        self._turns = asyncio.Semaphore(concurrency)
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        self._recent: dict[str, _Host] = {}  # keeps the times of hosts for as long as they matter
        self._spacing_s = spacing.total_seconds()
        self._longest_wait_s = longest_wait.total_seconds()
        self._quiet_until: dict[str, float] = {}

    @asynccontextmanager
    async def turn(self, host_name: str) -> AsyncIterator[None]:
        """Wait until few enough requests are under way: first to the host, so that a slow one holds up itself only.

        Raises: NoTurnError.
        """
        host = self._hosts.setdefault(host_name, _Host())
        try:
            async with asyncio.timeout(self._longest_wait_s):
                await host.turns.acquire()
                try:
                    await self._keep_distance(host_name, host)
                    await self._turns.acquire()
                except BaseException:
                    host.turns.release()
                    raise
        except TimeoutError:
            raise NoTurnError from None
        try:
            yield
        finally:
            self._turns.release()
            host.turns.release()

    def be_quiet(self, host_name: str, span: timedelta) -> None:
        """Leave a host alone for so long (RFC 6585, 4; RFC 9110, 10.2.3)."""
        now = _now()
        if len(self._quiet_until) >= _MOST_HOSTS:
            self._quiet_until = {name: until for name, until in self._quiet_until.items() if until > now}
        self._quiet_until[host_name] = max(self._quiet_until.get(host_name, 0.0), now + span.total_seconds())

    def quiet_for(self, host_name: str) -> timedelta | None:
        """For how much longer the host wants to be left alone; None if it does not."""
        left_s = self._quiet_until.get(host_name, 0.0) - _now()
        return timedelta(seconds=left_s) if left_s > 0 else None

    async def _keep_distance(self, host_name: str, host: _Host) -> None:
        if not self._spacing_s:
            return
        async with host.gate:
            wait_s = host.asked_at + self._spacing_s - _now()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            host.asked_at = _now()
            self._recent[host_name] = host
            asyncio.get_running_loop().call_later(self._spacing_s, self._forget(host_name, host.asked_at))

    def _forget(self, host_name: str, asked_at: float) -> Callable[[], None]:
        def forget() -> None:
            host = self._recent.get(host_name)
            if host is not None and host.asked_at == asked_at:
                del self._recent[host_name]

        return forget


def _now() -> float:
    return asyncio.get_running_loop().time()
