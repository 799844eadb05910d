"""Sends one message to one channel and tells what came of it; the only caller of Apprise.

Apprise blocks, so each sending runs in a thread of its own under a deadline that Apprise knows nothing of. A thread
that overran it goes on: what it learns later spares the channel a repeat. The notifier never tries again by itself.
"""

from __future__ import annotations

import asyncio
import logging
import math
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog
from apprise import AppriseResultStatus, NotifyFormat

from watcher.clock import Clock, SystemClock
from watcher.deliver.channels.destination import LONGEST_CONNECT, Destination, fit, keep_library_logs_private, prepare
from watcher.deliver.channels.mail import compose
from watcher.deliver.channels.outcome import LogLine, read_log, shorten
from watcher.deliver.channels.parts import POSSIBLE_REPEAT, Part
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

log = structlog.get_logger()

MOST_SENDINGS_WITHOUT_ANSWER = 8  # then it is a dead letter: a channel that takes all and never says so
MOST_REMEMBERED = 1_000  # deliveries under way, per channel


@dataclass(slots=True)
class _Progress:
    """How far a delivery got in this process: which of its parts were taken, which perhaps."""

    delivery_id: DeliveryId
    taken: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    unanswered: int = 0

    @property
    def may_repeat(self) -> bool:
        return bool(self.taken or self.unsure)

    def note(self, index: int, result: SendResult) -> None:
        """Remember that part ``index`` may have been taken."""
        if result.possible_repeat:
            self.unsure.add(index)
            self.unanswered += 1


@dataclass(slots=True)
class _Line:
    """The way to one channel. ``running`` is the latest sending, which may have overrun its deadline."""

    destination: Destination
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    running: Future[SendResult] | None = None
    started_at: float = -math.inf  # monotonic
    progress: dict[tuple[DeliveryId, int], _Progress] = field(default_factory=dict)

    @property
    def is_busy(self) -> bool:
        return self.running is not None and not self.running.done()

    def progress_of(self, delivery_id: DeliveryId, parts: tuple[Part, ...], *, possible_repeat: bool) -> _Progress:
        """What is known of this delivery, if it is still of the same content; else a fresh start."""
        key = (delivery_id, hash(parts))
        if key not in self.progress:
            while len(self.progress) >= MOST_REMEMBERED:
                del self.progress[next(iter(self.progress))]
            unsure = set(range(len(parts))) if possible_repeat else set()
            self.progress[key] = _Progress(delivery_id, unsure=unsure)
        return self.progress[key]

    def forget(self, progress: _Progress) -> None:
        """The delivery is done."""
        for key in [key for key, known in self.progress.items() if known is progress]:
            del self.progress[key]


