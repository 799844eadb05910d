"""Reads from the lines that Apprise logged what became of a sending. Pure: no I/O.

Apprise 2 says only success or failure; the HTTP status and the socket's error stand in its log lines, in a form
that nearly all of its plugins share ("... error=404.", "Socket Exception: ...").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus

from watcher.model import SendResult

LONGEST_DETAIL = 300
TEMPORARY_CLIENT_ERRORS = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)

_STATUS = re.compile(r"error=(\d{3})\b")
_SOCKET_ERROR = re.compile(r"(?:Socket|Notification) Exception: (.+)", re.DOTALL)
_RESPONSE = re.compile(r"Response Details:\s*b?(['\"])(.+)\1", re.DOTALL)
# What the socket says when the request had gone out but no answer came back (urllib3, http.client).
_SENT_WITHOUT_ANSWER = re.compile(
    r"Read timed out|Connection aborted|RemoteDisconnected|reset by peer|IncompleteRead|Broken pipe", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that Apprise logged about one attempt."""

    level: str
    text: str


def read_log(lines: Iterable[LogLine], scrub: Callable[[str], str]) -> SendResult:
    """Return what a failed sending over HTTP (or any other plugin) came to, as its log lines tell it."""
    told = tuple(lines)
    statuses = [found.group(1) for line in told if (found := _STATUS.search(line.text))]
    if statuses:
        answers = [found.group(2) for line in told if (found := _RESPONSE.search(line.text))]
        return from_http_status(int(statuses[-1]), scrub(answers[-1]) if answers else "")
    errors = [found.group(1) for line in told if (found := _SOCKET_ERROR.search(line.text))]
    if errors:
        return SendResult(
            ok=False,
            detail=shorten(scrub(errors[-1])),
            possible_repeat=_SENT_WITHOUT_ANSWER.search(errors[-1]) is not None,
        )
    loud = [line.text for line in told if line.level not in ("DEBUG", "INFO", "TRACE")]
    return SendResult(ok=False, detail=shorten(scrub(loud[-1])) if loud else "Apprise tells no reason")


def from_http_status(status: int, answer: str) -> SendResult:
    """Return what an HTTP status other than success means; ``answer`` is the scrubbed body."""
    try:
        phrase = f" {HTTPStatus(status).phrase}"
    except ValueError:
        phrase = ""
    told = f"HTTP {status}{phrase}" + (f": {answer}" if answer else "")
    server_error = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return SendResult(
        ok=False,
        permanent=not server_error and status not in TEMPORARY_CLIENT_ERRORS,
        detail=shorten(told),
        possible_repeat=status == HTTPStatus.GATEWAY_TIMEOUT,  # the gateway passed it on and heard nothing
    )


def shorten(text: str) -> str:
    """Return ``text`` on one line, cut to what fits a table."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_DETAIL else line[: LONGEST_DETAIL - 1] + "…"
