"""The sd_notify protocol, against a real datagram socket."""

from __future__ import annotations

import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest

from watcher import systemd


def test_without_systemd_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)

    assert systemd.notify("READY=1") is False


def test_systemd_receives_one_datagram_with_a_line_per_assignment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as receiver:
        receiver.bind(address)
        receiver.settimeout(2)
        monkeypatch.setenv("NOTIFY_SOCKET", address)

        assert systemd.notify("READY=1", "STATUS=38 feeds") is True

        assert receiver.recv(200) == b"READY=1\nSTATUS=38 feeds"


def test_a_socket_that_is_gone_is_no_reason_to_stop(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))

    assert systemd.notify("READY=1") is False


@pytest.mark.parametrize(
    ("microseconds", "pid", "expected"),
    [
        ("60000000", "ours", timedelta(seconds=30)),
        ("60000000", "", timedelta(seconds=30)),
        ("60000000", "1", None),
        ("", "", None),
        ("soon", "", None),
    ],
)
def test_the_watchdog_is_fed_at_half_its_interval(
    monkeypatch: pytest.MonkeyPatch, microseconds: str, pid: str, expected: timedelta | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()) if pid == "ours" else pid)

    assert systemd.watchdog_interval() == expected
