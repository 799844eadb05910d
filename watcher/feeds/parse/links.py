"""Absolute links. Pure."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

_NEVER = ("javascript", "data", "vbscript", "file")  # no reader should follow these


def absolute(link: str | None, base: str) -> str | None:
    """``link`` resolved against ``base`` (RFC 3986, 5); None for an empty, broken or dangerous one."""
    link = re.sub(r"\s+", "", link or "")
    if not link:
        return None
    try:
        joined = urljoin(base, link)
        scheme = urlsplit(joined).scheme
    except ValueError:  # such as an unclosed "[" in the host
        return None
    return joined if scheme and scheme not in _NEVER else None
