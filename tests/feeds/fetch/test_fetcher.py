"""Fetching from real servers on loopback, the well-behaved and the hostile."""

from __future__ import annotations

import asyncio
import base64
import gzip
import itertools
import random
import socket
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import brotli
import pytest

from watcher.feeds.fetch import Fetcher
from watcher.model import Failure, FailureReason, FeedId, FetchRequest, HttpSettings, Response

if TYPE_CHECKING:
    from tests.feeds.conftest import Exchange, Serve

AGENT = "Watcher/test (desk@example.org)"
LIMIT = 200_000
FEED = b"<rss version='2.0'><channel><item><title>one</title></item></channel></rss>"
LONG = b"<rss>" + b"<item>words</item>" * 2_000 + b"</rss>"


def _fetcher(**changes: Any) -> Fetcher:
    settings: dict[str, Any] = {
        "deadline": timedelta(seconds=3),
        "max_bytes": LIMIT,
        "user_agent": AGENT,
        "concurrency": 20,
        "private_hosts_allowed": True,
        "spacing": timedelta(0),
    }
    return Fetcher(**(settings | changes))


def _fetch(url: str, etag: str | None = None, last_modified: str | None = None, **changes: Any) -> Response | Failure:
    async def run() -> Response | Failure:
        async with _fetcher(**changes) as fetcher:
            return await fetcher.fetch(FetchRequest(url, etag, last_modified))

    return asyncio.run(run())


def _response(found: Response | Failure) -> Response:
    assert isinstance(found, Response), str(found)
    return found


def _failure(found: Response | Failure) -> Failure:
    assert isinstance(found, Failure), found
    return found


# --- good servers --------------------------------------------------------------------------------------------------


def test_a_document_comes_with_its_headers_under_lower_case_names(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED, headers={"ETag": '"v1"'})})

    response = _response(_fetch(f"{server.url}/feed"))

    assert (response.status, response.body, response.notes) == (200, FEED, ())
    assert response.url == f"{server.url}/feed"
    assert response.headers["etag"] == '"v1"'
    assert timedelta(0) < response.elapsed < timedelta(seconds=3)


def test_we_say_who_we_are_and_what_we_can_read(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)})

    _fetch(f"{server.url}/feed")

    headers = server.asked[0].headers
    assert headers["user-agent"] == AGENT
    assert headers["accept-encoding"] == "gzip, deflate, br"
    assert "if-none-match" not in headers
    assert "if-modified-since" not in headers
    assert "cookie" not in headers


@pytest.mark.parametrize("etag", ['"v1"', 'W/"a,b c"', "unquoted", '"حلب"', '""'])
def test_validators_go_back_as_they_came(serve: Serve, etag: str) -> None:
    modified = "Sometime in June 2038"
    server = serve({"/feed": lambda exchange: exchange.reply(FEED, headers={"ETag": etag, "Last-Modified": modified})})
    first = _response(_fetch(f"{server.url}/feed"))

    _fetch(f"{server.url}/feed", first.headers["etag"], first.headers["last-modified"])

    sent = server.asked[1].headers
    assert sent["if-none-match"].encode("latin-1").decode() == etag
    assert sent["if-modified-since"] == modified


def test_a_validator_that_cannot_go_back_unchanged_is_dropped(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(b'HTTP/1.1 200 OK\r\nETag: "\xe9"\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<rss>')

    server = serve({"/feed": answer})

    assert "etag" not in _response(_fetch(f"{server.url}/feed")).headers


def test_not_modified_is_a_response_without_a_body(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.send_head(304, {"ETag": '"v1"'})})

    response = _response(_fetch(f"{server.url}/feed", etag='"v1"'))

    assert (response.status, response.body, response.headers["etag"]) == (304, b"", '"v1"')


def test_not_modified_to_nobodys_question_is_a_failure(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.send_head(304, {})})

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert str(failure) == "http_status: HTTP 304 Not Modified from 127.0.0.1"


def _raw_deflate(body: bytes) -> bytes:
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


