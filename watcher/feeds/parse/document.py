"""Tells an empty body, a JSON Feed and an XML feed apart, and sends each to its reader. Pure."""

from __future__ import annotations

from watcher.feeds.parse.json_feed import parse_json
from watcher.feeds.parse.xml_feed import parse_xml
from watcher.model import Document, Failure, FailureReason


def parse(text: str, url: str) -> Document | Failure:
    """The entries of a feed, links made absolute against ``url``; or why the text is no feed.

    A broken entry or a document cut short costs only itself: what is whole is returned, with notes. Never raises.
    """
    if not text.strip():
        return Failure(FailureReason.EMPTY, "the document is empty")
    if text.startswith("{"):
        return parse_json(text, url)
    return parse_xml(text, url)
