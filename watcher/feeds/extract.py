"""Finds the article in a page, with trafilatura. Pure, but slow and hostile ground: called in a worker process only.

trafilatura takes 0.2 s and 29 MB to import, so that only a worker which reads a page pays for it.
"""

from __future__ import annotations

from watcher.feeds.items import clean_text
from watcher.model import Failure, FailureReason


def article_text(source: str, url: str) -> str | Failure:
    """The text of the article in an HTML page, without menus, comments and links to others, paragraphs apart."""
    import trafilatura  # noqa: PLC0415  see above

    try:
        found = trafilatura.extract(
            source, url=url, favor_precision=True, include_comments=False, include_tables=False, deduplicate=False
        )
    except Exception as error:  # noqa: BLE001  HTML that it was not written for
        return Failure(FailureReason.BROKEN, f"the page cannot be read: {type(error).__name__}")
    text = clean_text("\n\n".join((found or "").splitlines()))
    return text or Failure(FailureReason.EMPTY, "no article was found in the page")