@pytest.mark.parametrize(
    ("sent", "label", "notes"),
    [
        (gzip.compress(LONG), "gzip", ()),
        (gzip.compress(LONG), "X-GZIP", ()),
        (gzip.compress(LONG[:1000]) + gzip.compress(LONG[1000:]), "gzip", ()),
        (gzip.compress(LONG) + b"\0\0trailing", "gzip", ()),
        (zlib.compress(LONG), "deflate", ()),
        (_raw_deflate(LONG), "deflate", ()),
        (LONG, "identity", ()),
        (LONG, "gzip", ("labelled 'gzip', but is not",)),
        (LONG, "deflate", ("labelled 'deflate', but is not",)),
        (LONG, "UTF-8", ("labelled 'utf-8', but is not",)),
        (gzip.compress(LONG), "", ("gzip without a label",)),
        (brotli.compress(LONG), "br", ()),
        (LONG, "br", ("labelled 'br', but is not",)),
    ],
)
def test_a_body_is_decompressed_by_what_it_is(serve: Serve, sent: bytes, label: str, notes: tuple[str, ...]) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(sent, headers={"Content-Encoding": label})})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body == LONG
    assert response.notes == notes


# --- redirects -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_also_to_relative_addresses(serve: Serve, status: int) -> None:
    server = serve(
        {
            "/old": lambda exchange: exchange.redirect("new?a=1#top", status),
            "/new": lambda exchange: exchange.reply(FEED),
        }
    )

    response = _response(_fetch(f"{server.url}/old"))

    assert response.url == f"{server.url}/new?a=1"
    assert [exchange.path for exchange in server.asked] == ["/old", "/new?a=1"]


def test_a_circle_of_redirects_ends_at_once(serve: Serve) -> None:
    server = serve(
        {
            "/a": lambda exchange: exchange.redirect("/b?token=secret"),
            "/b": lambda exchange: exchange.redirect("/a"),
        }
    )

    failure = _failure(_fetch(f"{server.url}/a"))

    assert str(failure) == f"redirects: redirects in a circle, back to {server.url.rpartition(':')[0]}/a"
    assert len(server.asked) == 2


def test_redirects_without_end_are_given_up_after_five(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.redirect(f"/next?number={len(server.asked)}")

    server = serve({"/next": answer})

    failure = _failure(_fetch(f"{server.url}/next"))

    assert str(failure) == f"redirects: more than 5 redirects, last {server.url.rpartition(':')[0]}/next"
    assert len(server.asked) == 6


def test_a_redirect_to_nowhere_is_a_failure(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(b"", 301)})

    assert str(_failure(_fetch(f"{server.url}/feed"))) == "http_status: HTTP 301 Moved Permanently from 127.0.0.1"


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "bad_url: redirected to a file URL, only http and https are fetched"),
        ("ftp://127.0.0.1/feed", "bad_url: redirected to a ftp URL, only http and https are fetched"),
    ],
)
def test_redirects_lead_to_http_and_https_only(serve: Serve, location: str, words: str) -> None:
    server = serve({"/feed": lambda exchange: exchange.redirect(location)})

    assert str(_failure(_fetch(f"{server.url}/feed"))) == words


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_our_own_machine_is_not_dialled_however_it_is_spelled(serve: Serve, host: str) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)})
    port = server.url.rpartition(":")[2]

    failure = _failure(_fetch(f"http://{host}:{port}/feed", private_hosts_allowed=False))

    assert failure.reason is FailureReason.BAD_URL
    assert "is a private or local address (see private_hosts_allowed)" in failure.detail
    assert server.asked == []


