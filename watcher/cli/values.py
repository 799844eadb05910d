"""Values of the model as JSON, for ``--json``."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from enum import Enum
from functools import singledispatch
from typing import Any

from watcher.model import Position


@singledispatch
def as_json(value: Any) -> Any:
    """Turn frozen values into dicts and lists that ``json.dumps`` takes.

    Moments become ISO 8601 in UTC, a position "file:line:column", a duration seconds. Fields that are kept out of
    ``repr`` (secrets) are left out here too.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_json(getattr(value, field.name)) for field in dataclasses.fields(value) if field.repr}
    return value


@as_json.register
def _(value: Position) -> str:
    return str(value)


@as_json.register
def _(value: Enum) -> Any:
    return value.value


@as_json.register
def _(value: date) -> str:  # a datetime is a date
    return value.isoformat().replace("+00:00", "Z")


@as_json.register
def _(value: timedelta) -> float:
    return value.total_seconds()


@as_json.register(list)
@as_json.register(tuple)
def _(value: list[Any] | tuple[Any, ...]) -> list[Any]:
    return [as_json(part) for part in value]


@as_json.register
def _(value: dict) -> dict[str, Any]:  # type: ignore[type-arg]  # singledispatch takes plain classes only
    return {str(key): as_json(part) for key, part in value.items()}
