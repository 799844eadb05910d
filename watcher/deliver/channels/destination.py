"""Makes a channel's URL something that can be sent to, or says why not. Sends nothing itself.

Here Apprise loads its plugin, is told what an outbox cannot bear (its own retries, "optional" failures, redirects),
and here is decided in which form a message suits the plugin.
"""

from __future__ import annotations

import contextlib
import html
import logging
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apprise import Apprise, AppriseAsset, NotifyBase, NotifyFormat, OverflowMode

from watcher.deliver.channels.mail import LATE_ANSWER, MailService, compose
from watcher.deliver.channels.outcome import shorten
from watcher.deliver.channels.parts import Limits, Part, defuse, split, to_title
from watcher.deliver.channels.scrub import scrubber
from watcher.model import Channel, ChannelId, DeliveryId, Message

LONGEST_CONNECT = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(seconds=1.2)  # between two sendings; Apprise's own guess for many a chat is 5.5 s
MARGIN = 0.02  # of a chat's limit, for what a service counts that we do not see

MAIL_SCHEMES = ("mailto", "mailtos")
# Chats that take HTML and keep its line breaks; Apprise's own conversion of text drops their blank lines.
HTML_CHATS = ("tgram",)
# ntfy takes 4,096 bytes; Apprise makes a file of what is longer than 8,000 characters as JSON.
_WITHOUT_MARKUP = str.maketrans({"<": "‹", ">": "›", "&": "+"})
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
    "http_redirects": False,
    "pgp_autogen": False,
}


@dataclass(frozen=True, slots=True)
class Destination:
    """A channel, ready to be sent to. ``mail`` is the service again if it is our own; ``scrub`` hides its secrets."""

    channel: Channel
    service: NotifyBase
    mail: MailService | None
    apprise: Apprise
    scrub: Callable[[str], str]
    pause: timedelta  # to be kept between two sendings


def prepare(channel: Channel, timeout: timedelta) -> Destination | str:
    """Load the channel's URL; return why not, scrubbed, when Apprise refuses it or an outbox cannot answer for it.

    ``timeout`` is the deadline of one sending, which the time for connecting is derived from.
    """
    keep_library_logs_private()
    scheme = channel.url.partition("://")[0].lower()
    scrub = scrubber(channel.url)
    with _listen() as told:
        try:
            service = _load(channel.url, scheme)
            if service is not None:
                scrub = scrubber(channel.url, shown=_shown(service), plain_options=_plain_options(service))
                reason = next((line for line in told if line.startswith("Dropped")), None) or _refuse(service)
                return shorten(scrub(reason)) if reason else _make(channel, service, scrub, timeout)
        except Exception as error:  # noqa: BLE001  whatever a plugin makes of a URL, it is this channel's trouble only
            return shorten(scrub(f"{scheme}: {error}"))
    if any(line.startswith(("Unparseable URL", "Unsupported URL")) for line in told):
        return shorten(f"unknown scheme '{scheme}'")
    return shorten(scrub(told[-1])) if told else "Apprise does not say why"


def lay_out(message: Message, destination: Destination) -> tuple[str, ...]:
    """Return the texts of the messages that carry ``message``: e-mail takes it whole, a chat in parts."""
    if destination.mail is not None or _takes_html(message, destination.service):
        return (message.text,)
    return split(message.subject, message.text, _limits(destination.service))


def to_part(message: Message, destination: Destination, number: int, total: int, *, possible_repeat: bool) -> Part:
    """Return one message of a chat as it goes out; its text was laid out before."""
    service = destination.service
    title = to_title(message.subject, _limits(service), number, total, possible_repeat=possible_repeat)
    text = defuse(message.text).strip("\n")
    if _takes_html(message, service):
        return Part(html.escape(title), message.html, is_html=True, plainer=Part(title, text))
    if service.schema in HTML_CHATS and service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.HTML:
        bare = Part(title.translate(_WITHOUT_MARKUP), text.translate(_WITHOUT_MARKUP), is_html=True)
        return Part(html.escape(title), html.escape(text, quote=False), is_html=True, plainer=bare)
    return Part(title, text)


def _takes_html(message: Message, service: NotifyBase) -> bool:
    """Whether it is an e-mail service behind a web API, which shows our HTML as it is."""
    is_html = service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.HTML
    return is_html and service.title_maxlen > 0 and 0 < len(message.html) <= service.body_maxlen