def test_a_redirect_to_a_private_address_is_refused_though_the_first_hop_was_allowed(serve: Serve) -> None:
    inner = serve({"/admin": lambda exchange: exchange.reply(b"secret")}, address="127.0.0.2")
    outer = serve({"/feed": lambda exchange: exchange.redirect(f"{inner.url}/admin")})

    failure = _failure(
        _fetch(f"{outer.url}/feed", private_hosts_allowed=False, allowed_networks=[ip_network("127.0.0.1/32")])
    )

    assert str(failure) == (
        "bad_url: 127.0.0.2: not dialled: 127.0.0.2 is a private or local address (see private_hosts_allowed)"
    )
    assert len(outer.asked) == 1
    assert inner.asked == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("ftp://example.org/feed", "a ftp URL, only http and https are fetched"),
        ("feed", "a relative URL, only http and https are fetched"),
        ("http://[bad/feed", "no usable URL: Invalid IPv6 URL"),
        ("http://127.1/feed", "no usable URL: 127.1 - is not a canonical IPv4 address"),
        ("http://2130706433/feed", "no usable URL: 2130706433 - is not a canonical IPv4 address"),
        ("", "a relative URL, only http and https are fetched"),
    ],
)
def test_an_unusable_address_is_told(url: str, words: str) -> None:
    failure = _failure(_fetch(url))

    assert (failure.reason, failure.detail) == (FailureReason.BAD_URL, words)


# --- what cannot be reached ----------------------------------------------------------------------------------------


def test_a_name_that_does_not_exist() -> None:
    failure = _failure(_fetch("http://no-such-host.invalid/feed"))

    assert failure.reason is FailureReason.NAME
    assert failure.detail.startswith("the name no-such-host.invalid does not resolve: ")


def test_a_port_where_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        failure = _failure(_fetch(f"http://127.0.0.1:{taken.getsockname()[1]}/feed"))

    assert failure.reason is FailureReason.CONNECTION
    assert failure.detail.startswith("cannot connect to 127.0.0.1: ")


def test_a_certificate_that_nobody_vouches_for(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)}, tls=True)

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert str(failure) == "tls: the certificate of 127.0.0.1 is not trusted: self-signed certificate"
    assert server.asked == []


def test_a_server_that_does_not_speak_tls(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)})

    failure = _failure(_fetch(f"{server.url}/feed".replace("http:", "https:")))

    assert failure.reason is FailureReason.TLS
    assert failure.detail.startswith("no secure connection to 127.0.0.1: ")


def test_a_connection_that_is_closed_without_an_answer(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: None})

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert str(failure) == "connection: 127.0.0.1 closed the connection without an answer"


def test_an_answer_that_is_not_http(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.send(b"220 mail.example.org ESMTP\r\n\r\n")})

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert failure.reason is FailureReason.BROKEN
    assert failure.detail.startswith("the answer of 127.0.0.1 is not HTTP: ")


# --- statuses ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "words", "retry_after"),
    [
        (401, {}, "unauthorized: HTTP 401 Unauthorized from 127.0.0.1", None),
        (403, {}, "forbidden: HTTP 403 Forbidden from 127.0.0.1", None),
        (
            403,
            {"cf-mitigated": "challenge"},
            "challenged: HTTP 403 Forbidden from 127.0.0.1, which asks for a browser (cf-mitigated)",
            None,
        ),
        (
            503,
            {"CF-Mitigated": "challenge", "Retry-After": "9"},
            "challenged: HTTP 503 Service Unavailable from 127.0.0.1, which asks for a browser (cf-mitigated)",
            timedelta(seconds=9),
        ),
        (404, {}, "not_found: HTTP 404 Not Found from 127.0.0.1", None),
        (410, {}, "gone: HTTP 410 Gone from 127.0.0.1", None),
        (451, {}, "forbidden: HTTP 451 Unavailable For Legal Reasons from 127.0.0.1", None),
        (
            429,
            {"Retry-After": "120"},
            "rate_limited: HTTP 429 Too Many Requests from 127.0.0.1",
            timedelta(minutes=2),
        ),
        (
            429,
            {"Retry-After": "Thu, 09 Jun 2016 07:30:00 GMT", "Date": "Thu, 09 Jun 2016 07:00:00 GMT"},
            "rate_limited: HTTP 429 Too Many Requests from 127.0.0.1",
            timedelta(minutes=30),
        ),
        (
            503,
            {"Retry-After": "60"},
            "rate_limited: HTTP 503 Service Unavailable from 127.0.0.1",
            timedelta(minutes=1),
        ),
        (503, {"Retry-After": "soon"}, "http_status: HTTP 503 Service Unavailable from 127.0.0.1", None),
        (599, {}, "http_status: HTTP 599 from 127.0.0.1", None),
    ],
)
def test_a_refusal_is_told_with_its_status_and_wish(
    serve: Serve, status: int, headers: dict[str, str], words: str, retry_after: timedelta | None
) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(b"no", status, headers)})

    failure = _failure(_fetch(f"{server.url}/feed?key=secret"))

    assert (str(failure), failure.status, failure.retry_after) == (words, status, retry_after)


