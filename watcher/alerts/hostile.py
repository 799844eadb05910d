"""Makes text and addresses from feeds harmless for display: no control characters, no mentions, no odd links.

Pure: no I/O. HTML escaping is not done here but by the template engine. Used by alerts/render.py.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

ZERO_WIDTH_SPACE = "\u200b"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_LONGEST_URL = 2000
_JOINERS = "\u200c\u200d"  # invisible, but part of how Persian and emoji are written
_RIGHT_TO_LEFT = ("R", "AL", "AN")
_MENTION = re.compile(r"([@＠])(?=[^\s\u200b])")
_OPENING = re.compile(r"<(?=[^\s\u200b])")  # Slack and Discord: <@id>, <!here>, <#channel>, <address|text>
_LINK = re.compile(r"\](?=[(\[])")  # Markdown: [text](address)
_SAFE_IN_PATH = "/:;=,+&$!~.-_()'*%?"


def clean(text: str) -> str:
    """Return one line without control, bidirectional-override and other invisible characters.

    >>> clean("seized\\u202e \\x1b[31mtown\\n\\nnow")
    'seized [31mtown now'
    """
    return " ".join("".join(_visible(character) for character in text).split())


def clean_piece(text: str) -> str:
    """As ``clean``, but keeps a space at either end: for a piece of a longer text."""
    visible = "".join(_visible(character) for character in text)
    inner = " ".join(visible.split())
    if not inner:
        return visible[:1]
    return f"{' ' if visible[0] == ' ' else ''}{inner}{' ' if visible[-1] == ' ' else ''}"


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    category = unicodedata.category(character)
    hidden = category in ("Cc", "Cs") or (category == "Cf" and character not in _JOINERS)
    return "" if hidden else character


def defuse(text: str) -> str:
    """Break what chats would read as a mention or a link, with a zero-width space; what is broken stays as it is.

    >>> defuse("@everyone <!here> [x](http://y)").replace("\\u200b", "|")
    '@|everyone <|!here> [x]|(http://y)'
    """
    text = _MENTION.sub(rf"\1{ZERO_WIDTH_SPACE}", text)
    text = _OPENING.sub(f"<{ZERO_WIDTH_SPACE}", text)
    return _LINK.sub(f"]{ZERO_WIDTH_SPACE}", text)


def isolate(text: str) -> str:
    """Wrap a text that holds right-to-left characters, so that it does not reorder what stands around it."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"
    return text


def safe_url(url: str | None) -> str | None:
    """Return an http(s) address that may be linked, with everything odd in it percent-encoded; else None.

    An address with a user name in it is refused: it is made to look like another host's.
    """
    if url is None or len(url) > _LONGEST_URL or any(not _visible(c) or c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except ValueError:  # a bad port, bracket or host name; UnicodeError is one too
        return None
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return None
    if not re.fullmatch(r"[a-z0-9._\-]+|[0-9a-f:.]+", host):
        return None
    shown_host = f"[{host}]" if ":" in host else host
    netloc = shown_host if port is None else f"{shown_host}:{port}"
    path, query, fragment = (quote(part, safe=_SAFE_IN_PATH) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, netloc, path, query, fragment))
