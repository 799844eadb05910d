"""Why a request gave nothing, in words that an operator understands; never with a query or password of a URL."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from watcher.feeds.fetch.addresses import REFUSED
from watcher.model import Failure, FailureReason

EXPECTED = (aiohttp.ClientError, OSError, EOFError, ValueError)  # what a server, a network or a URL can bring about


def from_exception(error: Exception, host: str) -> Failure:  # noqa: C901, PLR0911  one return per kind of failure
    """The failure behind an exception of aiohttp or below."""
    match error:
        case aiohttp.ClientHttpProxyError() | aiohttp.ClientProxyConnectionError():
            return _from_proxy(error, host)
        case aiohttp.InvalidURL() | UnicodeError():
            return Failure(FailureReason.BAD_URL, f"no usable URL: {_words(error)}")
        case aiohttp.ClientConnectorCertificateError(certificate_error=cause):
            words = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else _words(cause)
            return Failure(FailureReason.TLS, f"the certificate of {host} is not trusted: {words}")
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return Failure(FailureReason.TLS, f"no secure connection to {host}: {_words(error)}")
        case aiohttp.ClientConnectorDNSError():
            return Failure(FailureReason.NAME, f"the name {host} does not resolve: {_words(error.os_error)}")
        case aiohttp.ClientConnectorError() if REFUSED in str(error.os_error):
            return Failure(FailureReason.BAD_URL, f"{host}: {_words(error.os_error)}")
        case aiohttp.ClientConnectorError():
            return Failure(FailureReason.CONNECTION, f"cannot connect to {host}: {_words(error.os_error)}")
        case aiohttp.ServerDisconnectedError():
            return Failure(FailureReason.CONNECTION, f"{host} closed the connection without an answer")
        case aiohttp.ClientResponseError():
            return Failure(FailureReason.BROKEN, f"the answer of {host} is not HTTP: {_words(error.message)}")
        case aiohttp.ClientPayloadError() | EOFError():
            return Failure(FailureReason.BROKEN, f"the answer of {host} is broken: {_words(error)}")
    return Failure(FailureReason.CONNECTION, f"the connection to {host} broke: {_words(error)}")


def _from_proxy(error: aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError, host: str) -> Failure:
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return Failure(FailureReason.CONNECTION, f"cannot connect to the proxy: {_words(error.os_error)}")
    is_unknown = error.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED
    reason = FailureReason.UNAUTHORIZED if is_unknown else FailureReason.CONNECTION
    return Failure(reason, f"the proxy answers HTTP {error.status} for {host}")


_BY_STATUS = {
    401: FailureReason.UNAUTHORIZED,
    403: FailureReason.FORBIDDEN,
    404: FailureReason.NOT_FOUND,
    407: FailureReason.UNAUTHORIZED,
    410: FailureReason.GONE,
    429: FailureReason.RATE_LIMITED,
    451: FailureReason.FORBIDDEN,
}


def from_status(status: int, headers: Mapping[str, str], host: str, now: datetime) -> Failure:
    """The failure that an HTTP status means. ``headers`` have lower-case names."""
    phrase = next((f" {known.phrase}" for known in HTTPStatus if known == status), "")
    wish = retry_after(headers, now)
    reason = _BY_STATUS.get(status, FailureReason.HTTP_STATUS)
    detail = f"HTTP {status}{phrase} from {host}"
    if "challenge" in headers.get("cf-mitigated", "").lower():
        reason, detail = FailureReason.CHALLENGED, f"{detail}, which asks for a browser (cf-mitigated)"
    elif status == HTTPStatus.SERVICE_UNAVAILABLE and wish:
        reason = FailureReason.RATE_LIMITED
    return Failure(reason, detail, status=status, retry_after=wish)


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server asks us to stay away (RFC 9110, 10.2.3): seconds, or a date by its own clock."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value[:9]), 10**8))
    until = _http_date(value)
    if until is None:
        return None
    return max(until - (_http_date(headers.get("date", "")) or now), timedelta(0))


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _words(cause: object) -> str:
    """What happened, without codes and source lines where the operating system has plain words for it."""
    plain = getattr(cause, "strerror", None) if isinstance(cause, OSError) else None
    words = " ".join(str(plain or cause).rstrip(" ^\n").split())  # a caret under the bad byte, from the HTTP parser
    return words[:300] or type(cause).__name__
