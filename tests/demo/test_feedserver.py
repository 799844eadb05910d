"""The sample feeds' server behaves like the servers out there: validators, compression, slowness, closed feeds."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import aiohttp

from watcher.demo.feedserver import FeedServer, Served
from watcher.demo.seeds import Seeds

EVENING = datetime(2016, 6, 8, 21, tzinfo=UTC)
NEXT_MORNING = datetime(2016, 6, 9, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


Get = Callable[..., Awaitable[Answer]]
Result = TypeVar("Result")


def without_delays(seeds: Seeds) -> Seeds:
    return replace(seeds, samples=tuple(replace(sample, delay=timedelta()) for sample in seeds.samples))


def ask(seeds: Seeds, questions: Callable[[FeedServer, Get], Awaitable[Result]]) -> Result:
    """Run ``questions`` against a server that is started and stopped for them."""

    async def run() -> Result:
        session = aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=("Accept-Encoding",))
        async with FeedServer(seeds) as server, session:

            async def get(path: str, method: str = "GET", **headers: str) -> Answer:
                names = {name.replace("_", "-"): value for name, value in headers.items()}
                async with session.request(method, server.base_url + path, headers=names) as response:
                    return Answer(response.status, response.headers, await response.read())

            return await questions(server, get)

    return asyncio.run(run())


def test_a_feed_shows_what_was_out_by_the_moment(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> tuple[Answer, Answer]:
        server.show_until(EVENING)
        evening = await get("/meridian-wire.xml")
        server.show_until(NEXT_MORNING)
        return evening, await get("/meridian-wire.xml")

    evening, morning = ask(seeds, questions)

    headline = b"Islamic State gives up ground around Marea, rebels reopen road to Azaz"
    assert headline not in evening.body
    assert headline in morning.body


def test_validators_are_answered_with_not_modified_until_the_content_changes(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> list[Answer]:
        server.show_until(EVENING)
        first = await get("/meridian-wire.xml")
        tag, date = first.headers["ETag"], first.headers["Last-Modified"]
        answers = [
            first,
            await get("/meridian-wire.xml", If_None_Match=tag),
            await get("/meridian-wire.xml", If_None_Match=f'"other", {tag}'),
            await get("/meridian-wire.xml", If_Modified_Since=date),
            await get("/meridian-wire.xml", If_None_Match='"other"', If_Modified_Since=date),
        ]
        server.show_until(NEXT_MORNING)
        return [*answers, await get("/meridian-wire.xml", If_None_Match=tag, If_Modified_Since=date)]

    answers = ask(seeds, questions)

    assert [answer.status for answer in answers] == [200, 304, 304, 304, 200, 200]
    assert answers[0].headers["Last-Modified"] == "Wed, 08 Jun 2016 19:20:00 GMT"
    assert answers[1].body == b""
    assert answers[1].headers["ETag"] == answers[0].headers["ETag"]
    assert answers[5].headers["ETag"] != answers[0].headers["ETag"]


def test_a_tag_and_a_date_change_when_and_only_when_the_content_does(seeds: Seeds) -> None:
    paths = [sample.path for sample in seeds.samples if sample.document and sample.validators == "both"]

    async def questions(server: FeedServer, get: Get) -> dict[str, list[Answer]]:
        answers: dict[str, list[Answer]] = {path: [] for path in paths}
        for moment in seeds.rounds:
            server.show_until(moment)
            for path in paths:
                answers[path] += [await get(path), await get(path)]
        return answers

    answers = ask(without_delays(seeds), questions)

    assert len(paths) >= 8
    for path, received in answers.items():
        contents = [answer.body for answer in received]
        for header in ("ETag", "Last-Modified"):
            values = [answer.headers[header] for answer in received]
            pairs = set(zip(values, contents, strict=True))
            assert len(set(values)) == len(set(contents)) == len(pairs) > 2, (path, header)


def test_one_server_offers_a_date_only_and_one_nothing(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> tuple[Answer, Answer, Answer]:
        server.show_until(EVENING)
        date_only = await get("/northern-bulletin.rdf")
        again = await get("/northern-bulletin.rdf", If_Modified_Since=date_only.headers["Last-Modified"])
        return (
            date_only,
            again,
            await get("/weekend-gazette.xml", If_None_Match="*", If_Modified_Since="Sun, 01 Jan 2040 00:00:00 GMT"),
        )

    date_only, again, neither = ask(seeds, questions)

    assert "ETag" not in date_only.headers
    assert again.status == 304
    assert neither.status == 200
    assert "ETag" not in neither.headers
    assert "Last-Modified" not in neither.headers


def test_gzip_when_asked_for_has_a_weak_tag_that_still_matches(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> tuple[Answer, Answer, Answer]:
        server.show_until(EVENING)
        plain = await get("/qalam.xml")
        packed = await get("/qalam.xml", Accept_Encoding="gzip, deflate")
        return plain, packed, await get("/qalam.xml", Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])

    plain, packed, again = ask(seeds, questions)

    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] == f"W/{plain.headers['ETag']}"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert again.status == 304


def test_content_types_are_sent_as_the_timetable_says_right_or_wrong(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> dict[str, str]:
        return {path: (await get(path)).headers["Content-Type"] for path in types}

    types = {
        "/caravan-report.xml": "application/atom+xml; charset=utf-8",
        "/frontline-notes.json": "application/feed+json",
        "/qalam.xml": "application/rss+xml; charset=ISO-8859-1",
        "/river-radio.xml": "text/xml",
        "/state-bulletin.xml": "application/octet-stream",
        "/weekend-gazette.xml": "text/html",
    }

    assert ask(without_delays(seeds), questions) == types


def test_the_slow_feed_is_slow_unless_nothing_changed(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> tuple[float, float]:
        server.show_until(EVENING)
        start = time.monotonic()
        answer = await get("/state-bulletin.xml")
        whole = time.monotonic()
        await get("/state-bulletin.xml", If_None_Match=answer.headers["ETag"])
        return whole - start, time.monotonic() - whole

    whole, unchanged = ask(seeds, questions)

    assert whole >= 1
    assert unchanged < whole


def test_a_slow_feed_does_not_keep_the_others_waiting(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> list[str]:
        finished: list[str] = []

        async def fetch(path: str) -> None:
            await get(path)
            finished.append(path)

        await asyncio.gather(fetch("/state-bulletin.xml"), fetch("/qalam.xml"), fetch("/relief-desk.atom"))
        return finished

    assert ask(seeds, questions)[-1] == "/state-bulletin.xml"


def test_the_closed_feed_and_unknown_paths_are_not_found(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> list[int]:
        closed = [
            feed.url.removeprefix(server.base_url) for feed in seeds.feeds(server.base_url) if "courier" in feed.id
        ]
        return [(await get(path)).status for path in (*closed, "/", "/feeds/qalam.xml", "/../timetable.yaml")]

    assert ask(seeds, questions) == [404, 404, 404, 404]


def test_other_methods_are_refused_and_a_head_request_has_no_body(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> tuple[Answer, Answer]:
        return await get("/qalam.xml", "POST"), await get("/qalam.xml", "HEAD")

    post, head = ask(seeds, questions)

    assert (post.status, post.headers["Allow"]) == (405, "GET, HEAD")
    assert (head.status, head.body) == (200, b"")


def test_what_was_served_is_counted(seeds: Seeds) -> None:
    async def questions(server: FeedServer, get: Get) -> list[Served]:
        counts = [server.served]
        answer = await get("/qalam.xml")
        await get("/qalam.xml", If_None_Match=answer.headers["ETag"])
        await get("/nothing")
        return [*counts, server.served]

    assert ask(seeds, questions) == [Served(), Served(requests=3, documents=1, not_modified=1, errors=1)]
