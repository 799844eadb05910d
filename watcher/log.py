"""Structured logs on standard error: readable on a terminal, one JSON object per line under systemd.

An event is a constant ``noun_past-verb``; data stands in keys. Known secrets are struck out of every line,
those of libraries (Apprise, aiohttp, APScheduler, SQLAlchemy) included.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog

STRUCK_OUT = "***"
SHORTEST_SECRET = 4  # striking out shorter strings would garble ordinary words


def configure_logging(*, secrets: Iterable[str] = (), stream: TextIO | None = None, level: str = "info") -> None:
    """Send all logs to ``stream`` (standard error by default), without any of ``secrets``."""
    target = stream if stream is not None else sys.stderr
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    on_terminal = target.isatty()
    renderer: list[structlog.types.Processor] = (
        [structlog.dev.ConsoleRenderer(colors=True)]
        if on_terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    strike_out = _Scrubber(secrets)
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, strike_out, *renderer],
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for chatty in ("apscheduler", "aiohttp", "asyncio", "sqlalchemy", "alembic", "apprise", "mail"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


class _Scrubber:
    """Strikes known secrets out of every text of a log line, longest first."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = tuple(
            sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
        )

    def __call__(self, logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        del logger, method
        if self._secrets:
            if event.get("exc_info"):
                structlog.processors.format_exc_info(None, "", event)
            for key, value in event.items():
                event[key] = self._clean(value)
        return event

    def _clean(self, value: Any) -> Any:
        if isinstance(value, str):
            for secret in self._secrets:
                value = value.replace(secret, STRUCK_OUT)
            return value
        if isinstance(value, list | tuple):
            return [self._clean(part) for part in value]
        if isinstance(value, dict):
            return {key: self._clean(part) for key, part in value.items()}
        if value is None or isinstance(value, bool | int | float):
            return value
        return self._clean(str(value))
