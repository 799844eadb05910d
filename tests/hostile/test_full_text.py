"""The pages behind items: read politely, once, and never waited for; what they tell is explained."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from html import escape

import pytest

from tests.hostile.desk import NOW, STEP, Answer, Desk, Server, capture, entry
from watcher.model import FeedHealth, FullText, ProblemKind, ReadFrom
from watcher.pages import LEASE
from watcher.pipeline import poll_due_feeds
from watcher.store.database import Database
from watcher.store.pages import claim_pages, due_pages, page_of

CALM = "The market of the town was open again on Thursday, and traders from the villages around it came to sell."
BODY = "".join(
    f"<p>{CALM} Paragraph {number} of the report speaks of prices and of the weather in the north.</p>"
    for number in range(12)
)


def article(title: str, told: str = "", charset: str = "utf-8") -> bytes:
    """A page as news sites make them: menus, a headline, paragraphs, links to other articles."""
    links = "".join(f"<li><a href='/{n}'>Rebels captured Azaz from Islamic State {n}</a></li>" for n in range(9))
    return (
        f"<!doctype html><html><head><meta charset='{charset}'><title>{escape(title)}</title></head><body>"
        f"<nav><a href='/'>Home</a> <a href='/about'>About</a></nav><article><h1>{escape(title)}</h1>"
        f"{BODY}<p>{told}</p></article><aside><h2>Read also</h2><ul>{links}</ul></aside>"
        f"<footer>All rights reserved. Subscribe to our newsletter.</footer></body></html>"
    ).encode(charset)


def page(title: str, told: str = "", charset: str = "utf-8") -> Answer:
    return Answer(article(title, told, charset), headers={"Content-Type": "text/html"})


def item(desk: Desk, number: int, title: str, date: datetime | None = NOW) -> str:
    return entry(number, title, date, link=desk.server.url(f"/page/{number}"))


def asked(server: Server) -> list[str]:
    return [path for path, _ in server.asked if path.startswith("/page")]


@pytest.fixture
def reading_desk(desk: Desk) -> Desk:
    """A desk that knows its feed, and reads its pages."""
    desk.say(entry(0))
    desk.poll()
    desk.want_full_text(FullText.WHEN_SHORT)
    return desk


def test_what_only_the_page_tells_is_news_and_says_where_it_was_read(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    server.pages["/page/1"] = page("Evening report from the north of Aleppo", f"{capture('Marea')} on Thursday.")
    desk.say(item(desk, 1, "Evening report from the north of Aleppo"), entry(0))

    desk.poll()

    assert [incident.place for incident in desk.incidents] == ["marea"]  # and not Azaz, which stands in the links
    assert desk.incidents[0].reports[0].read_from is ReadFrom.PAGE
    assert len(desk.channels.news) == 1
    read = desk.pages["Evening report from the north of Aleppo"]
    assert (read.due_at, read.reads, read.reason) == (None, 1, None)
    assert "Subscribe" not in (read.text or "")
    desk.poll()
    desk.poll()
    assert asked(server) == ["/page/1"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(status=404), "not_found: HTTP 404 Not Found from 127.0.0.2"),
        (Answer(status=500), "http_status: HTTP 500 Internal Server Error from 127.0.0.2"),
        (Answer(b"%PDF-1.4 x", headers={"Content-Type": "application/pdf"}), "not_a_feed: what stands there is no"),
        (page("Log in", ""), "not_a_feed: the page is about something else: 1 of 6 words of the title are in it"),
        (Answer(b"<html><body></body></html>", headers={"Content-Type": "text/html"}), "empty: no article was found"),
        (Answer(status=302, headers={"Location": "/page/1"}), "redirects: redirects in a circle"),
        (Answer(status=302, headers={"Location": "file:///etc/passwd"}), "bad_url: redirected to a file URL"),
    ],
)
def test_a_page_that_gives_nothing_leaves_what_the_feed_told(
    reading_desk: Desk, server: Server, answer: Answer, reason: str
) -> None:
    desk = reading_desk
    server.pages["/page/1"] = answer
    desk.say(item(desk, 1, capture("Marea")), entry(0))

    desk.poll()

    assert len(desk.channels.news) == 1  # in the same cycle: nothing waited for the page
    assert desk.incidents[0].reports[0].read_from is ReadFrom.FEED
    assert (desk.pages[capture("Marea")].reason or "").startswith(reason)
    assert (desk.state.health, desk.wait) == (FeedHealth.OK, STEP * 0.95)


def test_a_page_that_fails_for_a_while_is_asked_for_a_few_times(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    title = "Evening report from the north of Aleppo"
    server.pages["/page/1"] = Answer(status=503)
    desk.say(item(desk, 1, title), entry(0))
    desk.poll()
    assert desk.pages[title].due_at == desk.clock.now() + timedelta(minutes=2)
    desk.poll(timedelta(minutes=5))
    desk.poll(timedelta(minutes=21))
    server.pages["/page/1"] = page(title, f"{capture('Marea')} on Thursday.")
    desk.poll(timedelta(hours=3))

    assert asked(server) == ["/page/1"] * 4
    assert [incident.place for incident in desk.incidents] == ["marea"]


def test_a_page_is_given_up_in_the_end_and_a_feed_of_such_pages_is_a_problem(
    reading_desk: Desk, server: Server
) -> None:
    desk = reading_desk
    desk.say(*(item(desk, number, f"Evening report number {number} from Aleppo") for number in range(1, 6)), entry(0))
    desk.poll()
    assert desk.problems == [ProblemKind.PAGES]
    desk.poll(timedelta(minutes=15))
    assert "the pages of its last 5 items could not be read: not_found: HTTP 404" in desk.channels.about_feeds[0]

    title = "Evening report number 6 from Aleppo"
    server.pages["/page/6"] = page(title)
    desk.say(item(desk, 6, title, desk.clock.now() + STEP), entry(0))
    desk.poll()

    assert desk.problems == []


def test_one_address_is_asked_for_once_however_many_items_lead_there(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    title = "Evening report from the north of Aleppo"
    server.pages["/page/1"] = page(title, f"{capture('Marea')} on Thursday.")
    link = server.url("/page/1")
    desk.say(
        entry(1, f"{title}, first", link=link), entry(2, f"{title}, second", link=f"{link}?utm_source=x"), entry(0)
    )

    desk.poll()

    assert asked(server) == ["/page/1"]
    assert [one.reads for one in desk.pages.values()] == [1, 1]


def test_an_edited_item_has_its_page_read_again_and_tells_nothing_twice(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    title = "Evening report from the north of Aleppo"
    server.pages["/page/1"] = page(title, f"{capture('Marea')} on Thursday.")
    desk.say(item(desk, 1, title), entry(0))
    desk.poll()
    server.pages["/page/1"] = page(title, f"{capture('Marea')} on Thursday. {capture('Tall Rifat')} on Thursday.")
    desk.say(item(desk, 1, f"{title}, updated"), entry(0))

    desk.poll()

    assert asked(server) == ["/page/1", "/page/1"]
    assert sorted(incident.place for incident in desk.incidents) == ["marea", "tal_rifaat"]
    assert len(desk.channels.news) == 2
    assert desk.pages[f"{title}, updated"].reads == 2


def test_a_feed_that_edits_at_every_poll_has_no_page_read_for_ever(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    title = "Evening report from the north of Aleppo"
    server.pages["/page/1"] = page(title)
    for number in range(8):
        desk.say(item(desk, 1, f"{title}, seen {number} times"), entry(0))
        desk.poll()

    assert len(asked(server)) == 5


def test_pages_of_a_first_poll_and_of_old_items_are_left_alone(desk: Desk, server: Server) -> None:
    desk.want_full_text(FullText.ALWAYS)
    server.pages["/page/3"] = page("Fresh report from the north of Aleppo")
    desk.say(
        item(desk, 1, "Old report from the north", NOW - timedelta(days=9)),
        item(desk, 2, "Undated report from the north", None),
        item(desk, 3, "Fresh report from the north of Aleppo", NOW - timedelta(hours=1)),
    )

    desk.poll()

    assert asked(server) == ["/page/3"]


def test_a_long_text_needs_no_page_unless_it_is_always_wanted(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    text = f"<description>{(CALM + ' ') * 6}</description></item>"
    desk.say(item(desk, 1, "Evening report").replace("</item>", text), entry(0))
    desk.poll()
    assert asked(server) == []

    desk.want_full_text(FullText.ALWAYS)
    desk.say(item(desk, 2, "Morning report").replace("</item>", text), entry(0))
    desk.poll()
    assert asked(server) == ["/page/2"]


def test_an_arabic_page_is_read_in_the_charset_that_only_it_names(reading_desk: Desk, server: Server) -> None:
    desk = reading_desk
    title = "تقرير المساء من ريف حلب الشمالي"
    server.pages["/page/1"] = page(title, "سوق البلدة مفتوح", charset="windows-1256")
    desk.say(item(desk, 1, title), entry(0))

    desk.poll()

    assert "سوق البلدة مفتوح" in (desk.pages[title].text or "")


def test_a_page_still_to_be_read_outlives_a_kill(reading_desk: Desk, server: Server) -> None:
    """Of the process right after the poll's transaction, and of the one that had taken the page in hand."""
    desk = reading_desk
    title = "Evening report from the north of Aleppo"
    server.pages["/page/1"] = page(title, f"{capture('Marea')} on Thursday.")
    desk.say(item(desk, 1, title), entry(0))
    desk.clock.advance(STEP)
    asyncio.run(desk.with_ports(lambda ports: poll_due_feeds(ports, desk.setup)))
    desk.database.close()
    with Database(desk.database.path) as other:
        with other.reading() as session:
            (waiting,) = due_pages(session, desk.clock.now(), 10)
        with other.writing() as session:
            claim_pages(session, [waiting.item_id], desk.clock.now() + LEASE)
    assert asked(server) == []

    desk.cycle(timedelta(seconds=1))
    assert asked(server) == []  # somebody else may be reading it
    desk.cycle(LEASE)

    assert asked(server) == ["/page/1"]
    assert [incident.place for incident in desk.incidents] == ["marea"]
    with desk.database.reading() as session:
        assert page_of(session, waiting.item_id) is not None
