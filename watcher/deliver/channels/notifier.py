"""Sends one message to one channel and tells what came of it; the only caller of Apprise.

Apprise blocks, so each sending runs in a thread of its own under a deadline that Apprise knows nothing of. A thread
that overran it goes on: what it learns later spares the channel a repeat. The notifier never tries again by itself,
but for a format that was refused.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from apprise import AppriseResultStatus, NotifyFormat

from watcher.clock import Clock, SystemClock
from watcher.deliver.channels.destination import (
    LONGEST_CONNECT,
    Destination,
    keep_library_logs_private,
    lay_out,
    prepare,
    to_part,
)
from watcher.deliver.channels.mail import compose
from watcher.deliver.channels.outcome import LogLine, read_log, shorten
from watcher.deliver.channels.parts import Part
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

log = structlog.get_logger()

MOST_REMEMBERED = 1_000  # deliveries that a channel took, in case the outbox could not note it
FORMAT_REFUSED = ("HTTP 400", "HTTP 422")


@dataclass(slots=True)
class _Line:
    """The way to one channel. ``running`` is the latest sending, which may have overrun its deadline."""

    destination: Destination
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    running: Future[SendResult] | None = None
    started_at: float = -math.inf  # monotonic
    taken: dict[DeliveryId, None] = field(default_factory=dict)

    @property
    def is_busy(self) -> bool:
        return self.running is not None and not self.running.done()

    def remember(self, delivery_id: DeliveryId) -> None:
        """The channel took it: whatever becomes of the note in the outbox, this process does not send it again."""
        self.taken[delivery_id] = None
        while len(self.taken) > MOST_REMEMBERED:
            del self.taken[next(iter(self.taken))]


class AppriseNotifier:
    """Sends to the given channels; ``timeout`` is the total deadline of one sending."""

    def __init__(self, channels: Iterable[Channel], timeout: timedelta, *, clock: Clock | None = None) -> None:
        self._timeout = timeout
        self._clock = clock if clock is not None else SystemClock()
        self._lines: dict[ChannelId, _Line] = {}
        self._unusable: dict[ChannelId, str] = {}
        for channel in channels:
            prepared = prepare(channel, timeout)
            if isinstance(prepared, str):
                self._unusable[channel.id] = prepared
            else:
                self._lines[channel.id] = _Line(prepared)

    def lay_out(self, channel_id: ChannelId, message: Message) -> tuple[str, ...]:
        """Return the texts of the messages that carry ``message`` in this channel: one if it fits, or is unusable."""
        line = self._lines.get(channel_id)
        return (message.text,) if line is None else lay_out(message, line.destination)

    async def send(
        self,
        channel_id: ChannelId,
        message: Message,
        delivery_id: DeliveryId,
        *,
        possible_repeat: bool = False,
        number: tuple[int, int] = (1, 1),
        hand_over: Callable[[], None] = lambda: None,
        answer_late: Callable[[SendResult], None] = lambda _: None,
    ) -> SendResult:
        """Send one message and return what the channel said; raises nothing for what a channel does.

        ``number`` is (1, 3) for the first of three parts. ``possible_repeat`` marks it as one. ``hand_over`` is
        called, in another thread, just before the message goes out; if it raises, nothing is sent. ``answer_late``
        is called there when an answer comes after the deadline.
        A channel that is unusable or not set up is no permanent failure: what is owed to it waits for the operator.
        """
        if channel_id in self._unusable:
            return SendResult(ok=False, detail=f"unusable channel: {self._unusable[channel_id]}")
        line = self._lines.get(channel_id)
        if line is None:
            return SendResult(ok=False, detail=f"no usable channel '{channel_id}' is set up")
        async with line.lock:
            if delivery_id in line.taken:
                return SendResult(ok=True, detail="taken by an earlier sending")
            if line.is_busy:
                return SendResult(ok=False, detail="the channel has not yet answered to an earlier sending")
            part = self._make_ready(line.destination, message, delivery_id, number, possible_repeat=possible_repeat)
            return await self._send(line, part, delivery_id, hand_over, answer_late)

    def _make_ready(
        self,
        destination: Destination,
        message: Message,
        delivery_id: DeliveryId,
        number: tuple[int, int],
        *,
        possible_repeat: bool,
    ) -> Part:
        """The message as it goes out; for e-mail, the whole of the mail as text."""
        if destination.mail is None:
            return to_part(message, destination, *number, possible_repeat=possible_repeat)
        mail = compose(
            message,
            destination.mail.envelope(),
            channel_id=destination.channel.id,
            delivery_id=delivery_id,
            sent_at=self._clock.now(),
            possible_repeat=possible_repeat,
        )
        return Part(title="", text=mail.as_string())

    async def _send(
        self,
        line: _Line,
        part: Part,
        delivery_id: DeliveryId,
        hand_over: Callable[[], None],
        answer_late: Callable[[SendResult], None],
    ) -> SendResult:
        """Send one message in a thread and wait for it until the deadline."""

        def work() -> SendResult:
            result = _notify(line.destination, part, hand_over)
            if result.ok:
                line.remember(delivery_id)
            return result

        await asyncio.sleep(line.started_at + line.destination.pause.total_seconds() - time.monotonic())
        line.started_at = time.monotonic()
        line.running = _start(work, name=f"send-{line.destination.channel.id}")
        seconds = self._timeout.total_seconds()
        try:
            return await asyncio.wait_for(asyncio.wrap_future(line.running), seconds)
        except TimeoutError:
            line.running.add_done_callback(_learner(line.destination.channel.id, delivery_id, answer_late))
            told = f"no answer within {seconds:g} s, the channel may have taken it"
            return SendResult(ok=False, detail=told, possible_repeat=True)


def check_channel(channel: Channel) -> str | None:
    """Return why ``channel`` cannot be sent to, without its secrets; None if it can. Sends nothing."""
    prepared = prepare(channel, LONGEST_CONNECT)
    return prepared if isinstance(prepared, str) else None


def _notify(destination: Destination, part: Part, hand_over: Callable[[], None]) -> SendResult:
    """Call Apprise in this thread: once, and once more in plainer form if the service refuses the format."""
    mail = destination.mail
    if mail is not None:
        mail.hand_over = hand_over
    else:
        try:
            hand_over()
        except Exception as error:  # noqa: BLE001  what cannot be noted is not sent
            return SendResult(ok=False, detail=f"not sent: {error}")
    result = _call_apprise(destination, part)
    if part.plainer is not None and result.permanent and result.detail.startswith(FORMAT_REFUSED):
        log.warning("format_refused", channel=destination.channel.id, detail=result.detail)
        return _call_apprise(destination, part.plainer)
    return result


def _call_apprise(destination: Destination, part: Part) -> SendResult:
    keep_library_logs_private()
    mail = destination.mail
    if mail is not None:
        mail.result = None
    try:
        with destination.apprise.notify(
            body=part.text,
            title=part.title,
            body_format=NotifyFormat.HTML if part.is_html else NotifyFormat.TEXT,
            log_level=logging.DEBUG,
        ) as outcome:
            if mail is not None and mail.result is not None:
                return mail.result
            if outcome.status == AppriseResultStatus.SUCCESS:
                return SendResult(ok=True)
            lines = [LogLine(entry.level, entry.message) for entry in outcome.logs()]
            return read_log(lines, destination.scrub)
    except Exception as error:  # noqa: BLE001  a plugin's bug is this delivery's trouble only
        detail = destination.scrub(f"{type(error).__name__}: {error}")
        return SendResult(ok=False, detail=shorten(detail), possible_repeat=True)


def _learner(
    channel_id: ChannelId, delivery_id: DeliveryId, answer_late: Callable[[SendResult], None]
) -> Callable[[Future[SendResult]], None]:
    """Return what to do with an answer that came after the deadline."""

    def learn(late: Future[SendResult]) -> None:
        result = late.result()
        log.info("delivery_answered_late", channel=channel_id, delivery=delivery_id, ok=result.ok, detail=result.detail)
        answer_late(result)

    return learn


def _start(work: Callable[[], SendResult], name: str) -> Future[SendResult]:
    """Run ``work`` in a thread that does not keep the process from ending, as an executor's would."""
    future: Future[SendResult] = Future()

    def run() -> None:
        future.set_running_or_notify_cancel()
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001  raised again where the future is awaited
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
