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
from typing import Any

import structlog
from apprise import Apprise, AppriseAsset, AppriseResultStatus, LogCapture, NotifyBase, NotifyFormat, OverflowMode

from watcher.clock import Clock, SystemClock
from watcher.deliver.channels.mail import LATE_ANSWER, MailService, compose
from watcher.deliver.channels.outcome import LogLine, read_log, shorten
from watcher.deliver.channels.parts import POSSIBLE_REPEAT, Limits, Part, to_parts
from watcher.deliver.channels.scrub import scrubber
from watcher.model import Channel, ChannelId, DeliveryId, Message, SendResult

log = structlog.get_logger()

LONGEST_CONNECT = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(seconds=1.2)  # between two sendings; Apprise's own guess for many a chat is 5.5 s
MOST_SENDINGS_WITHOUT_ANSWER = 8  # then it is a dead letter: a channel that takes all and never says so
MOST_REMEMBERED = 1_000  # deliveries under way, per channel
MARGIN = 0.02  # of a chat's limit, for what services count that we do not see

MAIL_SCHEMES = ("mailto", "mailtos")
# ntfy takes 4,096 bytes; Apprise makes a file of what is longer than 8,000 characters as JSON.
ENCODED_LIMITS = {"ntfy": (4_000, 7_500), "ntfys": (4_000, 7_500)}

ASSET: dict[str, Any] = {
    "app_id": "Watcher",
    "app_desc": "Watcher",
    "app_url": "",
    "image_url_mask": "",  # no pictures from elsewhere
    "image_url_logo": "",
    "image_path_mask": False,
    "async_mode": False,
    "service_timeout": 0,  # the deadline is ours
    "http_redirects": False,  # requests turns a redirected POST into a GET, whose 200 would count as success
    "pgp_autogen": False,
}


@dataclass(slots=True)
class _Progress:
    """How far a delivery got in this process: which of its parts were taken, which perhaps."""

    delivery_id: DeliveryId
    taken: set[int] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    unanswered: int = 0

    def note(self, index: int, result: SendResult) -> None:
        """Remember that part ``index`` may have been taken."""
        if result.possible_repeat:
            self.unsure.add(index)
            self.unanswered += 1


@dataclass(slots=True)
class _Destination:
    """A channel, ready to be sent to. ``running`` is the latest sending, which may have overrun its deadline."""

    channel: Channel
    service: NotifyBase
    mail: MailService | None  # the service again, if it is our own
    apprise: Apprise
    scrub: Callable[[str], str]
    pause_s: float  # between two sendings
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    running: Future[SendResult] | None = None
    started_at: float = -math.inf  # monotonic
    progress: dict[tuple[DeliveryId, Message], _Progress] = field(default_factory=dict)


