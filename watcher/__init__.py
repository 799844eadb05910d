"""Watcher: finds places that change hands and sieges that begin or end in news feeds, and tells a watch desk.

Start reading at ``pipeline.py``.
"""
