"""Which pages are wanted, what counts as one, and when one is asked for again: tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from watcher.feeds.extract import article_text
from watcher.feeds.fulltext import (
    SHORT,
    after_page_failure,
    after_text,
    is_short,
    page_source,
    say_what_was_read,
    unreadable,
    wants_page,
    why_unbelievable,
)
from watcher.model import Failure, FailureReason, Feed, FeedId, FullText, Item, ItemId, Page, Response

NOW = datetime(2016, 6, 9, 6, 0, tzinfo=UTC)
URL = "https://qalam.example/report"
ITEM = Item(
    id=ItemId("a1"),
    feed_id=FeedId("qalam"),
    source="Qalam",
    outlet="Qalam",
    title="Rebels captured the town of Marea, officials say",
    text="Short words.",
    url=URL,
    language="en",
    published_at=NOW - timedelta(hours=1),
    first_seen_at=NOW,
    keys=("guid:1",),
    content_hash="x",
)
PAGE = Page(ITEM.id, ITEM.feed_id, URL, wanted_at=NOW, due_at=NOW)
MAX_AGE = timedelta(days=3)


@pytest.mark.parametrize(
    ("full_text", "text", "url", "held", "age", "wanted"),
    [
        (FullText.NEVER, "Short.", URL, False, 1, False),
        (FullText.WHEN_SHORT, "Short.", URL, False, 1, True),
        (FullText.WHEN_SHORT, "word " * SHORT, URL, False, 1, False),
        (FullText.WHEN_SHORT, "word " * SHORT + "[…]", URL, False, 1, True),
        (FullText.ALWAYS, "word " * SHORT, URL, False, 1, True),
        (FullText.ALWAYS, "Short.", None, False, 1, False),
        (FullText.ALWAYS, "Short.", URL, True, 1, False),
        (FullText.ALWAYS, "Short.", URL, False, 80, False),
    ],
)
def test_a_page_is_wanted_of_what_may_alert_and_is_not_told_in_full(
    feed: Feed, full_text: FullText, text: str, url: str | None, held: bool, age: int, wanted: bool
) -> None:
    item = replace(ITEM, text=text, url=url, published_at=NOW - timedelta(hours=age))

    assert wants_page(item, replace(feed, full_text=full_text), MAX_AGE, is_held=held) is wanted


@pytest.mark.parametrize("end", ["…", "...", "[…]", "[...]", "Read more", "Continue reading →"])
def test_a_text_that_says_that_it_goes_on_is_short(end: str) -> None:
    assert is_short("word " * 200 + end)
    assert not is_short(f"{end} " + "word " * 200)


def _response(body: bytes, content_type: str) -> Response:
    return Response(URL, 200, {"content-type": content_type} if content_type else {}, body, timedelta(0))


@pytest.mark.parametrize(
    ("body", "content_type", "told"),
    [
        (b"<html><p>Azaz</p></html>", "text/html; charset=utf-8", "Azaz"),
        (b"<!DOCTYPE html><p>Azaz</p>", "", "Azaz"),
        ("<html><meta charset=windows-1256><p>حلب</p></html>".encode("cp1256"), "text/html", "حلب"),
        ("<html><p>حلب</p></html>".encode(), "text/html; charset=iso-8859-1", "حلب"),
        (b"%PDF-1.7", "application/pdf", "what stands there is no page but application/pdf"),
        (b'{"a": 1}', "application/json", "what stands there is no page but application/json"),
        (b"\xff\xd8\xff", "", "what stands there is no page but of no told type"),
    ],
)
def test_what_is_no_page_is_told_and_the_bytes_tell_the_charset(body: bytes, content_type: str, told: str) -> None:
    source = page_source(_response(body, content_type))

    assert told in (source.detail if isinstance(source, Failure) else source)


def test_a_page_without_the_words_of_the_title_is_not_believed() -> None:
    assert why_unbelievable(ITEM, "In Marea the rebels say they captured the whole town.") is None
    assert why_unbelievable(ITEM, "We value your privacy. Log in or subscribe to read on.") == (
        "the page is about something else: 0 of 5 words of the title are in it"
    )
    assert why_unbelievable(replace(ITEM, title="Oh no", text=""), "Anything at all.") is None  # nothing to compare


@pytest.mark.parametrize(
    ("reason", "attempts", "retry_after", "wait"),
    [
        (FailureReason.TIMEOUT, 0, None, timedelta(minutes=2)),
        (FailureReason.TIMEOUT, 2, None, timedelta(hours=2)),
        (FailureReason.TIMEOUT, 3, None, None),
        (FailureReason.RATE_LIMITED, 0, timedelta(hours=1), timedelta(hours=1)),
        (FailureReason.RATE_LIMITED, 0, timedelta(days=9), timedelta(hours=6)),
        (FailureReason.NOT_FOUND, 0, None, None),
    ],
)
def test_a_passing_failure_is_tried_again_and_a_lasting_one_not(
    reason: FailureReason, attempts: int, retry_after: timedelta | None, wait: timedelta | None
) -> None:
    failure = Failure(reason, "words", retry_after=retry_after)

    after = after_page_failure(replace(PAGE, attempts=attempts), failure, NOW, jitter=0.0)

    assert after.due_at == (None if wait is None else NOW + wait)
    assert (after.attempts, after.reason) == (attempts + 1, f"{reason.value}: words")


def test_what_was_read_is_said_in_words() -> None:
    failed = after_page_failure(PAGE, Failure(FailureReason.GONE, "HTTP 410"), NOW, 0.0)
    waits = after_page_failure(PAGE, Failure(FailureReason.TIMEOUT, "30 s"), NOW, 0.0)
    told = [say_what_was_read(page) for page in (None, PAGE, waits, failed, after_text(PAGE, "two words", NOW))]

    assert told == [
        "the feed's own text",
        "the feed's own text; the page is still to be read",
        "the feed's own text; the page is still to be read (timeout: 30 s)",
        "the feed's own text; the page could not be read: gone: HTTP 410",
        "the feed's own text, and the page (2 words, 2016-06-09 06:00 UTC)",
    ]


def test_a_row_of_unread_pages_is_a_problem_and_one_that_was_read_ends_it() -> None:
    failed = after_page_failure(PAGE, Failure(FailureReason.GONE, "HTTP 410"), NOW, 0.0)
    read = after_text(PAGE, "words", NOW)

    assert unreadable((failed,) * 4, 5) is None
    assert unreadable((failed,) * 5, 5) == "the pages of its last 5 items could not be read: gone: HTTP 410"
    assert unreadable((read, *(failed,) * 4), 5) is None


@pytest.mark.parametrize("source", ["", "<", "<html>" * 3000, "\ufffd", "<html><body><p>" + "<b>" * 5000])
def test_a_page_of_nonsense_is_a_failure_and_no_exception(source: str) -> None:
    assert isinstance(article_text(source, URL), Failure)
