"""The shapes of the operator's files: watcher.yaml, feeds.yaml and channels.yaml."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from watcher.rulebook.values import Duration, FileModel, Id, Text, TimeZone, Version, YesNo
from watcher.rulebook.wording import shown

_SIZE = re.compile(r"(\d{1,6}) (KB|MB)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def _size(text: object) -> int:
    found = _SIZE.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found or not int(found[1]):
        raise ValueError(f"write a size like '10 MB', got {shown(text)}")
    return int(found[1]) * {"kb": 1000, "mb": 1_000_000}[found[2].lower()]


def _positive(duration: timedelta) -> timedelta:
    if not duration:
        raise ValueError("must be longer than nothing")
    return duration


def _feed_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, password = parts.hostname, parts.password
    except ValueError:
        raise ValueError(f"expected an address like 'https://example.org/rss.xml', got {shown(url)}") from None
    if parts.scheme not in ("http", "https") or not host or re.search(r"\s", url):
        raise ValueError(f"expected an address like 'https://example.org/rss.xml', got {shown(url)}")
    if password is not None:
        raise ValueError("the address holds a password: feeds that need one are not supported")
    return url


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"write a language code like 'en' or 'ar', got {shown(text)}")
    return text


Size = Annotated[int, BeforeValidator(_size), WithJsonSchema({"type": "string", "examples": ["10 MB"]})]
Period = Annotated[Duration, AfterValidator(_positive)]
Language = Annotated[str, AfterValidator(_language)]


# --- watcher.yaml --------------------------------------------------------------------------------------------------


class PollingSection(FileModel):
    """How feeds are fetched."""

    tick: Period = timedelta(seconds=15)
    interval: Period = timedelta(minutes=5)
    deadline: Period = timedelta(seconds=30)
    max_bytes: Size = 10_000_000
    concurrency: Annotated[int, Field(ge=1, le=500)] = 20
    user_agent: Text = "Watcher/0.1 (news monitor; reads feeds only)"
    private_hosts_allowed: YesNo = False


class AlertsSection(FileModel):
    """What is pushed."""

    max_age: Period = timedelta(days=3)
    send_deadline: Period = timedelta(seconds=60)
    first_poll_window: Duration = timedelta(hours=6)
    feed_problems_to: tuple[Id, ...] = ()


class HousekeepingSection(FileModel):
    """What is forgotten, and when."""

    keep_polls: Period = timedelta(days=30)


class WatcherFile(FileModel):
    """watcher.yaml: where the state lives, and the clocks and limits of the daemon."""

    version: Version
    state_directory: Path | None = None
    timezone: TimeZone = "UTC"
    polling: PollingSection = PollingSection()
    alerts: AlertsSection = AlertsSection()
    housekeeping: HousekeepingSection = HousekeepingSection()


# --- feeds.yaml ----------------------------------------------------------------------------------------------------


class FeedEntry(FileModel):
    """One feed. ``outlet`` is the publisher, if another name than the feed's: each counts once per incident."""

    name: Text
    url: Annotated[str, AfterValidator(_feed_url)]
    outlet: Text | None = None
    language: Language | None = None
    kind: Text = "other"
    interval: Period | None = None
    enabled: YesNo = True


class FeedsFile(FileModel):
    """feeds.yaml: what is polled."""

    version: Version
    feeds: dict[Id, FeedEntry] = Field(min_length=1)


# --- channels.yaml -------------------------------------------------------------------------------------------------


class SecretEntry(FileModel):
    """Where a secret is found: in an environment variable, a file, or a systemd credential."""

    env: Text | None = None
    file: Path | None = None
    credential: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_never_inline(cls, value: object) -> object:
        if isinstance(value, str) and value:
            raise ValueError("a secret never stands in the file: write {env: NAME}, {file: PATH} or {credential: NAME}")
        return value

    @model_validator(mode="after")
    def _is_found_in_one_place(self) -> SecretEntry:
        if sum(place is not None for place in (self.env, self.file, self.credential)) != 1:
            raise ValueError("a secret is found in exactly one of env, file, credential")
        return self


class ChannelEntry(FileModel):
    """One destination. ``{name}`` in the url stands for the secret of that name."""

    title: Text
    url: Text
    secrets: dict[Id, SecretEntry] = Field(default_factory=dict)


class ChannelsFile(FileModel):
    """channels.yaml: where digests can go."""

    version: Version
    channels: dict[Id, ChannelEntry] = Field(default_factory=dict)


FILES = (WatcherFile, FeedsFile, ChannelsFile)