@pytest.mark.parametrize(("status", "body"), [(200, b""), (200, b" \r\n\t"), (204, b"")])
def test_an_empty_answer_is_a_failure(serve: Serve, status: int, body: bytes) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(body, status)})

    assert str(_failure(_fetch(f"{server.url}/feed"))) == "empty: the body is empty"


# --- bodies that do not end, or too early --------------------------------------------------------------------------


def test_a_slow_drip_ends_with_the_deadline(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": "100000"})
        exchange.drip()

    server = serve({"/feed": answer})
    started = time.monotonic()

    failure = _failure(_fetch(f"{server.url}/feed", deadline=timedelta(seconds=0.4)))

    assert str(failure) == "timeout: no whole answer from 127.0.0.1 in 0.4 s"
    assert time.monotonic() - started < 2


def test_a_slow_drip_of_headers_ends_with_the_deadline_too(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        exchange.drip()

    server = serve({"/feed": answer})

    assert _failure(_fetch(f"{server.url}/feed", deadline=timedelta(seconds=0.3))).reason is FailureReason.TIMEOUT


def test_all_redirects_together_have_one_deadline(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        time.sleep(0.15)
        exchange.redirect(f"/next?number={len(server.asked)}")

    server = serve({"/next": answer})

    failure = _failure(_fetch(f"{server.url}/next", deadline=timedelta(seconds=0.4)))

    assert failure.reason is FailureReason.TIMEOUT
    assert len(server.asked) < 5


def test_a_body_without_end_is_cut_at_the_limit(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {})
        exchange.pour()

    server = serve({"/feed": answer})

    assert str(_failure(_fetch(f"{server.url}/feed"))) == "too_large: more, at most 200000 bytes are read"


def test_a_body_that_is_announced_as_too_large_is_not_read(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.send_head(200, {"Content-Length": "9000000000"})})

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert str(failure) == "too_large: 9000000000 bytes announced, at most 200000 bytes are read"


@pytest.mark.parametrize(
    ("compress", "label"), [(gzip.compress, "gzip"), (zlib.compress, "deflate"), (brotli.compress, "br")]
)
def test_a_bomb_is_defused(serve: Serve, compress: Callable[[bytes], bytes], label: str) -> None:
    bomb = compress(b"\0" * 60_000_000)
    server = serve({"/feed": lambda exchange: exchange.reply(bomb, headers={"Content-Encoding": label})})
    assert len(bomb) < LIMIT

    assert _failure(_fetch(f"{server.url}/feed")).reason is FailureReason.TOO_LARGE


def test_a_stream_of_tiny_gzip_members_does_not_keep_us_busy(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(gzip.compress(b"<") * 9_000)})

    assert len(_response(_fetch(f"{server.url}/feed")).body) < 1_000


def test_what_came_before_a_reset_is_kept(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {"Content-Length": "100000"})
        exchange.send(LONG)
        time.sleep(0.2)  # let it arrive: a reset overtakes what is still on its way
        exchange.reset()

    server = serve({"/feed": answer})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body == LONG
    assert response.notes[0].startswith(f"the connection ended early, after {len(LONG)} bytes (")


def test_what_came_of_a_body_that_is_shorter_than_announced_is_kept(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED, headers={"Content-Length": "5000"})})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body == FEED
    assert response.notes == (f"the connection ended early, after {len(FEED)} bytes (ClientPayloadError)",)


