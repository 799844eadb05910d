"""Reads documents and pages where it can be killed: in processes with a time and memory limit. After fetch.

A regular expression that runs away holds the interpreter's lock: in the daemon's own process it would stop every feed.
Most documents are plain and are read in linear time (parse/plain.py); all others, and pages, may take all workers but
one. What exceeds a limit is a failure of its own feed, and the next document finds a new worker.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from datetime import timedelta
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

import structlog
from pebble import ProcessExpired, ProcessPool

from watcher.feeds.extract import article_text
from watcher.feeds.reading import Contents, Source, read_plain_source, read_source
from watcher.model import Failure, FailureReason

log = structlog.get_logger()

TIME_LIMIT = timedelta(seconds=10)
MEMORY_LIMIT = 512_000_000  # bytes on top of what a worker starts with; 10 MB of text need about 100 MB
LONGEST_WAIT = timedelta(seconds=60)  # for a free worker
WORKERS = 3  # a hostile document may hold up one of the next such, and no plain one
_TASKS_PER_WORKER = 500  # then it is replaced: a process keeps the memory that its largest document took

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Workers:
    """The worker processes; an async context manager. They start with the first document that needs one."""

    def __init__(
        self,
        time_limit: timedelta = TIME_LIMIT,
        memory_limit: int = MEMORY_LIMIT,
        longest_wait: timedelta = LONGEST_WAIT,
    ) -> None:
        self._time_limit_s = time_limit.total_seconds()
        self._memory_limit = memory_limit
        self._longest_wait_s = longest_wait.total_seconds()
        self._turns = asyncio.Semaphore(WORKERS)
        self._others = asyncio.Semaphore(WORKERS - 1)  # pages, and documents that are not plain: one worker is left
        self._pages = asyncio.Semaphore(1)
        self._pool: ProcessPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._drop_pool()

    async def read(self, source: Source) -> Contents | Failure:
        """What a feed's document holds, or why it cannot be read; raises nothing but ``CancelledError``."""
        contents = await self._run("the document", read_plain_source, source)
        if contents is not None:
            return contents
        async with self._others:
            return await self._run("the document", read_source, source)

    async def article(self, source: str, url: str) -> str | Failure:
        """The article in a page, or why there is none; raises nothing but ``CancelledError``."""
        async with self._pages, self._others:
            return await self._run("the page", article_text, source, url)

    async def _run(
        self, what: str, work: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs
    ) -> Made | Failure:
        """``work`` done by a worker. A worker that was killed from outside is replaced, and the work is tried again."""
        try:
            async with asyncio.timeout(self._longest_wait_s):
                await self._turns.acquire()
        except TimeoutError:
            return _broken(f"{what} was not read: no worker was free for {self._longest_wait_s:g} s")
        try:
            for _ in range(2):
                try:
                    return await self._submit(work, *args, **kwargs)
                except ProcessExpired as expired:
                    log.warning("feed_worker_died", exit_code=expired.exitcode)
                except BrokenExecutor as error:  # none of them comes up: this machine is short of something
                    log.error("feed_workers_down", reason=str(error))  # noqa: TRY400  no bug of ours
                    await self._drop_pool()
            return _broken(f"{what} could not be read: the process that read it died twice")
        except TimeoutError:
            return _broken(f"{what} was given up: reading it took longer than {self._time_limit_s:g} s")
        except MemoryError:
            return _broken(f"{what} was given up: reading it took more than {self._memory_limit // 10**6} MB")
        finally:
            self._turns.release()

    async def _drop_pool(self) -> None:
        """Let the next document find new workers."""
        pool, self._pool = self._pool, None
        if pool is not None:
            await asyncio.to_thread(_end, pool)

    async def _submit(self, work: Callable[Given, Made], *args: Given.args, **kwargs: Given.kwargs) -> Made:
        if self._pool is None or not self._pool.active:
            context = multiprocessing.get_context("forkserver")  # a fork of the daemon would inherit its threads' locks
            context.set_forkserver_preload([__name__])
            self._pool = ProcessPool(
                WORKERS, _TASKS_PER_WORKER, initializer=_begin, initargs=(self._memory_limit,), context=context
            )
        future = self._pool.submit(work, self._time_limit_s, *args, **kwargs)
        return await asyncio.wrap_future(future)


def _begin(memory_limit: int) -> None:
    """Make this process one that may be killed: bounded memory, and no answer to a Ctrl-C that means the daemon."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  no path of the user's
        in_use = int(file.read().split()[0]) * resource.getpagesize()
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = in_use + memory_limit
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _end(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it bare
    pool.join()


def _broken(detail: str) -> Failure:
    return Failure(FailureReason.BROKEN, detail)
