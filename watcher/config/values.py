"""The configuration as frozen values. Secrets have been filled in: a Config is never logged or shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from watcher.model import Channel, ChannelId, Feed, Problem


@dataclass(frozen=True, slots=True)
class Polling:
    """How feeds are fetched.

    ``tick`` is how often due feeds are looked for, ``interval`` the usual time between two polls of one feed,
    ``deadline`` the total time one fetch may take, ``concurrency`` how many run at once.
    """

    tick: timedelta
    interval: timedelta
    deadline: timedelta
    max_bytes: int
    concurrency: int
    user_agent: str
    private_hosts_allowed: bool = False


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
    ``secrets`` are the texts that no log line may show.
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
