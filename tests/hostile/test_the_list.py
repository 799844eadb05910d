"""The list of what servers and feeds do to a poller, one case each, over real HTTP on loopback and the real pipeline.

A case says how the server answers, poll by poll; then what is stored, in which state the feed is and why, and when it
is polled next. Whether the other feed, on another host, went on is looked at after every poll (``Desk.poll``).
"""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.hostile.desk import NOW, STEP, Answer, Desk, Server, entry, rss
from watcher.feeds.polling import LONGEST_RETRY_AFTER
from watcher.model import FeedHealth

CERTIFICATE = Path(__file__).parent.parent / "data" / "feeds" / "self-signed.pem"
ARABIC = "المعارضة تسيطر على بلدة مارع شمال حلب"
THREE = (entry(1), entry(2), entry(3))
THREE_TITLES = ("Bulletin number 1 of the day", "Bulletin number 2 of the day", "Bulletin number 3 of the day")
HOUR = timedelta(hours=1)
ETAG = {"ETag": '"v1"'}

OK = FeedHealth.OK
AS_USUAL = STEP * 0.95  # the interval, less half of the spread
SOON = STEP  # after a first failure that passes
LATER = 4 * STEP  # after a first failure that lasts
TITLES = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the list. ``reason`` is how the last poll's words begin; None: nobody is told anything."""

    name: str
    answers: tuple[Answer, ...]
    stored: TITLES | int
    health: FeedHealth
    reason: str | None
    wait: timedelta
    keeps_validators: bool | None = None
    deadline: timedelta = timedelta(seconds=20)
    max_bytes: int = 20_000_000
    later: timedelta = STEP  # between two polls
    new: tuple[int, ...] | None = None  # items, poll by poll


def _act(act: Callable[[BaseHTTPRequestHandler], None]) -> Answer:
    return Answer(act=act)


def _raw(*parts: bytes, pause_s: float = 0.0, reset: bool = False) -> Answer:
    """Bytes as they are, then the end of the connection, a proper one or a reset."""

    def act(handler: BaseHTTPRequestHandler) -> None:
        for part in parts:
            handler.wfile.write(part)
            handler.wfile.flush()
            time.sleep(pause_s)
        if reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()

    return _act(act)


