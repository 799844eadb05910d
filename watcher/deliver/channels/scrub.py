"""Strikes a channel's secrets out of what is told about it. Pure: no I/O.

Every part of a channel's URL may be a secret (a webhook's token stands in the path, a Telegram bot's in place of the
host), so all of it counts as one, but for the scheme, a real host, its port and the values of plain switches.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Collection, Iterator
from urllib.parse import parse_qsl, quote, quote_plus, unquote, unquote_plus

STRUCK_OUT = "***"
SHORTEST_INSIDE_WORDS = 4  # shorter secrets are struck out only where they stand alone, or words would be garbled


def scrubber(url: str, *, shown: Collection[str] = (), plain_options: Collection[str] = ()) -> Callable[[str], str]:
    """Return a function that strikes the secrets of ``url`` out of a text.

    ``shown``: parts of the URL that are no secret (its host). ``plain_options``: names of query parameters whose
    values are switches (``verify=no``).
    """
    known = {part.lower() for part in shown}
    secrets = {part for part in _parts(url, plain_options) if part.lower() not in known}
    forms = sorted({form for secret in secrets for form in _forms(secret)}, key=len, reverse=True)
    if not forms:
        return str
    pattern = re.compile("|".join(_as_pattern(form) for form in forms), re.IGNORECASE)
    return lambda text: pattern.sub(STRUCK_OUT, text)


def _parts(url: str, plain_options: Collection[str]) -> Iterator[str]:
    """All pieces of the URL that may be secret, percent-decoded."""
    rest = url.partition("://")[2].partition("#")[0]
    location, _, query = rest.partition("?")
    authority, *path = location.split("/")
    userinfo, _, host = authority.rpartition("@")
    if userinfo:
        yield unquote(userinfo)
        yield base64.b64encode(unquote(userinfo).encode()).decode()  # as HTTP and SMTP send it
    for piece in [*userinfo.split(":"), *host.split(":"), *path, *url.partition("#")[2:]]:
        yield unquote(piece)
        yield from unquote(piece).split(":")
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name.lower() not in plain_options:
            yield value
            yield unquote_plus(value)


def _forms(secret: str) -> set[str]:
    """The secret as it may turn up: bare, percent-encoded, inside a Python or JSON string."""
    if not secret:
        return set()
    return {
        secret,
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        json.dumps(secret)[1:-1],
    }


def _as_pattern(form: str) -> str:
    pattern = re.escape(form)
    return pattern if len(form) >= SHORTEST_INSIDE_WORDS else rf"(?<!\w){pattern}(?!\w)"