@pytest.mark.parametrize("connection", ["close", "keep-alive"])
def test_a_body_that_is_longer_than_announced_is_cut_or_told_to_be_broken(serve: Serve, connection: str) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send(f"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: {connection}\r\n\r\n".encode() + FEED)

    server = serve({"/feed": answer})

    found = _fetch(f"{server.url}/feed")  # which of the two depends on how the packets come

    assert found.body == FEED[:50] if isinstance(found, Response) else found.reason is FailureReason.BROKEN


def test_nonsense_instead_of_a_chunk_is_a_failure_by_the_deadline(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {"Transfer-Encoding": "chunked"})
        exchange.send(f"{len(FEED):x}\r\n".encode() + FEED + b"\r\nnonsense\r\n")

    server = serve({"/feed": answer})

    failure = _failure(_fetch(f"{server.url}/feed", deadline=timedelta(seconds=0.4)))

    assert failure.reason in (FailureReason.BROKEN, FailureReason.TIMEOUT)


def test_what_came_of_a_chunked_body_that_just_ends_is_kept(serve: Serve) -> None:
    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {"Transfer-Encoding": "chunked"})
        exchange.send(f"{len(FEED):x}\r\n".encode() + FEED + b"\r\n")

    server = serve({"/feed": answer})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body == FEED
    assert response.notes == (f"the connection ended early, after {len(FEED)} bytes (ClientPayloadError)",)


def test_what_can_be_decompressed_of_a_cut_gzip_is_kept(serve: Serve) -> None:
    cut = gzip.compress(LONG + random.Random(1).randbytes(5_000))[:-2_000]
    server = serve({"/feed": lambda exchange: exchange.reply(cut, headers={"Content-Encoding": "gzip"})})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body.startswith(LONG)
    assert response.notes == ("the compressed body ends early",)


def test_what_can_be_decompressed_of_a_cut_brotli_is_kept(serve: Serve) -> None:
    cut = brotli.compress(LONG + random.Random(1).randbytes(5_000))[:-2_000]
    server = serve({"/feed": lambda exchange: exchange.reply(cut, headers={"Content-Encoding": "br"})})

    response = _response(_fetch(f"{server.url}/feed"))

    assert response.body.startswith(LONG[:1_000])
    assert response.notes == ("the compressed body ends early",)


def test_a_damaged_brotli_is_broken(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(b"\xff" * 50, headers={"Content-Encoding": "br"})})

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert failure.reason is FailureReason.BROKEN
    assert failure.detail.startswith("nothing could be read: the compressed body is damaged: ")


def test_a_gzip_of_which_only_the_head_came_is_broken(serve: Serve) -> None:
    head = gzip.compress(LONG)[:12]
    server = serve({"/feed": lambda exchange: exchange.reply(head, headers={"Content-Encoding": "gzip"})})

    assert str(_failure(_fetch(f"{server.url}/feed"))) == (
        "broken: nothing could be read: the compressed body ends early"
    )


def test_a_damaged_gzip_of_which_nothing_is_left_is_broken(serve: Serve) -> None:
    server = serve(
        {"/feed": lambda exchange: exchange.reply(b"\x1f\x8bnonsense", headers={"Content-Encoding": "gzip"})}
    )

    failure = _failure(_fetch(f"{server.url}/feed"))

    assert failure.reason is FailureReason.BROKEN
    assert failure.detail.startswith("nothing could be read: the compressed body is damaged: ")


# --- many at once --------------------------------------------------------------------------------------------------


def test_a_host_gets_two_requests_at_once_and_others_need_not_wait_for_it(serve: Serve) -> None:
    def slow(exchange: Exchange) -> None:
        time.sleep(0.1)
        exchange.reply(FEED)

    busy = serve({"/feed": slow})
    other = serve({"/feed": lambda exchange: exchange.reply(FEED)}, address="127.0.0.2")

    async def run() -> list[str]:
        done: list[str] = []

        async def fetch(fetcher: Fetcher, url: str) -> None:
            _response(await fetcher.fetch(FetchRequest(f"{url}/feed")))
            done.append(url)

        async with _fetcher(concurrency=3) as fetcher:
            await asyncio.gather(*(fetch(fetcher, url) for url in [busy.url] * 6 + [other.url]))
        return done

    done = asyncio.run(run())

    assert done[0] == other.url
    assert len(done) == 7
    assert busy.most_under_way == 2


