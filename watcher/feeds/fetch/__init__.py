"""Asks a feed's server for its document. HTTP only: what the bytes mean is for decode. First step of a poll."""

from watcher.feeds.fetch.fetcher import Fetcher

__all__ = ["Fetcher"]
