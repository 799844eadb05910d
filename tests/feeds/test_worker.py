"""Parsing in processes that can be killed: what a document over the limits costs, and whom."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.reading import Contents, Source, read_source
from watcher.feeds.worker import Workers
from watcher.model import Failure, FailureReason, Feed, FeedId, Position

URL = "https://wire.example/rss"
PLAIN = "<rss version='2.0'><channel><title>W</title><item><title>Azaz</title><guid>1</guid></item></channel></rss>"
ODD = PLAIN.replace("<title>Azaz</title>", "<title>Azaz &nbsp; town</title>")  # not well-formed: for feedparser
# feedparser looks for addresses in authors with an expression whose cost grows with the square of the length
HOSTILE = ODD.replace("<guid>", f"<author>{'a.' * 60_000}</author><guid>")


FEED = Feed(FeedId("wire"), "Wire", URL, "Wire", None, "", timedelta(minutes=5), Position("feeds.yaml"))
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _source(text: str) -> Source:
    return Source(FEED, URL, text.encode(), "application/xml", NOW)


async def _read(workers: Workers, *texts: str) -> list[Contents | Failure]:
    async with workers:
        return list(await asyncio.gather(*(workers.read(_source(text)) for text in texts)))


@pytest.mark.parametrize("text", [PLAIN, ODD, "<html><body>Log in</body></html>"])
def test_a_document_is_read_as_it_would_be_here(text: str) -> None:
    assert asyncio.run(_read(Workers(), text)) == [read_source(_source(text))]


def test_a_document_that_takes_too_long_is_given_up_and_holds_up_no_other() -> None:
    hostile, odd = asyncio.run(_read(Workers(time_limit=timedelta(seconds=1)), HOSTILE, ODD))

    assert isinstance(hostile, Failure)
    assert hostile.reason is FailureReason.BROKEN
    assert "given up" in hostile.detail
    assert odd == read_source(_source(ODD))


@pytest.mark.parametrize("memory_limit", [5_000_000, 40_000_000])  # too little to be given it at all; to read it
def test_a_document_that_takes_too_much_memory_is_given_up_and_costs_no_other(memory_limit: int) -> None:
    description = "&lt;p&gt;words&lt;/p&gt;" * 250_000
    large = ODD.replace("<item>", f"<item><description>{description}</description>")

    async def one_after_the_other() -> tuple[Contents | Failure, Contents | Failure]:
        async with Workers(time_limit=timedelta(seconds=60), memory_limit=memory_limit) as workers:
            return await workers.read(_source(large)), await workers.read(_source(PLAIN))

    hungry, plain = asyncio.run(one_after_the_other())

    failure = hungry.document if isinstance(hungry, Contents) else hungry
    assert isinstance(failure, Failure)
    assert failure.reason is FailureReason.BROKEN
    assert plain == read_source(_source(PLAIN))


def test_the_article_of_a_page_is_found_by_a_worker() -> None:
    paragraphs = "<p>The market of the town was open again.</p>" * 9
    page = f"<html><body><article><h1>Azaz</h1>{paragraphs}</article></body></html>"

    async def read() -> str | Failure:
        async with Workers(time_limit=timedelta(seconds=60)) as workers:
            return await workers.article(page, URL)

    text = asyncio.run(read())

    assert isinstance(text, str)
    assert text.count("market") >= 1


def test_plain_documents_do_not_wait_for_hostile_ones() -> None:
    async def read_all() -> list[str]:
        done: list[str] = []

        async def read(name: str, text: str) -> None:
            await workers.read(_source(text))
            done.append(name)

        async with Workers(time_limit=timedelta(seconds=2)) as workers:
            hostile = [asyncio.create_task(read("hostile", HOSTILE)) for _ in range(3)]
            await asyncio.sleep(0.5)
            await read("plain", PLAIN)
            await asyncio.gather(*hostile)
        return done

    assert asyncio.run(read_all())[0] == "plain"


def test_after_a_document_was_given_up_the_next_one_finds_a_worker() -> None:
    async def one_after_the_other() -> Contents | Failure:
        async with Workers(time_limit=timedelta(seconds=1)) as workers:
            await workers.read(_source(HOSTILE))
            return await workers.read(_source(ODD))

    assert asyncio.run(one_after_the_other()) == read_source(_source(ODD))
