"""Serves the sample feeds over loopback HTTP, as their publishers would have at a simulated moment.

The demo's internet: it moves with ``show_until`` and counts what it was asked for. Only the demo and tests start it.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self

from aiohttp import ETag, web

from watcher.demo.documents import Shown
from watcher.demo.seeds import SampleFeed, Seeds


@dataclass(frozen=True, slots=True)
class Served:
    """What a server was asked for so far: all requests, and how many were answered 200, 304 and otherwise."""

    requests: int = 0
    documents: int = 0
    not_modified: int = 0
    errors: int = 0


class FeedServer:
    """The sample feeds' HTTP server, on a free port of 127.0.0.1 for as long as the context lasts.

    Before the first ``show_until`` every feed is empty.
    """

    def __init__(self, seeds: Seeds) -> None:
        self._samples = {sample.path: sample for sample in seeds.samples}
        self._moment = datetime.min.replace(tzinfo=UTC)
        self._statuses: dict[HTTPStatus, int] = {}
        self._runner: web.ServerRunner | None = None
        self.base_url = ""

    async def __aenter__(self) -> Self:
        # A bare server, since an Application would route, and here every path is a feed or gone.
        self._runner = web.ServerRunner(web.Server(self._answer), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.base_url = f"http://{host}:{port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def show_until(self, moment: datetime) -> None:
        """Let every feed show what was out by ``moment``."""
        self._moment = moment

    @property
    def served(self) -> Served:
        return Served(
            requests=sum(self._statuses.values()),
            documents=self._statuses.get(HTTPStatus.OK, 0),
            not_modified=self._statuses.get(HTTPStatus.NOT_MODIFIED, 0),
            errors=sum(count for status, count in self._statuses.items() if status >= HTTPStatus.BAD_REQUEST),
        )

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        sample = self._samples.get(request.path)
        response = _response(request, sample, self._moment)
        status = HTTPStatus(response.status)
        if sample is not None and status is HTTPStatus.OK:
            await asyncio.sleep(sample.delay.total_seconds())
        self._statuses[status] = self._statuses.get(status, 0) + 1
        return response


def _response(request: web.BaseRequest, sample: SampleFeed | None, moment: datetime) -> web.Response:
    if request.method not in ("GET", "HEAD"):
        return web.Response(status=HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": "GET, HEAD"})
    if sample is None or sample.document is None:
        return web.Response(status=HTTPStatus.NOT_FOUND, text="There is no such feed here any more.\n")
    shown = sample.document.until(moment)
    compressed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = _validators(sample, shown, compressed=compressed)
    if _is_unchanged(request, headers):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers = {**headers, "Content-Type": sample.content_type, "Vary": "Accept-Encoding"}
    response = web.Response(body=shown.body, headers=headers)
    if compressed:
        response.enable_compression(web.ContentCoding.gzip)
    return response


def _validators(sample: SampleFeed, shown: Shown, *, compressed: bool) -> dict[str, str]:
    """The response headers that a client may send back to ask whether anything changed (RFC 9110, 8.8).

    A compressed body is another representation of the same content, so it gets the weak form of the entity tag.
    """
    headers = {}
    if sample.validators == "both":
        tag = f'"{hashlib.sha256(shown.body).hexdigest()[:16]}"'
        headers["ETag"] = f"W/{tag}" if compressed else tag
    if sample.validators != "none" and shown.changed_at is not None:
        headers["Last-Modified"] = format_datetime(shown.changed_at, usegmt=True)
    return headers


def _is_unchanged(request: web.BaseRequest, validators: dict[str, str]) -> bool:
    """Whether the client has this content already: by entity tag, else by date (RFC 9110, 13.2.2)."""
    if (tags := request.if_none_match) is not None:
        return any(_is_tag(tag, validators.get("ETag")) for tag in tags)
    modified = validators.get("Last-Modified")
    since = request.if_modified_since
    return modified is not None and since is not None and parsedate_to_datetime(modified) <= since


def _is_tag(tag: ETag, current: str | None) -> bool:
    """The weak comparison (RFC 9110, 8.8.3.2)."""
    return current is not None and (tag.value == "*" or current.removeprefix("W/") == f'"{tag.value}"')
