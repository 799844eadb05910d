"""From a feed's entries to our items: clean text, canonical links, identities. Pure. Between parse and the store."""

from watcher.feeds.items.build import Items, guids_collide, to_items
from watcher.feeds.items.dates import odd_dates
from watcher.feeds.items.identity import Wording
from watcher.feeds.items.text import clean_text
from watcher.feeds.items.urls import canonical_url

__all__ = ["Items", "Wording", "canonical_url", "clean_text", "guids_collide", "odd_dates", "to_items"]