class AppriseNotifier:
    """Sends to the given channels; ``timeout`` is the total deadline of one sending (of one part, for a chat)."""

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

    async def send(
        self, channel_id: ChannelId, message: Message, delivery_id: DeliveryId, *, possible_repeat: bool = False
    ) -> SendResult:
        """Send ``message`` and return what the channel said; raises nothing for what a channel does.

        Within one process a delivery that is tried again goes on with the first part that was not taken.
        ``possible_repeat`` says that it may have been sent before this process began; it is then marked so.
        A channel that is unusable or not set up is no permanent failure: what is owed to it waits for the operator.
        """
        if channel_id in self._unusable:
            return SendResult(ok=False, detail=f"unusable channel: {self._unusable[channel_id]}")
        line = self._lines.get(channel_id)
        if line is None:
            return SendResult(ok=False, detail=f"no usable channel '{channel_id}' is set up")
        async with line.lock:
            parts = fit(message, line.destination)
            progress = line.progress_of(delivery_id, parts, possible_repeat=possible_repeat)
            if line.is_busy:
                told = "the channel has not yet answered to an earlier sending"
                return SendResult(ok=False, detail=told, possible_repeat=progress.may_repeat)
            return await self._send_parts(line, message, parts, progress)

    async def _send_parts(
        self, line: _Line, message: Message, parts: tuple[Part, ...], progress: _Progress
    ) -> SendResult:
        """Send the parts that were not yet taken, in order, up to the first that fails."""
        result = SendResult(ok=True, detail="taken by an earlier sending whose answer came late")
        for index, part in enumerate(parts):
            if index in progress.taken:
                continue
            ready = self._make_ready(part, line.destination, message, progress, index)
            result = await self._send_part(ready, line, progress, index)
            if not result.ok:
                return _told_with_parts(result, progress, index, len(parts))
        line.forget(progress)
        return result

    def _make_ready(
        self, part: Part, destination: Destination, message: Message, progress: _Progress, index: int
    ) -> Part:
        """The part as it goes out, marked if it may be a repeat; for e-mail, the whole of the mail as text."""
        possible_repeat = index in progress.unsure
        if destination.mail is None:
            return replace(part, title=POSSIBLE_REPEAT + part.title) if possible_repeat else part
        mail = compose(
            message,
            destination.mail.envelope(),
            channel_id=destination.channel.id,
            delivery_id=progress.delivery_id,
            sent_at=self._clock.now(),
            possible_repeat=possible_repeat,
        )
        return Part(title="", text=mail.as_string())

    async def _send_part(self, part: Part, line: _Line, progress: _Progress, index: int) -> SendResult:
        """Send one message in a thread and wait for it until the deadline."""
        destination = line.destination

        def work() -> SendResult:
            result = _notify(destination, part)
            if result.ok:
                progress.taken.add(index)
            return result

        await asyncio.sleep(line.started_at + destination.pause.total_seconds() - time.monotonic())
        line.started_at = time.monotonic()
        line.running = _start(work, name=f"send-{destination.channel.id}")
        seconds = self._timeout.total_seconds()
        try:
            result = await asyncio.wait_for(asyncio.wrap_future(line.running), seconds)
        except TimeoutError:
            told = f"no answer within {seconds:g} s, the channel may have taken it"
            result = SendResult(ok=False, detail=told, possible_repeat=True)
            line.running.add_done_callback(_learner(destination.channel.id, progress, index))
        progress.note(index, result)
        return result


def check_channel(channel: Channel) -> str | None:
    """Return why ``channel`` cannot be sent to, without its secrets; None if it can. Sends nothing."""
    prepared = prepare(channel, LONGEST_CONNECT)
    return prepared if isinstance(prepared, str) else None


def _notify(destination: Destination, part: Part) -> SendResult:
    """Call Apprise, once, in this thread."""
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


def _learner(channel_id: ChannelId, progress: _Progress, index: int) -> Callable[[Future[SendResult]], None]:
    """Return what to do with an answer that came after the deadline: a clear no makes the retry no repeat."""
    was_unsure = index in progress.unsure

    def learn(late: Future[SendResult]) -> None:
        result = late.result()
        if not result.ok and not result.possible_repeat and not was_unsure:
            progress.unsure.discard(index)
        log.info(
            "delivery_answered_late",
            channel=channel_id,
            delivery=progress.delivery_id,
            ok=result.ok,
            detail=result.detail,
        )

    return learn


def _told_with_parts(result: SendResult, progress: _Progress, index: int, total: int) -> SendResult:
    """The failure of one part, told as that of the delivery."""
    if progress.unanswered >= MOST_SENDINGS_WITHOUT_ANSWER:
        told = f"{result.detail}; given up after {progress.unanswered} sendings without an answer"
        result = replace(result, permanent=True, detail=told)
        progress.unanswered = 0  # whoever queues it again may try as often
    if total == 1:
        return result
    taken = f", {len(progress.taken)} taken" if progress.taken else ""
    return replace(
        result,
        detail=f"part {index + 1} of {total}{taken}: {result.detail}",
        possible_repeat=result.possible_repeat or bool(progress.taken),
    )


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
