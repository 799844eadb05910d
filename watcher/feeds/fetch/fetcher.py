"""One GET per poll: bounded in time and size, polite to hosts, and wary of where it is sent.

Whatever a server does comes back as a value. Redirects are followed here, hop by hop, so that each is checked and
waits for its own host's turn.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from types import TracebackType
from typing import Self
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from watcher.feeds.fetch.addresses import socket_factory
from watcher.feeds.fetch.body import read_body
from watcher.feeds.fetch.failures import EXPECTED, from_exception, from_status
from watcher.model import Failure, FailureReason, FetchRequest, Response

MAX_REDIRECTS = 5
MAX_PER_HOST = 2
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_SUCCESS = range(200, 300)
_NOT_MODIFIED = 304
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_LONGEST_HEADER = 65_536  # bytes; security policies grow long, aiohttp's own limit is 8 kB


class Fetcher:
    """Fetches feeds over one pool of connections; an async context manager.

    ``deadline`` is the time one fetch may take in all, without waiting for its turn. ``max_bytes`` bounds the body,
    compressed and decompressed. ``allowed_networks`` may be dialled even if private hosts may not.
    """

    def __init__(
        self,
        deadline: timedelta,
        max_bytes: int,
        user_agent: str,
        concurrency: int,
        private_hosts_allowed: bool,
        *,
        allowed_networks: Collection[IPv4Network | IPv6Network] = (),
    ) -> None:
        self._deadline_s = deadline.total_seconds()
        self._max_bytes = max_bytes
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate"}
        self._turns = asyncio.Semaphore(concurrency)
        self._host_turns: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()
        self._make_socket = socket_factory(
            private_hosts_allowed=private_hosts_allowed, allowed_networks=tuple(allowed_networks)
        )
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._make_socket),  # the turns are our limit
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the deadline is our timeout
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # see body.py: bounded, and lenient with wrong labels
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        await self._session.close()
        self._session = None

    async def fetch(self, request: FetchRequest) -> Response | Failure:
        """The document, "not modified", or why there is neither; raises nothing but ``CancelledError``."""
        target = _url(request.url)
        visited: list[URL] = []
        left_s = self._deadline_s
        while not isinstance(target, Failure):
            if target in visited:
                return Failure(FailureReason.REDIRECTS, f"redirects in a circle, back to {_shown(target)}")
            if len(visited) > MAX_REDIRECTS:
                return Failure(FailureReason.REDIRECTS, f"more than {MAX_REDIRECTS} redirects, last {_shown(target)}")
            visited.append(target)
            host = target.host or ""
            async with self._turn(host):
                started_s = asyncio.get_running_loop().time()
                try:
                    async with asyncio.timeout(left_s):
                        answer = await self._get(target, request, timedelta(seconds=self._deadline_s - left_s))
                except TimeoutError:
                    return Failure(FailureReason.TIMEOUT, f"no whole answer from {host} in {self._deadline_s:g} s")
                except EXPECTED as error:
                    return from_exception(error, host)
                left_s -= asyncio.get_running_loop().time() - started_s
            if isinstance(answer, Response | Failure):
                return answer
            target = answer
        return target

    @asynccontextmanager
    async def _turn(self, host: str) -> AsyncIterator[None]:
        """Wait until few enough requests are under way: first to the host, so that a slow one holds up itself only."""
        host_turn = self._host_turns.setdefault(host, asyncio.Semaphore(MAX_PER_HOST))
        async with host_turn, self._turns:
            yield

    async def _get(self, url: URL, request: FetchRequest, spent: timedelta) -> Response | Failure | URL:
        """One hop; a URL means: go on there."""
        assert self._session is not None, "Fetcher is used outside of its context"
        started_s = asyncio.get_running_loop().time()
        async with self._session.get(url, headers=_conditions(request), allow_redirects=False) as response:
            headers = _headers(response)
            if response.status in _REDIRECTS and "location" in headers:
                return _url(headers["location"], base=url)
            read: tuple[bytes, tuple[str, ...]] | Failure = (b"", ())
            if response.status in _SUCCESS:
                read = await read_body(response, self._max_bytes)
            elif response.status != _NOT_MODIFIED or not _conditions(
                request
            ):  # a 304 that nobody asked for is an error
                return from_status(response.status, headers, url.host or "", datetime.now(UTC))
            if isinstance(read, Failure):
                return read
            elapsed = spent + timedelta(seconds=asyncio.get_running_loop().time() - started_s)
            return Response(str(url.with_user(None)), response.status, headers, read[0], elapsed, read[1])


def _conditions(request: FetchRequest) -> dict[str, str]:
    """The validators, exactly as the server gave them (RFC 9110, 13.1)."""
    conditions = {}
    if request.etag is not None:
        conditions["If-None-Match"] = request.etag
    if request.last_modified is not None:
        conditions["If-Modified-Since"] = request.last_modified
    return conditions


def _headers(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The first header of each name; one that is not UTF-8 is left out, as it could not be sent back unchanged."""
    headers: dict[str, str] = {}
    for name, value in response.raw_headers:
        try:
            headers.setdefault(name.decode("ascii").lower(), value.decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return headers


def _url(text: str, base: URL | None = None) -> URL | Failure:
    """A URL that may be fetched."""
    try:
        text.encode()
        url = URL(text.strip()) if base is None else base.join(URL(text.strip()))
        url = url.with_fragment(None)
        _ = url.port
    except ValueError as error:
        return Failure(FailureReason.BAD_URL, f"no usable URL: {error}")
    if url.scheme not in ("http", "https") or not url.host:
        asked = "redirected to a" if base else "a"
        return Failure(
            FailureReason.BAD_URL, f"{asked} {url.scheme or 'relative'} URL, only http and https are fetched"
        )
    return url


def _shown(url: URL) -> str:
    """Without user, password and query, which may hold secrets."""
    return f"{url.scheme}://{url.host}{url.path}"
