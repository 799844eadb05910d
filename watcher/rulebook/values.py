"""The words that rules and configuration share: ids, durations, times of day, time zones, yes and no.

Each is an annotated type for a pydantic model: it checks, converts, and describes itself in the JSON Schema.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from watcher.rulebook.wording import did_you_mean, shown

_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_DURATION_PART = rf"\d{{1,6}} (?:{'|'.join(_UNITS)})s?"
_DURATION = re.compile(rf"{_DURATION_PART}(?: {_DURATION_PART})*")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class FileModel(BaseModel):
    """A part of a user's file: keys it does not know are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def to_duration(text: object) -> timedelta:
    """``10 minutes``, ``1 hour 30 minutes``, ``3 days`` as a timedelta.

    Raises: ValueError when it is anything else.

    >>> to_duration("1 hour 30 minutes")
    datetime.timedelta(seconds=5400)
    """
    if isinstance(text, timedelta):
        return text
    words = " ".join(text.split()).lower() if isinstance(text, str) else ""
    if not _DURATION.fullmatch(words):
        example = f"{words} minutes" if words.isdigit() else "10 minutes"
        raise ValueError(f"write a duration like {example!r}, got {shown(text)}")
    parts = words.split(" ")
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return timedelta(seconds=sum(int(number) * _UNITS[unit.removesuffix("s")] for number, unit in pairs))


def _checked_id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError(f"an id is made of a-z, 0-9, '_' and '-' (at most 64), got {shown(text)}")
    return text


def _checked_time(text: str) -> str:
    if not _TIME.fullmatch(text):
        raise ValueError(f"write a time of day like '07:00', got {shown(text)}")
    return text


def _checked_zone(text: str) -> str:
    try:
        zoneinfo.ZoneInfo(text)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        hint = did_you_mean(text, zoneinfo.available_timezones())
        raise ValueError(f"expected a time zone like 'Europe/Berlin', got {shown(text)}{hint}") from None
    return text


def _checked_version(version: int) -> int:
    if version != 1:
        raise ValueError(f"this program reads version 1, got {version}")
    return version


Id = Annotated[str, AfterValidator(_checked_id), WithJsonSchema({"type": "string", "pattern": f"^{_ID.pattern}$"})]
Text = Annotated[str, StringConstraints(min_length=1)]
Duration = Annotated[
    timedelta,
    BeforeValidator(to_duration),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$", "examples": ["10 minutes"]}),
]
TimeOfDay = Annotated[
    str, AfterValidator(_checked_time), WithJsonSchema({"type": "string", "pattern": f"^{_TIME.pattern}$"})
]
TimeZone = Annotated[str, AfterValidator(_checked_zone), WithJsonSchema({"type": "string", "examples": ["UTC"]})]
YesNo = Annotated[bool, WithJsonSchema({"enum": ["yes", "no", True, False]})]
Confidence = Annotated[float, Field(ge=0, le=1)]
Version = Annotated[int, AfterValidator(_checked_version), WithJsonSchema({"const": 1})]