def keep_library_logs_private() -> None:
    """Let Apprise log all it knows (the HTTP status and the socket's error stand at DEBUG), but only to us.

    Those lines hold URLs with their tokens. To be called before each sending: logging may be set up in between.
    """
    library = logging.getLogger("apprise")
    library.setLevel(logging.DEBUG)
    library.propagate = False
    if not library.handlers:
        library.addHandler(logging.NullHandler())  # or Python prints warnings to standard error
    logging.getLogger("urllib3").setLevel(logging.WARNING)


def _load(url: str, scheme: str) -> NotifyBase | None:
    asset = AppriseAsset(**ASSET)
    if scheme not in MAIL_SCHEMES:
        return Apprise.instantiate(url, asset=asset, suppress_exceptions=False)
    parsed = MailService.parse_url(url)  # type: ignore[no-untyped-call]  # Apprise is typed in part only
    return None if parsed is None else MailService(**parsed, asset=asset)


def _refuse(service: NotifyBase) -> str | None:
    """Why deliveries to this service could not be answered for; None if they can."""
    service.retry = 0  # else each recipient counts several times
    if isinstance(service, MailService):
        recipients = len(service.targets) + len(service.cc) + len(service.bcc)
    else:
        recipients = len(service)
    if recipients != 1:
        return f"a channel has one recipient, got {recipients}: make a channel of each, a route may name several"
    if isinstance(service, MailService):
        if service.pgp_mode != "no":
            return "pgp is not supported"
        if not f"{service.user or ''}{service.password or ''}".isascii():
            return "user and password of a mail server must be ASCII"  # smtplib cannot log in with others
        sample = Message("subject", "text", "<p>text</p>")
        compose(
            sample,
            service.envelope(),
            channel_id=ChannelId("x"),
            delivery_id=DeliveryId("x"),
            sent_at=datetime.now(UTC),
        )
    return None


def _make(channel: Channel, service: NotifyBase, scrub: Callable[[str], str], timeout: timedelta) -> Destination:
    """Overrule what an outbox cannot bear, and set the timeouts that the URL leaves open."""
    pause = min(timedelta(seconds=service.request_rate_per_sec), LONGEST_PAUSE)
    service.request_rate_per_sec = 0  # Apprise would sleep on our deadline's time
    service.retry = 0
    service.optional = False  # with ?optional=yes every failure is a success
    service.redirects = False  # requests turns a redirected POST into a GET, whose 200 would count as success
    service.overflow_mode = OverflowMode.UPSTREAM  # we split ourselves
    kind = type(service)
    if service.socket_connect_timeout == kind.socket_connect_timeout:
        service.socket_connect_timeout = min(LONGEST_CONNECT, timeout / 2).total_seconds()
    if service.socket_read_timeout == kind.socket_read_timeout:
        service.socket_read_timeout = LATE_ANSWER.total_seconds()
    mail = service if isinstance(service, MailService) else None
    if mail is not None:
        mail.scrub = scrub
    apprise = Apprise(asset=service.asset)
    apprise.add(service)
    return Destination(channel, service, mail, apprise, scrub, pause)


def _shown(service: NotifyBase) -> tuple[str, ...]:
    """What of the URL is no secret: host and port, unless the service keeps a token in their place."""
    return (service.host, str(service.port)) if "host" in service.template_tokens and service.host else ()


def _plain_options(service: NotifyBase) -> frozenset[str]:
    """The query parameters whose values are switches and numbers."""
    return frozenset(
        name
        for name, option in service.template_args.items()
        if str(option.get("type", "")).partition(":")[0] in ("bool", "int", "float", "choice")
    )


def _limits(service: NotifyBase) -> Limits:
    utf8_bytes, json_characters = ENCODED_LIMITS.get(service.schema, (None, None))
    return Limits(
        text=int(service.body_maxlen * (1 - MARGIN)),
        title=service.title_maxlen,
        title_shares=service.title_maxlen <= 0 or service.overflow_amalgamate_title,
        utf8_bytes=utf8_bytes,
        json_characters=json_characters,
        markdown=service.resolve_format(NotifyFormat.TEXT) == NotifyFormat.MARKDOWN,
    )


class _Listener(logging.Handler):
    """Gathers the warnings of this thread; others may be sending meanwhile."""

    def __init__(self) -> None:
        super().__init__(level=logging.WARNING)
        self.thread = threading.get_ident()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.told.append(record.getMessage())


@contextlib.contextmanager
def _listen() -> Iterator[list[str]]:
    listener = _Listener()
    library = logging.getLogger("apprise")
    library.addHandler(listener)
    try:
        yield listener.told
    finally:
        library.removeHandler(listener)
