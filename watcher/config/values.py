"""The configuration as frozen values. Secrets have been filled in: a Config is never logged or shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from watcher.model import Channel, ChannelId, Feed, FeedId, HttpSettings, Problem


@dataclass(frozen=True, slots=True)
class Polling:
    """How feeds are fetched.

    ``tick`` is how often due feeds are looked for, ``interval`` the usual time between two polls of one feed,
    ``deadline`` the total time one fetch may take, ``concurrency`` how many run at once.
    ``allowed_networks`` may be dialled though private. ``host_spacing`` lies between two requests to one host.
    ``intervals`` are those of tiers, where they have one of their own.
    """

    tick: timedelta
    interval: timedelta
    deadline: timedelta
    max_bytes: int
    concurrency: int
    user_agent: str
    private_hosts_allowed: bool = False
    allowed_networks: tuple[str, ...] = ()
    host_spacing: timedelta = timedelta(seconds=1)
    intervals: Mapping[int, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alerts:
    """What is pushed, and to whom.

    ``max_age``: older news is kept but not pushed. ``send_deadline``: how long a channel may take for a message.
    ``first_poll_window``: how young an item of a feed's first poll must be to be pushed. ``feed_problems_to``: the
    channels that hear of feed problems; none means all.
    """

    max_age: timedelta
    send_deadline: timedelta
    first_poll_window: timedelta = timedelta(hours=6)
    feed_problems_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """What is forgotten, and when. Items, incidents and deliveries never are."""

    keep_polls: timedelta


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the operator says.

    ``channels`` are the usable ones; ``channel_ids`` are all that channels.yaml lists, also those whose secret is
    missing. ``version`` is 12 hex digits over the files' names and bytes. ``problems`` are the warnings.
    ``secrets`` are the texts that no log line may show. ``http_settings`` are those of the feeds that have any.
    ``templates`` are the operator's own for digests, by file name; those that cannot be used are left out.
    """

    state_directory: Path | None
    timezone: str
    polling: Polling
    alerts: Alerts
    housekeeping: Housekeeping
    feeds: tuple[Feed, ...]
    channels: tuple[Channel, ...]
    channel_ids: tuple[ChannelId, ...]
    version: str
    problems: tuple[Problem, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    http_settings: Mapping[FeedId, HttpSettings] = field(default_factory=dict, repr=False)
    templates: Mapping[str, str] = field(default_factory=dict, repr=False)