def test_no_more_are_under_way_than_the_bound(serve: Serve) -> None:
    lock = threading.Lock()
    under_way: list[int] = [0]

    def slow(exchange: Exchange) -> None:
        with lock:
            under_way.append(under_way[-1] + 1)
        time.sleep(0.05)
        with lock:
            under_way.append(under_way[-1] - 1)
        exchange.reply(FEED)

    servers = [serve({"/feed": slow}, address=f"127.0.0.{number}") for number in range(1, 7)]

    async def run() -> list[Response | Failure]:
        async with _fetcher(concurrency=3) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(FetchRequest(f"{server.url}/feed")) for server in servers))

    assert [type(found) for found in asyncio.run(run())] == [Response] * 6
    assert max(under_way) == 3


def test_waiting_for_ones_turn_does_not_use_up_the_deadline(serve: Serve) -> None:
    def slow(exchange: Exchange) -> None:
        time.sleep(0.25)
        exchange.reply(FEED)

    server = serve({"/feed": slow})

    async def run() -> list[Response | Failure]:
        async with _fetcher(deadline=timedelta(seconds=0.6)) as fetcher:
            request = FetchRequest(f"{server.url}/feed")
            return await asyncio.gather(*(fetcher.fetch(request) for _ in range(8)))

    assert [type(found) for found in asyncio.run(run())] == [Response] * 8


def test_hostile_servers_do_not_stop_the_others(serve: Serve) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.send_head(200, {})
        exchange.drip()

    server = serve(
        {
            "/drip": drip,
            "/bomb": lambda exchange: exchange.reply_gzip(b"\0" * 30_000_000),
            "/circle": lambda exchange: exchange.redirect("/circle"),
            "/good": lambda exchange: exchange.reply_gzip(FEED),
        }
    )

    async def run() -> list[Response | Failure]:
        async with _fetcher(deadline=timedelta(seconds=3)) as fetcher:
            paths = ("drip", "bomb", "circle", "good")
            return await asyncio.gather(*(fetcher.fetch(FetchRequest(f"{server.url}/{path}")) for path in paths))

    drip_, bomb, circle, good = asyncio.run(run())

    assert [_failure(found).reason for found in (drip_, bomb, circle)] == [
        FailureReason.TIMEOUT,
        FailureReason.TOO_LARGE,
        FailureReason.REDIRECTS,
    ]
    assert _response(good).body == FEED


def test_a_fetch_can_be_cancelled(serve: Serve) -> None:
    under_way = threading.Event()

    def answer(exchange: Exchange) -> None:
        exchange.send_head(200, {})
        under_way.set()
        exchange.drip()

    server = serve({"/feed": answer})

    async def run() -> None:
        async with _fetcher() as fetcher:
            task = asyncio.create_task(fetcher.fetch(FetchRequest(f"{server.url}/feed")))
            await asyncio.to_thread(under_way.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())


# --- settings of single feeds, turns -------------------------------------------------------------------------------

OWN = HttpSettings(
    headers=(("X-Desk-Key", "k-1"),),
    cookies=(("session", "s-1"), ("lang", "ar")),
    basic_auth=("desk", "p:\u00e4ss"),
    user_agent="Desk/2",
)


def _fetch_own(url: str, settings: HttpSettings, **changes: Any) -> Response | Failure:
    async def run() -> Response | Failure:
        async with _fetcher(settings={FeedId("own"): settings}, **changes) as fetcher:
            return await fetcher.fetch(FetchRequest(url, feed_id=FeedId("own")))

    return asyncio.run(run())


