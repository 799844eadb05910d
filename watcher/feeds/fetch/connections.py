"""Connections that read an answer as long as its Content-Length says, and let go of what follows, as browsers do.

Software that counts characters where bytes are meant announces too little for every text that is not ASCII: such an
Arabic feed would be no HTTP at all for aiohttp's parser, which refuses bytes after the end. What is within the length
is taken in, and the document itself tells that it ends early.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler

_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,15})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_INTERIM = re.compile(rb"HTTP/\d\.\d 1(?!01)\d\d")  # RFC 9110, 15.2: another answer follows
_LONGEST_HEAD = 1_000_000
_MOST_INTERIMS = 20


class _MeasuredHandler(ResponseHandler):
    """aiohttp's own, given no byte beyond the length that the answer announces."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._head: bytes | None = b""  # what has come of it; None when it is complete
        self._left: int | None = None  # bytes of the body to come; None when nothing says how many
        self._interims = 0

    def set_response_params(self, **options: Any) -> None:
        self._head, self._left, self._interims = b"", None, 0
        super().set_response_params(**options)

    def data_received(self, data: bytes) -> None:
        measured = self._measured(data)
        if measured:
            super().data_received(measured)

    def _measured(self, data: bytes) -> bytes:
        start = 0  # of the body in ``data``
        while self._head is not None:
            head = self._head + data[start:]
            end = _END_OF_HEAD.search(head)
            if end is None or len(self._head) > _LONGEST_HEAD:
                self._head = head[: _LONGEST_HEAD + 1]
                return data
            start += end.end() - len(self._head)
            self._interims += 1
            self._head = b"" if _INTERIM.match(head) and self._interims < _MOST_INTERIMS else None
            lengths = _LENGTH.findall(head, 0, end.end())
            if self._head is None and len(lengths) == 1 and not _CHUNKED.search(head, 0, end.end()):
                self._left = int(lengths[0])
        if self._left is None:
            return data
        within = data[: start + self._left]
        self._left -= len(within) - start
        if len(within) < len(data):
            self.force_close()  # nobody knows where a next answer would begin
        return within


class MeasuredConnector(aiohttp.TCPConnector):
    """aiohttp's own, with connections of this kind."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._factory = functools.partial(_MeasuredHandler, loop=self._loop)  # type: ignore[assignment]  # a kind of it
