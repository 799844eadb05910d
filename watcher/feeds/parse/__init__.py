"""From a document's text to its entries. Pure: no fetching, no files. Sits between decode and items."""

from watcher.feeds.parse.document import parse
from watcher.feeds.parse.plain import parse_plain

__all__ = ["parse", "parse_plain"]