def test_a_feed_of_its_own_settings_is_asked_with_them(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)})

    _response(_fetch_own(f"{server.url}/feed", OWN))

    headers = server.asked[0].headers
    assert (headers["x-desk-key"], headers["cookie"], headers["user-agent"]) == (
        "k-1",
        "session=s-1; lang=ar",
        "Desk/2",
    )
    assert base64.b64decode(headers["authorization"].removeprefix("Basic ")).decode() == "desk:p:\u00e4ss"


def test_secrets_do_not_follow_a_redirect_to_another_host(serve: Serve) -> None:
    other = serve({"/feed": lambda exchange: exchange.reply(FEED)}, address="127.0.0.2")
    home = serve(
        {
            "/feed": lambda exchange: exchange.redirect("/same"),
            "/same": lambda exchange: exchange.redirect(f"{other.url}/feed"),
        }
    )

    _response(_fetch_own(f"{home.url}/feed", OWN))

    assert "authorization" in home.asked[1].headers
    assert not {"authorization", "cookie", "x-desk-key"} & set(other.asked[0].headers)
    assert other.asked[0].headers["user-agent"] == "Desk/2"


def test_secrets_do_not_follow_a_feed_that_has_moved_to_another_host(serve: Serve) -> None:
    new = serve({"/feed": lambda exchange: exchange.reply(FEED)}, address="127.0.0.2")

    _response(_fetch_own(f"{new.url}/feed", replace(OWN, home="http://127.0.0.1/feed")))

    assert not {"authorization", "cookie", "x-desk-key"} & set(new.asked[0].headers)


def test_a_proxy_is_asked_in_place_of_the_server(serve: Serve) -> None:
    proxy = serve({"http://feeds.example/feed": lambda exchange: exchange.reply(FEED)})
    settings = HttpSettings(proxy=proxy.url.replace("://", "://me:secret@"))

    response = _response(_fetch_own("http://feeds.example/feed", settings, private_hosts_allowed=False))

    assert response.body == FEED
    assert base64.b64decode(proxy.asked[0].headers["proxy-authorization"].removeprefix("Basic ")) == b"me:secret"


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "localhost"])
def test_no_proxy_is_asked_for_a_private_address(serve: Serve, host: str) -> None:
    proxy = serve({})

    failure = _failure(_fetch_own(f"http://{host}/feed", HttpSettings(proxy=proxy.url), private_hosts_allowed=False))

    assert str(failure) == f"bad_url: {host}: a private or local address (see private_hosts_allowed)"
    assert proxy.asked == []


def test_hosts_that_asked_before_to_be_left_alone_are(serve: Serve) -> None:
    server = serve({"/feed": lambda exchange: exchange.reply(FEED)})

    async def run() -> Response | Failure:
        async with _fetcher(resting={"127.0.0.1": timedelta(minutes=2)}) as fetcher:
            return await fetcher.fetch(FetchRequest(f"{server.url}/feed"))

    assert str(_failure(asyncio.run(run()))) == (
        "rate_limited: not asked: 127.0.0.1 wants to be left alone for another 120 s"
    )
    assert server.asked == []


def test_a_proxy_that_does_not_know_us_is_told_without_its_password(serve: Serve) -> None:
    proxy = serve({"http://feeds.example/feed": lambda exchange: exchange.reply(b"", 407)})

    failure = _failure(
        _fetch_own("http://feeds.example/feed", HttpSettings(proxy=proxy.url.replace("://", "://me:secret@")))
    )

    assert failure.reason is FailureReason.UNAUTHORIZED
    assert "secret" not in str(failure)


def test_a_proxy_that_is_down_is_told(serve: Serve) -> None:
    failure = _failure(_fetch_own("http://feeds.example/feed", HttpSettings(proxy="http://127.0.0.1:1")))

    assert failure.reason is FailureReason.CONNECTION
    assert failure.detail.startswith("cannot connect to the proxy: ")


def _fetch_all(urls: list[str], **changes: Any) -> list[Response | Failure]:
    async def run() -> list[Response | Failure]:
        async with _fetcher(**changes) as fetcher:
            return [await fetcher.fetch(FetchRequest(url)) for url in urls]

    return asyncio.run(run())


