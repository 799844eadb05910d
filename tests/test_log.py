"""Logs: one JSON object per line off a terminal, and no secret in any of them."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from watcher.log import configure_logging


@pytest.fixture(autouse=True)
def _former_logging() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_a_json_object_with_time_level_and_keys() -> None:
    stream = io.StringIO()
    configure_logging(stream=stream)

    structlog.get_logger().info("feed_polled", feed="bbc", new=3)

    (line,) = _lines(stream)
    assert {"event": "feed_polled", "feed": "bbc", "new": 3, "level": "info"}.items() <= line.items()
    assert line["timestamp"].endswith("Z")


def test_arabic_stays_readable() -> None:
    stream = io.StringIO()
    configure_logging(stream=stream)

    structlog.get_logger().info("feed_polled", feed="حلب")

    assert "حلب" in stream.getvalue()


@pytest.mark.parametrize("value", ["x hunter22 y", ["hunter22"], {"deep": ("hunter22",)}, ValueError("hunter22")])
def test_a_known_secret_is_struck_out_wherever_it_stands(value: object) -> None:
    stream = io.StringIO()
    configure_logging(secrets=["hunter22"], stream=stream)

    structlog.get_logger().warning("delivery_failed", detail=value)

    assert "hunter22" not in stream.getvalue()
    assert "***" in stream.getvalue()


def test_a_secret_in_a_traceback_is_struck_out() -> None:
    stream = io.StringIO()
    configure_logging(secrets=["hunter22"], stream=stream)

    try:
        raise RuntimeError("cannot reach https://desk:hunter22@example.org")
    except RuntimeError:
        structlog.get_logger().exception("delivery_failed")

    assert "hunter22" not in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()


def test_warnings_of_libraries_come_in_the_same_form_and_without_secrets() -> None:
    stream = io.StringIO()
    configure_logging(secrets=["hunter22"], stream=stream)

    logging.getLogger("apscheduler.scheduler").warning("job of %s missed", "hunter22")
    logging.getLogger("apscheduler.scheduler").info("nobody needs this")

    (line,) = _lines(stream)
    assert line["event"] == "job of *** missed"


def test_an_empty_or_very_short_secret_garbles_nothing() -> None:
    stream = io.StringIO()
    configure_logging(secrets=["", "a"], stream=stream)

    structlog.get_logger().info("feed_added", name="Aleppo")

    assert _lines(stream)[0]["name"] == "Aleppo"
