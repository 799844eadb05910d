"""The shapes of the operator's files: watcher.yaml, feeds.yaml and channels.yaml."""

from __future__ import annotations

import re
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from watcher.model import FullText
from watcher.rulebook.values import Duration, FileModel, Id, Text, TimeZone, Version, YesNo
from watcher.rulebook.wording import shown

_SIZE = re.compile(r"(\d{1,6}) (KB|MB)", re.IGNORECASE)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")  # RFC 9110, 5.6.2
_OUR_HEADERS = {  # and where to say what they should be
    "user-agent": ": write 'user_agent'",
    "cookie": ": write 'cookies'",
    "authorization": ": write 'basic_auth', or 'bearer_token'",
    **dict.fromkeys(("host", "content-length", "transfer-encoding", "connection", "accept-encoding"), ""),
    **dict.fromkeys(("if-none-match", "if-modified-since", "range", "te", "upgrade", "proxy-authorization"), ""),
}


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
        raise ValueError("the address holds a password: write it under 'http', as 'basic_auth'")
    return url


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError(f"write a language code like 'en' or 'ar', got {shown(text)}")
    return text


def _network(text: object) -> str:
    try:
        return str(ip_network(text if isinstance(text, str) else "", strict=True))
    except ValueError:
        raise ValueError(f"write a network like '10.1.0.0/16' or 'fd00::/8', got {shown(text)}") from None


def _header_name(text: str) -> str:
    if not _TOKEN.fullmatch(text):
        raise ValueError(f"{shown(text)} is no name of a header or cookie")
    if text.lower() in _OUR_HEADERS:
        raise ValueError(f"the header {text} is set by Watcher{_OUR_HEADERS[text.lower()]}")
    return text


def _tier(text: object) -> int:
    if text not in ("1", "2", "3"):
        raise ValueError(f"write 1, 2 or 3, got {shown(text)}")
    return int(str(text))


def _full_text(text: object) -> object:
    if text not in tuple(FullText):
        raise ValueError(f"write always, when_short or never, got {shown(text)}")
    return text


Size = Annotated[int, BeforeValidator(_size), WithJsonSchema({"type": "string", "examples": ["10 MB"]})]
Period = Annotated[Duration, AfterValidator(_positive)]
Language = Annotated[str, AfterValidator(_language)]
Network = Annotated[str, BeforeValidator(_network), WithJsonSchema({"type": "string", "examples": ["10.1.0.0/16"]})]
HeaderName = Annotated[str, AfterValidator(_header_name)]
Tier = Annotated[int, BeforeValidator(_tier), WithJsonSchema({"enum": ["1", "2", "3"]})]


# --- watcher.yaml --------------------------------------------------------------------------------------------------


class PollingSection(FileModel):
    """How feeds are fetched."""

    tick: Period = timedelta(seconds=15)
    interval: Period = timedelta(minutes=5)
    intervals: dict[Tier, Period] = Field(default_factory=dict)
    deadline: Period = timedelta(seconds=30)
    max_bytes: Size = 10_000_000
    concurrency: Annotated[int, Field(ge=1, le=500)] = 64
    user_agent: Text = "Watcher/0.1 (news monitor; reads feeds only)"
    private_hosts_allowed: YesNo = False
    allowed_networks: tuple[Network, ...] = ()
    host_spacing: Duration = timedelta(seconds=1)


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


# --- secrets -------------------------------------------------------------------------------------------------------


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


# --- feeds.yaml ----------------------------------------------------------------------------------------------------


class BasicAuthEntry(FileModel):
    """User and password for the feed's server (RFC 7617)."""

    user: Text
    password: Text


class HttpEntry(FileModel):
    """How the feed's server is to be asked. ``{name}`` in a value stands for the feed's secret of that name."""

    headers: dict[HeaderName, Text] = Field(default_factory=dict)
    cookies: dict[HeaderName, Text] = Field(default_factory=dict)
    basic_auth: BasicAuthEntry | None = None
    bearer_token: Text | None = None
    proxy: Text | None = None
    user_agent: Text | None = None

    @model_validator(mode="after")
    def _knows_one_way_to_log_in(self) -> HttpEntry:
        if self.basic_auth and self.bearer_token:
            raise ValueError("there is one of basic_auth and bearer_token, not both")
        return self


class FeedEntry(FileModel):
    """One feed. ``outlet`` is the publisher, if another name than the feed's: each counts once per incident."""

    name: Text
    url: Annotated[str, AfterValidator(_feed_url)]
    outlet: Text | None = None
    language: Language | None = None
    kind: Text = "other"
    interval: Period | None = None
    enabled: YesNo = True
    tier: Tier = 2
    full_text: Annotated[FullText, BeforeValidator(_full_text)] = FullText.NEVER
    http: HttpEntry = HttpEntry()
    secrets: dict[Id, SecretEntry] = Field(default_factory=dict)


class FeedsFile(FileModel):
    """feeds.yaml: what is polled."""

    version: Version
    feeds: dict[Id, FeedEntry] = Field(min_length=1)


# --- channels.yaml -------------------------------------------------------------------------------------------------


class LimitEntry(FileModel):
    """At most so many messages in so much time; what is more waits."""

    messages: Annotated[int, Field(ge=1, le=10_000)]
    per: Period


class ChannelEntry(FileModel):
    """One destination. ``{name}`` in the url stands for the secret of that name."""

    title: Text
    url: Text
    secrets: dict[Id, SecretEntry] = Field(default_factory=dict)
    limit: LimitEntry = LimitEntry(messages=60, per=timedelta(hours=1))


class ChannelsFile(FileModel):
    """channels.yaml: where digests can go."""

    version: Version
    channels: dict[Id, ChannelEntry] = Field(default_factory=dict)


FILES = (WatcherFile, FeedsFile, ChannelsFile)