def test_a_host_that_says_too_many_is_left_alone_by_all_its_feeds_and_others_go_on(serve: Serve) -> None:
    busy = serve(
        {
            "/a": lambda exchange: exchange.reply(b"", 429, {"Retry-After": "120"}),
            "/b": lambda exchange: exchange.reply(FEED),
        }
    )
    other = serve({"/c": lambda exchange: exchange.reply(FEED)}, address="127.0.0.2")

    first, second, third = _fetch_all([f"{busy.url}/a", f"{busy.url}/b", f"{other.url}/c"])

    assert _failure(first).retry_after == timedelta(minutes=2)
    assert str(_failure(second)) == "rate_limited: not asked: 127.0.0.1 wants to be left alone for another 120 s"
    assert _response(third).body == FEED
    assert [exchange.path for exchange in busy.asked] == ["/a"]


def test_an_overloaded_feed_that_asks_for_nothing_costs_its_host_nothing(serve: Serve) -> None:
    server = serve({"/a": lambda exchange: exchange.reply(b"", 503), "/b": lambda exchange: exchange.reply(FEED)})

    first, second = _fetch_all([f"{server.url}/a", f"{server.url}/b"])

    assert _failure(first).reason is FailureReason.HTTP_STATUS
    assert _response(second).body == FEED


def test_a_host_is_left_alone_for_six_hours_at_most(serve: Serve) -> None:
    server = serve({"/a": lambda exchange: exchange.reply(b"", 429, {"Retry-After": "99999999"})})

    _, second = _fetch_all([f"{server.url}/a"] * 2)

    assert timedelta(hours=5.9) < (_failure(second).retry_after or timedelta(0)) <= timedelta(hours=6)


def test_requests_to_one_host_are_spaced_out(serve: Serve) -> None:
    moments: list[float] = []

    def answer(exchange: Exchange) -> None:
        moments.append(time.monotonic())
        exchange.reply(FEED)

    server = serve({"/feed": answer})

    _fetch_all([f"{server.url}/feed"] * 3, spacing=timedelta(seconds=0.2))

    assert all(later - earlier > 0.15 for earlier, later in itertools.pairwise(moments))


def test_waiting_for_a_turn_has_an_end(serve: Serve) -> None:
    def slow(exchange: Exchange) -> None:
        time.sleep(0.5)
        exchange.reply(FEED)

    server = serve({"/feed": slow})

    async def run() -> list[Response | Failure]:
        async with _fetcher(longest_wait=timedelta(seconds=0.1)) as fetcher:
            return await asyncio.gather(*(fetcher.fetch(FetchRequest(f"{server.url}/feed")) for _ in range(4)))

    found = asyncio.run(run())

    assert [str(one) for one in found if isinstance(one, Failure)] == [
        "not_asked: too many requests were waiting, also for 127.0.0.1"
    ] * 2


def test_a_move_for_good_is_told_as_far_as_it_is_for_good(serve: Serve) -> None:
    server = serve(
        {
            "/a": lambda exchange: exchange.redirect("/b", 301),
            "/b": lambda exchange: exchange.redirect("/c", 308),
            "/c": lambda exchange: exchange.redirect("/d", 302),
            "/d": lambda exchange: exchange.redirect("/e", 301),
            "/e": lambda exchange: exchange.reply(FEED),
        }
    )

    found = _fetch_all([f"{server.url}/{name}" for name in "acd"])

    assert [_response(one).moved_to for one in found] == [f"{server.url}/c", None, f"{server.url}/e"]


def test_looking_up_names_does_not_take_the_threads_of_others() -> None:
    async def run() -> list[str]:
        async with _fetcher() as fetcher:
            fetch = asyncio.create_task(fetcher.fetch(FetchRequest("http://no-such-host.invalid/feed")))
            await asyncio.sleep(0.05)
            names = [thread.name for thread in threading.enumerate()]
            await fetch
        return names

    assert not any(name.startswith("asyncio_") for name in asyncio.run(run()))
