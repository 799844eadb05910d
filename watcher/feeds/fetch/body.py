"""Reads a response's body: bounded in both compressed and decompressed bytes, lenient with wrong labels.

What came before a connection broke is kept with a note: the entries in it that are whole need not wait.
"""

from __future__ import annotations

import re
import zlib

import aiohttp
import brotli

from watcher.model import Failure, FailureReason

_GZIP = b"\x1f\x8b"
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS
_MOST_MEMBERS = 100  # of a gzip stream; each costs a copy of what follows it
_PLAIN = re.compile(rb"\s*(?:[<{]|\xef\xbb\xbf|\xff\xfe|\xfe\xff)")  # how uncompressed documents begin
_CHUNK = 65_536
_BROTLI_STEP = 1_024
_SIGNATURE_BYTES = 4


async def read_body(response: aiohttp.ClientResponse, max_bytes: int) -> tuple[bytes, tuple[str, ...]] | Failure:
    """The body, decompressed, and notes on what was odd about its transfer."""
    if (response.content_length or 0) > max_bytes:
        return _too_large(f"{response.content_length} bytes announced", max_bytes)
    body = _Body(response.headers.get("Content-Encoding", ""), max_bytes)
    received = 0
    try:
        async for chunk in response.content.iter_chunked(_CHUNK):
            received += len(chunk)
            body.add(chunk)
    except aiohttp.ClientError as error:  # cut off, reset, or not as long as announced
        body.add(_rest(response.content))
        body.notes.append(f"the connection ended early, after {received} bytes ({type(error).__name__})")
    except _TooLargeError:
        return _too_large("more", max_bytes)
    except (zlib.error, brotli.error) as error:
        body.notes.append(f"the compressed body is damaged: {error}")
    return body.finish()


def _too_large(what: str, max_bytes: int) -> Failure:
    return Failure(FailureReason.TOO_LARGE, f"{what}, at most {max_bytes} bytes are read")


def _rest(stream: aiohttp.StreamReader) -> bytes:
    """What had arrived before the connection broke, but was not read yet: the stream holds it back after an error."""
    stream.set_exception(None)  # type: ignore[arg-type]  # the only way to read on, and what its attribute starts with
    return stream.read_nowait()


class _TooLargeError(Exception):
    """The body exceeds the limit."""


class _Body:
    """Collects a body, decompressing as it comes."""

    def __init__(self, content_encoding: str, max_bytes: int) -> None:
        self.notes: list[str] = []
        self._label = content_encoding.strip().lower()
        self._max_bytes = max_bytes
        self._start = b""  # kept back until it is long enough to tell what it is
        self._started = False
        self._received = 0
        self._data = bytearray()
        self._window: int | None = None
        self._inflater: zlib._Decompress | None = None
        self._members = 0
        self._brotli: brotli.Decompressor | None = None

    def add(self, chunk: bytes) -> None:
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise _TooLargeError
        if not self._started:
            self._start += chunk
            if len(self._start) < _SIGNATURE_BYTES:
                return
            chunk = self._begin()
        self._take(chunk)

    def finish(self) -> tuple[bytes, tuple[str, ...]] | Failure:
        """What was collected; a failure if that is nothing."""
        if not self._started:
            self._take(self._begin())
        if (self._inflater is not None and not self._inflater.eof) or (self._brotli and not self._brotli.is_finished()):
            self.notes.append("the compressed body ends early")
        if not self._data.strip():
            if self.notes:
                return Failure(FailureReason.BROKEN, f"nothing could be read: {'; '.join(self.notes)}")
            return Failure(FailureReason.EMPTY, "the body is empty")
        return bytes(self._data), tuple(self.notes)

    def _begin(self) -> bytes:
        """Decide what the body is, by its first bytes rather than its label; return them."""
        self._started = True
        start = self._start
        if start.startswith(_GZIP):
            self._window = _GZIP_WINDOW
        elif self._label == "deflate" and not _PLAIN.match(start):  # RFC 9110 means zlib, some servers send it raw
            self._window = _ZLIB_WINDOW if int.from_bytes(start[:2], "big") % 31 == 0 else _RAW_WINDOW
        elif self._label == "br" and start and not _PLAIN.match(start):  # brotli has no signature to be told by
            self._brotli = brotli.Decompressor()
        elif self._label not in ("", "identity") and start:
            self.notes.append(f"labelled {self._label!r}, but is not")
        if self._window is not None:
            if self._label in ("", "identity"):
                self.notes.append("gzip without a label")
            self._inflater = zlib.decompressobj(self._window)
        return start

    def _take(self, data: bytes) -> None:
        if self._brotli is not None:
            self._unbrotli(self._brotli, data)
            return
        if self._inflater is None or self._window is None:
            self._data += data
            return
        while data:
            if self._inflater.eof:  # a further member follows, or bytes that mean nothing
                self._members += 1
                if not data.startswith(_GZIP) or self._members > _MOST_MEMBERS:
                    return
                self._inflater = zlib.decompressobj(self._window)
            self._data += self._inflate(self._inflater, data, self._max_bytes - len(self._data) + 1)
            if len(self._data) > self._max_bytes:
                raise _TooLargeError
            data = self._inflater.unused_data or self._inflater.unconsumed_tail

    def _inflate(self, inflater: zlib._Decompress, data: bytes, wanted: int) -> bytes:
        """What ``data`` gives; of damaged data what comes before the damage, which may be a wrong checksum only."""
        before = inflater.copy()
        try:
            return inflater.decompress(data, wanted)
        except zlib.error:
            for position in range(len(data)):  # ends at the damage, with its error
                self._data += before.decompress(data[position : position + 1], self._max_bytes - len(self._data) + 1)
                if len(self._data) > self._max_bytes:
                    raise _TooLargeError from None
            raise

    def _unbrotli(self, decompressor: brotli.Decompressor, data: bytes) -> None:
        """Bit by bit: what an error meets is lost as a whole."""
        try:
            for start in range(0, len(data), _BROTLI_STEP):
                step = data[start : start + _BROTLI_STEP]
                while step or not decompressor.can_accept_more_data():
                    wanted = self._max_bytes - len(self._data) + 1
                    self._data += decompressor.process(step, output_buffer_limit=wanted)
                    step = b""
                    if len(self._data) > self._max_bytes:
                        raise _TooLargeError
        except brotli.error:
            self._brotli = None  # of no use any more
            raise