def _head(length: int | None, *lines: str) -> bytes:
    told = [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join(["HTTP/1.1 200 OK", *told, *lines, "Connection: close", "", ""]).encode()


def _drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(_head(None))
    for byte in itertools.cycle(b"<!-- patience -->"):
        handler.wfile.write(bytes((byte,)))
        time.sleep(0.05)


def _pour(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(_head(None) + rss(*THREE)[:-16])
    while True:
        handler.wfile.write(b"<!-- and so on -->" * 5000)


def _redirect(location: str, status: int = 302) -> Answer:
    return Answer(status=status, headers={"Location": location})


def _feed(*entries: str, **headers: str) -> Answer:
    return Answer(rss(*entries), headers={name.replace("_", "-"): value for name, value in headers.items()})


ENTITY_BOMB = (
    "<!DOCTYPE rss [<!ENTITY a0 'ha '>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]><rss version='2.0'><channel><title>&a11;</title>"
    + entry(1).replace("Bulletin", "&a11; Bulletin")
    + entry(2)
    + "</channel></rss>"
).encode()
WHOLE = rss(*THREE)
CUT = WHOLE[: WHOLE.rindex(b"<item>") + 40]
BAD_BYTE = rss(entry(1, ARABIC), *(entry(n, f"{ARABIC} {n}") for n in range(2, 30))).replace(
    "مارع".encode(), "ما".encode() + b"\xff" + "رع".encode(), 1
)
OLD = [entry(f"old{n}", f"Report number {n} of an older day", NOW - timedelta(days=9, hours=n)) for n in range(20)]
TEXT = "<description>" + "The market of the town was open again. " * 48 + "</description></item>"
THIRTY = [entry(n) for n in range(30)]
THIRTY[13] = "<item><title>Rebels & <b>others</title><pubDate>0000-00-00</pubDate></itm></item>"

CASES = (
    # --- servers -------------------------------------------------------------------------------------------------
    Case("slow drip", (_act(_drip),), (), FeedHealth.FAILING, "timeout: no whole answer", SOON, deadline=STEP / 150),
    Case("never-ending body", (_act(_pour),), (), FeedHealth.FAILING, "too_large: more", LATER, max_bytes=500_000),
    Case(
        "gzip bomb",
        (Answer(gzip.compress(b" " * 50_000_000), headers={"Content-Encoding": "gzip"}),),
        (),
        FeedHealth.FAILING,
        "too_large: more, at most 20000000 bytes are read",
        LATER,
    ),
    Case(
        "XML entity bomb",
        (Answer(ENTITY_BOMB),),
        ("&a11; Bulletin number 1 of the day", "Bulletin number 2 of the day"),
        OK,
        "not well-formed",
        AS_USUAL,
    ),
    Case("redirect loop", (_redirect("/hostile"),), (), FeedHealth.FAILING, "redirects: redirects in a circle", LATER),
    Case(
        "redirect to a private address",
        (_redirect("http://127.0.0.1:9/feed"),),
        (),
        FeedHealth.FAILING,
        "bad_url: 127.0.0.1: not dialled: 127.0.0.1 is a private or local address",
        LATER,
    ),
    Case(
        "DNS name resolving to loopback",
        (_redirect("http://localhost:9/feed"),),
        (),
        FeedHealth.FAILING,
        "bad_url: localhost: not dialled: ",
        LATER,
    ),
    Case(
        "wrong charset",
        (Answer(rss(entry(1, ARABIC)), headers={"Content-Type": "text/xml; charset=iso-8859-1"}),),
        (ARABIC,),
        OK,
        None,  # what the bytes say counts, and says nothing odd
        AS_USUAL,
    ),
    Case(
        "bad byte in Arabic",
        (Answer(BAD_BYTE),),
        tuple(sorted([ARABIC.replace("مارع", "ما\ufffdرع"), *(f"{ARABIC} {n}" for n in range(2, 30))])),
        OK,
        "1 byte not valid in utf-8, replaced",
        AS_USUAL,
    ),
    Case(
        "truncated gzip",
        (Answer(gzip.compress(WHOLE, 0)[:-180], headers={"Content-Encoding": "gzip", **ETAG}),),
        THREE_TITLES[:2],
        OK,
        "the compressed body ends early",
        AS_USUAL,
        keeps_validators=False,
    ),
    Case(
        "wrong Content-Length: too large",
        (_raw(_head(len(WHOLE) + 999, 'ETag: "v1"'), WHOLE),),
        THREE_TITLES,
        OK,
        "the connection ended early",
        AS_USUAL,
    ),
    Case(
        "wrong Content-Length: too small",
        (_raw(_head(len(WHOLE) - 200, 'ETag: "v1"') + WHOLE),),
        THREE_TITLES[:1],
        OK,
        "not well-formed",
        AS_USUAL,
        keeps_validators=False,
    ),
    Case(
        "gzip with a wrong checksum",
        (Answer(gzip.compress(WHOLE)[:-8] + bytes(8), headers={"Content-Encoding": "gzip", **ETAG}),),
        THREE_TITLES,
        OK,
        "the compressed body is damaged",
        AS_USUAL,
    ),
    Case(
        "connection reset mid-body",
        (_raw(_head(len(WHOLE), 'ETag: "v1"'), CUT, pause_s=0.2, reset=True),),
        THREE_TITLES[:2],
        OK,
        "the connection ended early",
        AS_USUAL,
        keeps_validators=False,
    ),
    Case(
        "304 for ever",
        (
            Answer(rss(entry(1)), headers=ETAG, honours_etag=True),
            *(Answer(rss(entry(2), entry(1)), headers=ETAG, honours_etag=True) for _ in range(3)),
        ),
        THREE_TITLES[:2],
        OK,
        None,
        AS_USUAL,
        later=timedelta(hours=3),
        new=(1, 0, 1, 0),
    ),
    Case(
        "frozen ETag with changed body",
        (_feed(entry(1), ETag='"v1"'), _feed(entry(2), entry(1), ETag='"v1"')),
        THREE_TITLES[:2],
        OK,
        None,
        AS_USUAL,
        new=(1, 1),
    ),
    Case(
        "ETag flapping",
        tuple(_feed(entry(1), ETag=f'"{n % 2}"') for n in range(4)),
        THREE_TITLES[:1],
        OK,
        None,
        AS_USUAL,
        new=(1, 0, 0, 0),
    ),
    Case(
        "429 with date",
        (
            _raw(
                b"HTTP/1.1 429 Too Many Requests\r\nDate: Thu, 09 Jun 2016 06:00:00 GMT\r\n"
                b"Retry-After: Thu, 09 Jun 2016 06:40:00 GMT\r\nContent-Length: 0\r\n\r\n"
            ),
        ),
        (),
        FeedHealth.RATE_LIMITED,
        "rate_limited: HTTP 429 Too Many Requests",
        timedelta(minutes=40),
    ),
    Case(
        "429 with a wish of a year",
        (Answer(status=429, headers={"Retry-After": "31536000"}),),
        (),
        FeedHealth.RATE_LIMITED,
        "rate_limited: HTTP 429 Too Many Requests",
        LONGEST_RETRY_AFTER,
    ),
    Case(
        "403 challenge",
        (Answer(b"<html>Just a moment</html>", 403, {"cf-mitigated": "challenge"}),),
        (),
        FeedHealth.BLOCKED,
        "challenged: HTTP 403 Forbidden from 127.0.0.2, which asks for a browser",
        LATER,
    ),
    Case(
        "HTML login page",
        (Answer(b"<html><head><title>Log in</title></head><body></body></html>"),),
        (),
        FeedHealth.FAILING,
        "not_a_feed: the document is an HTML page, titled 'Log in'",
        LATER,
    ),
    Case("empty body", (Answer(b""),), (), FeedHealth.FAILING, "empty: the body is empty", SOON),
    # --- feeds ---------------------------------------------------------------------------------------------------
    Case(
        "duplicate guids",
        (_feed(*(entry(n, guid="same") for n in (1, 2, 3))), _feed(*(entry(n, guid="same") for n in (4, 1, 2)))),
        (*THREE_TITLES, "Bulletin number 4 of the day"),
        OK,
        None,
        AS_USUAL,
        new=(3, 1),
    ),
    Case(
        "guids that change",
        tuple(_feed(*(entry(n, guid=f"{poll}-{n}") for n in (1, 2, 3))) for poll in range(3)),
        THREE_TITLES,
        OK,
        None,
        AS_USUAL,
        new=(3, 0, 0),
    ),
    Case(
        "item edited",
        (_feed(entry(1, "Quiet day in the north")), _feed(entry(1, "Quiet day in the north, and in the south"))),
        ("Quiet day in the north, and in the south",),
        OK,
        None,
        AS_USUAL,
        new=(1, 0),
    ),
    Case("feed re-ordered", (_feed(*THREE), _feed(*reversed(THREE))), THREE_TITLES, OK, None, AS_USUAL, new=(3, 0)),
    Case(
        "archive re-issued",
        (_feed(*THREE), _feed(*OLD, *THREE)),
        23,
        OK,
        "20 of 20 new items held: the feed re-issued older items",
        AS_USUAL,
        new=(3, 20),
    ),
    *(
        Case(
            f"date in {year}",
            (_feed(*THREE), _feed(entry(4, date=datetime(year, 1, 1, tzinfo=UTC)), *THREE), _feed(entry(5), *THREE)),
            5,
            OK,
            None,
            AS_USUAL,
            new=(3, 1, 1),
        )
        for year in (1970, 2099)
    ),
    Case(
        "8 MB feed with 4,000 items",
        (_feed(*(entry(n).replace("</item>", TEXT) for n in range(4000))),),
        4000,
        OK,
        None,
        AS_USUAL,
    ),
    Case("one broken entry among thirty", (_feed(*THIRTY),), 30, OK, "not well-formed", AS_USUAL),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_case(desk: Desk, server: Server, case: Case) -> None:
    desk.deadline, desk.max_bytes = case.deadline, case.max_bytes
    polls = []
    for answer in case.answers:
        server.pages["/hostile"] = answer
        polls.append(desk.poll(case.later))

    assert (len(desk.titles) if isinstance(case.stored, int) else tuple(desk.titles)) == case.stored
    assert desk.state.health is case.health
    reason = polls[-1].reason
    assert case.reason is None or (reason or "").startswith(case.reason), reason
    assert desk.wait == case.wait
    if case.new is not None:
        assert tuple(poll.new_items for poll in polls) == case.new
    if case.keeps_validators is not None:
        assert (desk.state.etag is not None, desk.state.body_hash is not None) == (case.keeps_validators,) * 2


@pytest.fixture
def untrusted() -> Iterator[str]:
    """A server whose certificate nobody has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with socket.create_server(("127.0.0.2", 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                    context.wrap_socket(connection, server_side=True)
                except ssl.SSLError:
                    continue
                except OSError:
                    return

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"https://127.0.0.2:{listener.getsockname()[1]}/feed"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_certificate_error(desk: Desk, untrusted: str) -> None:
    feeds = (replace(desk.hostile, url=untrusted), desk.other)
    desk.setup = replace(desk.setup, config=replace(desk.setup.config, feeds=feeds))

    poll = desk.poll()

    assert (poll.reason or "").startswith("tls: the certificate of 127.0.0.2 is not trusted: self-signed certificate")
    assert (desk.titles, desk.state.health, desk.wait) == ([], FeedHealth.FAILING, SOON)