class AppriseNotifier:
    """Sends to the given channels; ``timeout`` is the total deadline of one sending (of one part, for a chat)."""

    def __init__(self, channels: Iterable[Channel], timeout: timedelta, *, clock: Clock | None = None) -> None:
        self._timeout = timeout
        self._clock = clock if clock is not None else SystemClock()
        self._destinations = {channel.id: _prepare(channel, timeout) for channel in channels}

    async def send(
        self, channel_id: ChannelId, message: Message, delivery_id: DeliveryId, *, possible_repeat: bool = False
    ) -> SendResult:
        """Send ``message`` and return what the channel said; raises nothing for what a channel does.

        Within one process a delivery that is tried again goes on with the first part that was not taken.
        ``possible_repeat`` says that it may have been sent before this process began; it is then marked so.
        """
        destination = self._destinations.get(channel_id)
        if destination is None:
            return SendResult(ok=False, permanent=True, detail=f"no channel '{channel_id}' is set up")
        if isinstance(destination, str):
            return SendResult(ok=False, permanent=True, detail=f"unusable channel: {destination}")
        async with destination.lock:
            if destination.running is not None and not destination.running.done():
                return SendResult(
                    ok=False,
                    detail="the channel has not yet answered to an earlier sending",
                    possible_repeat=possible_repeat or (delivery_id, message) in destination.progress,
                )
            return await self._send_parts(destination, message, delivery_id, possible_repeat=possible_repeat)

    async def _send_parts(
        self, destination: _Destination, message: Message, delivery_id: DeliveryId, *, possible_repeat: bool
    ) -> SendResult:
        """Send the parts that were not yet taken, in order, up to the first that fails."""
        parts = _parts(destination, message)
        key = (delivery_id, message)
        if key not in destination.progress:
            _forget_the_oldest(destination.progress)
            unsure = set(range(len(parts))) if possible_repeat else set()
            destination.progress[key] = _Progress(delivery_id, unsure=unsure)
        progress = destination.progress[key]
        result = SendResult(ok=True, detail="taken by an earlier sending whose answer came late")
        for index, part in enumerate(parts):
            if index in progress.taken:
                continue
            ready = self._make_ready(part, destination, message, progress, index)
            result = await self._send_part(ready, destination, progress, index)
            if not result.ok:
                return _told_with_parts(result, progress, index, len(parts))
        del destination.progress[key]
        return result

    def _make_ready(
        self, part: Part, destination: _Destination, message: Message, progress: _Progress, index: int
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

    async def _send_part(self, part: Part, destination: _Destination, progress: _Progress, index: int) -> SendResult:
        """Send one message in a thread and wait for it until the deadline."""

        def work() -> SendResult:
            result = _notify(destination, part)
            if result.ok:
                progress.taken.add(index)
            return result

        await asyncio.sleep(destination.started_at + destination.pause_s - time.monotonic())
        destination.started_at = time.monotonic()
        destination.running = _start(work, name=f"send-{destination.channel.id}")
        seconds = self._timeout.total_seconds()
        try:
            result = await asyncio.wait_for(asyncio.wrap_future(destination.running), seconds)
        except TimeoutError:
            told = f"no answer within {seconds:g} s, the channel may have taken it"
            result = SendResult(ok=False, detail=told, possible_repeat=True)
            destination.running.add_done_callback(_learner(destination.channel.id, progress, index))
        progress.note(index, result)
        return result


def check_channel(channel: Channel) -> str | None:
    """Return why ``channel`` cannot be sent to, without its secrets; None if it can. Sends nothing."""
    prepared = _prepare(channel, LONGEST_CONNECT)
    return prepared if isinstance(prepared, str) else None


def _prepare(channel: Channel, timeout: timedelta) -> _Destination | str:
    """Load the channel's URL; return why not, scrubbed, if Apprise refuses it or it has not exactly one recipient."""
    _keep_library_logs_private()
    scheme = channel.url.partition("://")[0].lower()
    with LogCapture(level=logging.WARNING, fmt="%(message)s") as captured:  # type: ignore[no-untyped-call]
        try:
            service = _load(channel.url, scheme)
        except Exception as error:  # noqa: BLE001  whatever a plugin makes of a URL, it is this channel's trouble only
            return shorten(scrubber(channel.url)(f"{scheme}: {error}"))
        told = captured.getvalue().splitlines()
    if service is None:
        unknown = any(line.startswith(("Unparseable URL", "Unsupported URL")) for line in told)
        reason = f"unknown scheme '{scheme}'" if unknown else (told[-1] if told else "Apprise does not say why")
        return shorten(reason if unknown else scrubber(channel.url)(reason))
    scrub = scrubber(channel.url, shown=_shown(service), plain_options=_plain_options(service))
    dropped = [line for line in told if line.startswith("Dropped")]
    if dropped:
        return shorten(scrub(dropped[-1]))
    pause_s = min(service.request_rate_per_sec, LONGEST_PAUSE.total_seconds())
    _tame(service, timeout)
    recipients = _count_recipients(service)
    if recipients != 1:
        return f"a channel has one recipient, got {recipients}: make a channel of each, a route may name several"
    mail = service if isinstance(service, MailService) else None
    if mail is not None:
        mail.scrub = scrub
        if mail.pgp_mode != "no":
            return "pgp is not supported"
    apprise = Apprise(asset=service.asset)
    apprise.add(service)
    return _Destination(channel, service, mail, apprise, scrub, pause_s)


def _load(url: str, scheme: str) -> NotifyBase | None:
    asset = AppriseAsset(**ASSET)
    if scheme not in MAIL_SCHEMES:
        return Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    parsed = MailService.parse_url(url)  # type: ignore[no-untyped-call]  # Apprise is typed in part only
    return None if parsed is None else MailService(**parsed, asset=asset)


def _tame(service: NotifyBase, timeout: timedelta) -> None:
    """Overrule what a URL may ask for and an outbox cannot bear, and set timeouts that the URL leaves open."""
    service.retry = 0
    service.optional = False  # ?optional=yes makes every failure a success
    service.redirects = False
    service.request_rate_per_sec = 0  # Apprise sleeps on our deadline's time, so we keep the pauses ourselves
    service.overflow_mode = OverflowMode.UPSTREAM  # we split ourselves
    kind = type(service)
    if service.socket_connect_timeout == kind.socket_connect_timeout:
        service.socket_connect_timeout = min(LONGEST_CONNECT, timeout / 2).total_seconds()
    if service.socket_read_timeout == kind.socket_read_timeout:
        service.socket_read_timeout = LATE_ANSWER.total_seconds()


def _count_recipients(service: NotifyBase) -> int:
    if isinstance(service, MailService):
        return len(service.targets) + len(service.cc) + len(service.bcc)
    return len(service)


def _shown(service: NotifyBase) -> tuple[str, ...]:
    """What of the URL is no secret: host and port, unless the service keeps a token in its place."""
    return (service.host, str(service.port)) if "host" in service.template_tokens and service.host else ()


def _plain_options(service: NotifyBase) -> frozenset[str]:
    """The query parameters whose values are switches and numbers."""
    return frozenset(
        name
        for name, option in service.template_args.items()
        if str(option.get("type", "")).partition(":")[0] in ("bool", "int", "float", "choice")
    )


def _parts(destination: _Destination, message: Message) -> tuple[Part, ...]:
    """The messages that carry ``message``: e-mail takes it whole."""
    service = destination.service
    if isinstance(service, MailService):
        return (Part(message.subject, message.text),)
    utf8_bytes, json_characters = ENCODED_LIMITS.get(service.schema, (None, None))
    limits = Limits(
        text=int(service.body_maxlen * (1 - MARGIN)),
        title=service.title_maxlen,
        title_shares=service.title_maxlen <= 0 or service.overflow_amalgamate_title,
        utf8_bytes=utf8_bytes,
        json_characters=json_characters,
    )
    return to_parts(message.subject, message.text, limits)


def _notify(destination: _Destination, part: Part) -> SendResult:
    """Call Apprise, once, in this thread."""
    _keep_library_logs_private()
    mail = destination.mail
    if mail is not None:
        mail.result = None
    try:
        with destination.apprise.notify(
            body=part.text, title=part.title, body_format=NotifyFormat.TEXT, log_level=logging.DEBUG
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
    if progress.unanswered >= MOST_SENDINGS_WITHOUT_ANSWER and not result.permanent:
        result = replace(
            result, permanent=True, detail=f"{result.detail}; given up after {progress.unanswered} such sendings"
        )
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


def _forget_the_oldest(progress: dict[tuple[DeliveryId, Message], _Progress]) -> None:
    while len(progress) >= MOST_REMEMBERED:
        del progress[next(iter(progress))]


def _keep_library_logs_private() -> None:
    """Let Apprise log all it knows (the HTTP status and the socket's error stand at DEBUG), but only to us.

    Those lines hold URLs with their tokens. Repeated before each sending, for logging may be set up in between.
    """
    library = logging.getLogger("apprise")
    library.setLevel(logging.DEBUG)
    library.propagate = False
    if not library.handlers:
        library.addHandler(logging.NullHandler())
    logging.getLogger("urllib3").setLevel(logging.WARNING)
