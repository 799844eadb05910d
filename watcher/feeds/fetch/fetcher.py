"""One GET per poll: bounded in time and size, polite to hosts, and wary of where it is sent.

Whatever a server does comes back as a value. Redirects are followed here, hop by hop, so that each is checked and
waits for its own host's turn.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Network, IPv6Network
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from watcher.feeds.fetch.addresses import allowed_literal, socket_factory
from watcher.feeds.fetch.body import read_body
from watcher.feeds.fetch.connections import MeasuredConnector
from watcher.feeds.fetch.failures import EXPECTED, from_exception, from_status
from watcher.feeds.fetch.names import Resolver
from watcher.feeds.fetch.turns import NoTurnError, Turns
from watcher.feeds.polling import rest_of
from watcher.model import Failure, FailureReason, FeedId, FetchRequest, HttpSettings, Response

MAX_REDIRECTS = 5
SPACING = timedelta(seconds=1)
LONGEST_WAIT = timedelta(seconds=100)  # for a turn; less than the lease of a poll has to spare
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_BY_HOST = frozenset((429, 503))  # refusals that hold for all feeds of a host, if it says so
_SUCCESS = range(200, 300)
_NOT_MODIFIED = 304
_ACCEPT = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5"
_PATIENCE_S = 2  # for our own name server where a proxy is used: there may be none
_KEEP_ALIVE_S = 3  # for the next feed of a host; each of a thousand hosts would else hold an open file for long
_LONGEST_HEADER = 65_536  # bytes; security policies grow long, aiohttp's own limit is 8 kB


class Fetcher:
    """Fetches feeds over one pool of connections; an async context manager.

    ``deadline`` is the time one fetch may take in all, without waiting for its turn. ``max_bytes`` bounds the body,
    compressed and decompressed. ``allowed_networks`` may be dialled even if private hosts may not. ``settings`` are
    those of single feeds; what is secret in them goes to the host of the feed's own address only. ``resting`` are hosts
    that have asked before to be left alone, and for how much longer.
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
        settings: Mapping[FeedId, HttpSettings] | None = None,
        spacing: timedelta = SPACING,
        longest_wait: timedelta = LONGEST_WAIT,
        resting: Mapping[str, timedelta] | None = None,
    ) -> None:
        self._deadline_s = deadline.total_seconds()
        self._max_bytes = max_bytes
        self._headers = {"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br"}
        self._turns = Turns(concurrency, spacing, longest_wait)
        self._settings = dict(settings or {})
        self._resting = dict(resting or {})
        self._make_socket = socket_factory(
            private_hosts_allowed=private_hosts_allowed, allowed_networks=tuple(allowed_networks)
        )
        self._is_allowed = allowed_literal(
            private_hosts_allowed=private_hosts_allowed, allowed_networks=tuple(allowed_networks)
        )
        self._session: aiohttp.ClientSession | None = None
        self._proxied: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        for host, span in self._resting.items():
            self._turns.be_quiet(host, span)
        self._session = self._open(
            MeasuredConnector(
                limit=0, keepalive_timeout=_KEEP_ALIVE_S, socket_factory=self._make_socket, resolver=Resolver()
            )
        )
        self._proxied = self._open(
            MeasuredConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_S, resolver=Resolver())
        )  # dials the operator's proxies
        return self

    def _open(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        """A session without limits of its own: the turns are our limit."""
        return aiohttp.ClientSession(
            connector=connector,
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),  # the deadline is our timeout
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,  # see body.py: bounded, and lenient with wrong labels
            max_line_size=_LONGEST_HEADER,
            max_field_size=_LONGEST_HEADER,
        )

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._session is not None
        assert self._proxied is not None
        await self._session.close()
        await self._proxied.close()
        self._session = self._proxied = None

    async def fetch(self, request: FetchRequest) -> Response | Failure:
        """The document, "not modified", or why there is neither; raises nothing but ``CancelledError``."""
        target = _url(request.url)
        settings = self._settings.get(request.feed_id) if request.feed_id is not None else None
        home = _url(settings.home) if settings and settings.home else target
        visited: list[URL] = []
        moved: URL | None = None
        left_s = self._deadline_s
        while not isinstance(target, Failure):
            if (failure := self._refuse(target, visited)) is not None:
                return failure
            visited.append(target)
            is_home = isinstance(home, URL) and target.origin() == home.origin()
            answer, took_s = await self._ask(target, request, left_s, is_home=is_home)
            left_s -= took_s
            if isinstance(answer, Response):
                return answer if moved is None else replace(answer, moved_to=str(moved.with_user(None)))
            if isinstance(answer, Failure):
                return answer
            target, is_permanent = answer
            if is_permanent and isinstance(target, URL) and moved is (None if len(visited) == 1 else visited[-1]):
                moved = target
        return target

    def _refuse(self, target: URL, visited: list[URL]) -> Failure | None:
        """Why this address is not asked now."""
        if target in visited:
            return Failure(FailureReason.REDIRECTS, f"redirects in a circle, back to {_shown(target)}")
        if len(visited) > MAX_REDIRECTS:
            return Failure(FailureReason.REDIRECTS, f"more than {MAX_REDIRECTS} redirects, last {_shown(target)}")
        if (left := self._turns.quiet_for(target.host or "")) is not None:
            return _left_alone(target.host or "", left)
        return None

    async def _ask(
        self, target: URL, request: FetchRequest, left_s: float, *, is_home: bool
    ) -> tuple[Response | Failure | tuple[URL | Failure, bool], float]:
        """One hop when its turn has come, and the seconds that it took of the deadline."""
        host = target.host or ""
        loop = asyncio.get_running_loop()
        try:
            async with self._turns.turn(host):
                started_s = loop.time()
                async with asyncio.timeout(left_s):
                    spent = timedelta(seconds=self._deadline_s - left_s)
                    answer = await self._get(target, request, spent, is_home=is_home)
                took_s = loop.time() - started_s
        except NoTurnError:
            return Failure(FailureReason.NOT_ASKED, f"too many requests were waiting, also for {host}"), 0
        except TimeoutError:
            return Failure(FailureReason.TIMEOUT, f"no whole answer from {host} in {self._deadline_s:g} s"), left_s
        except EXPECTED as error:
            return from_exception(error, host), 0
        return self._with_wish(host, answer) if isinstance(answer, Failure) else answer, took_s

    def _with_wish(self, host: str, failure: Failure) -> Failure:
        """Remember whether a host wants to be left alone, by all of its feeds."""
        if failure.status == 429 or (failure.status in _BY_HOST and failure.retry_after):  # noqa: PLR2004  RFC 6585, 4
            self._turns.be_quiet(host, rest_of(failure))
            return replace(failure, resting_host=host)
        return failure

    async def _may_ask_for(self, host: str) -> bool:
        """Whether a proxy may be asked for a host: not for one whose name is, or leads to, a private address.

        A name that only the proxy can resolve is the proxy's to judge.
        """
        if not self._is_allowed(host):
            return False
        try:
            async with asyncio.timeout(_PATIENCE_S):
                found = await Resolver().resolve(host)
        except (OSError, UnicodeError, TimeoutError):
            return True
        return all(self._is_allowed(address["host"]) for address in found)

    async def _get(
        self, url: URL, request: FetchRequest, spent: timedelta, *, is_home: bool
    ) -> Response | Failure | tuple[URL | Failure, bool]:
        """One hop; a URL means: go on there, and whether for good."""
        settings = self._settings.get(request.feed_id) if request.feed_id is not None else None
        session = self._proxied if settings and settings.proxy else self._session
        assert session is not None, "Fetcher is used outside of its context"
        if settings and settings.proxy and not await self._may_ask_for(url.host or ""):  # else checked when dialling
            return Failure(FailureReason.BAD_URL, f"{url.host}: a private or local address (see private_hosts_allowed)")
        started_s = asyncio.get_running_loop().time()
        async with session.get(
            url,
            headers=_accepted(request) | _conditions(request) | _own_headers(settings, is_home=is_home),
            proxy=settings.proxy if settings else None,
            allow_redirects=False,
        ) as response:
            headers = _headers(response)
            if response.status in _REDIRECTS and "location" in headers:
                return _url(headers["location"], base=url), response.status in _PERMANENT
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


def _own_headers(settings: HttpSettings | None, *, is_home: bool) -> dict[str, str]:
    """The headers of a feed's own; after a redirect to another host all but the user agent are kept back."""
    if settings is None:
        return {}
    headers = {"User-Agent": settings.user_agent} if settings.user_agent else {}
    if is_home:
        headers |= dict(settings.headers)
        if settings.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in settings.cookies)
        if settings.basic_auth:
            headers["Authorization"] = _basic(*settings.basic_auth)
    return headers


def _basic(user: str, password: str) -> str:
    """Credentials as RFC 7617 has them."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def _left_alone(host: str, left: timedelta) -> Failure:
    detail = f"not asked: {host} wants to be left alone for another {left.total_seconds():.0f} s"
    return Failure(FailureReason.RATE_LIMITED, detail, retry_after=left)


def _accepted(request: FetchRequest) -> dict[str, str]:
    return {"Accept": _ACCEPT_PAGE} if request.is_page else {}


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
