"""Tells systemd how the service is doing (sd_notify, Type=notify in the unit). Silent when systemd did not start us."""

from __future__ import annotations

import os
import socket
from datetime import timedelta

import structlog

log = structlog.get_logger()


def notify(*assignments: str) -> bool:
    """Send ``READY=1``, ``STOPPING=1``, ``STATUS=…`` …; True if systemd took it.

    Source: sd_notify(3). A failure is logged, never raised: the service works without it.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(address)
            sender.sendall("\n".join(assignments).encode())
    except OSError as error:
        log.warning("systemd_notify_failed", reason=str(error))
        return False
    return True


def watchdog_interval() -> timedelta | None:
    """Half of what ``WatchdogSec=`` allows between two signs of life; None when no watchdog is set for us."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    watched = os.environ.get("WATCHDOG_PID", "")
    if not microseconds.isdigit() or (watched and watched != str(os.getpid())):
        return None
    return timedelta(microseconds=int(microseconds)) / 2
