"""Takes in what polls give, as much at once as has come while the former batch was stored (group commit).

Between the event loop, where many polls run side by side, and intake, which stores in one thread. Nothing waits for
company: a poll that comes alone is taken in alone.
"""

from __future__ import annotations

import asyncio
from collections import deque

from watcher.intake import Poll, Taken, take_in
from watcher.ports import Ports, Setup

MOST_AT_ONCE = 32  # documents in a transaction: then its cost is shared enough, and others who write wait no longer


class Intake:
    """Hands the polls of a round over to ``take_in``."""

    def __init__(self, ports: Ports, setup: Setup) -> None:
        self._ports = ports
        self._setup = setup
        self._waiting: deque[tuple[Poll, asyncio.Future[Taken]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def take_in(self, poll: Poll) -> Taken:
        """Store what a poll gave. Raises: whatever broke in doing so."""
        done: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        self._waiting.append((poll, done))
        if self._work is None:
            self._work = asyncio.create_task(self._take_in_all())
        return await done

    async def _take_in_all(self) -> None:
        try:
            while self._waiting:
                batch = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
                await self._take_in_batch(batch)
        finally:
            self._work = None

    async def _take_in_batch(self, batch: list[tuple[Poll, asyncio.Future[Taken]]]) -> None:
        results = await asyncio.to_thread(take_in, self._ports, self._setup, [poll for poll, _ in batch])
        for (_, done), result in zip(batch, results, strict=True):
            if done.cancelled():
                continue
            if isinstance(result, Exception):
                done.set_exception(result)
            else:
                done.set_result(result)
