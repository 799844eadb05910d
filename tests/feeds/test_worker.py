"""Parsing in processes that can be killed: what a document over the limits costs, and whom."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from watcher.feeds.parse import parse
from watcher.feeds.worker import Workers
from watcher.model import Document, Failure, FailureReason

URL = "https://wire.example/rss"
PLAIN = "<rss version='2.0'><channel><title>W</title><item><title>Azaz</title><guid>1</guid></item></channel></rss>"
ODD = PLAIN.replace("<title>Azaz</title>", "<title>Azaz &nbsp; town</title>")  # not well-formed: for feedparser
# feedparser looks for addresses in authors with an expression whose cost grows with the square of the length
HOSTILE = ODD.replace("<guid>", f"<author>{'a.' * 60_000}</author><guid>")


async def _parse(workers: Workers, *texts: str) -> list[Document | Failure]:
    async with workers:
        return list(await asyncio.gather(*(workers.parse(text, URL) for text in texts)))


@pytest.mark.parametrize("text", [PLAIN, ODD, "<html><body>Log in</body></html>"])
def test_a_document_is_read_as_it_would_be_here(text: str) -> None:
    assert asyncio.run(_parse(Workers(), text)) == [parse(text, URL)]


def test_a_document_that_takes_too_long_is_given_up_and_holds_up_no_other() -> None:
    hostile, odd = asyncio.run(_parse(Workers(time_limit=timedelta(seconds=1)), HOSTILE, ODD))

    assert isinstance(hostile, Failure)
    assert hostile.reason is FailureReason.BROKEN
    assert "given up" in hostile.detail
    assert odd == parse(ODD, URL)


def test_after_a_document_was_given_up_the_next_one_finds_a_worker() -> None:
    async def one_after_the_other() -> Document | Failure:
        async with Workers(time_limit=timedelta(seconds=1)) as workers:
            await workers.parse(HOSTILE, URL)
            return await workers.parse(ODD, URL)

    assert asyncio.run(one_after_the_other()) == parse(ODD, URL)
