"""What becomes of news in feeds that lie, repeat, forget and overflow: who hears of it, and who of the feed's problems.

The list of all cases, and what each stores, is in test_the_list.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.hostile.desk import NOW, PLACES, STEP, Answer, Desk, Server, capture, entry, rss
from watcher.model import (
    FeedHealth,
    FeedId,
    ProblemKind,
)
from watcher.store.feeds import feed_states, sync_feeds, urls_of
from watcher.store.hosts import resting_hosts

# --- first polls ---------------------------------------------------------------------------------------------------


def test_a_first_poll_alerts_of_the_last_hours_and_keeps_the_rest_quietly(desk: Desk) -> None:
    desk.say(
        entry(1, capture("Marea"), NOW - timedelta(hours=2)),
        entry(2, capture("Akhtarin"), NOW - timedelta(hours=20)),
        entry(3, capture("Tall Rifat"), None),
        entry(4, capture("Azaz"), datetime(2099, 1, 1, tzinfo=UTC)),
    )

    poll = desk.poll()

    assert len(desk.titles) == 4
    assert len(desk.channels.news) == 1
    assert "Marea" in desk.channels.news[0]
    assert [alert.held_because for alert in desk.alerts].count("first poll of this feed") == 3
    assert poll.reason == (
        "1 entry is dated in the future: taken as seen, now; 3 of 4 new items held: first poll of this feed"
    )
    assert (desk.state.health, desk.problems) == (FeedHealth.OK, [])


def test_what_a_first_poll_held_is_opened_by_the_next_report_of_it(desk: Desk) -> None:
    desk.say(entry(1, capture("Akhtarin"), NOW - timedelta(hours=20)))
    desk.poll()
    assert desk.channels.news == []

    desk.say(entry(2, "Akhtarin was captured by rebels from Islamic State"), entry(1, capture("Akhtarin")))
    desk.poll()

    assert len(desk.channels.news) == 1
    assert "Akhtarin" in desk.channels.news[0]


# --- validators ----------------------------------------------------------------------------------------------------


def test_a_server_that_says_304_for_ever_is_asked_for_everything_once_a_day(desk: Desk, server: Server) -> None:
    desk.say(entry(1), ETag='"frozen"')
    server.pages["/hostile"].honours_etag = True
    desk.poll()
    server.pages["/hostile"].body = rss(entry(2, capture("Marea"), NOW + timedelta(hours=20)), entry(1))

    desk.poll()
    assert desk.titles == ["Bulletin number 1 of the day"]
    desk.poll(timedelta(hours=24))

    assert len(desk.titles) == 2
    assert (desk.state.health, desk.wait) == (FeedHealth.OK, STEP * 0.95)


# --- identities ----------------------------------------------------------------------------------------------------


def test_guids_that_collide_are_never_trusted_again(desk: Desk) -> None:
    desk.say(entry(1, "Rain is expected in the north", guid="0"), entry(2, "Snow is expected in the south", guid="0"))
    desk.poll()
    assert desk.state.composite_keys

    desk.say(entry(3, capture("Marea"), guid="0"))  # alone in its document, under the guid of others
    desk.poll()

    assert len(desk.titles) == 3
    assert len(desk.channels.news) == 1
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "different items share a guid" in desk.channels.about_feeds[0]


def test_guids_that_change_every_time_announce_nothing_again(desk: Desk) -> None:
    for number in range(4):
        desk.say(*(entry(place, capture(place), guid=f"{number}-{place}") for place in PLACES))
        desk.poll()

    assert len(desk.titles) == len(PLACES)
    assert (desk.state.health, desk.gap, desk.problems) == (FeedHealth.OK, None, [])
    assert len({alert.incident_id for alert in desk.alerts}) == len(desk.alerts)


def test_guids_and_links_that_change_without_dates_are_held_as_an_archive_that_comes_again(desk: Desk) -> None:
    titles = [f"{capture(PLACES[number % 5])}, says report {number}" for number in range(20)]
    desk.say(*(entry(number, title, NOW) for number, title in enumerate(titles)))
    desk.poll()
    told = len(desk.channels.news)

    desk.say(*(entry(f"x{number}", title, None) for number, title in enumerate(titles)))
    poll = desk.poll()

    assert poll.new_items == 20
    assert poll.reason == "20 of 20 new items held: the feed re-issued older items"
    assert (len(desk.channels.news), desk.gap) == (told, None)


def test_an_edit_that_changes_what_happened_is_news_and_one_that_does_not_is_none(desk: Desk) -> None:
    desk.say(entry(1, capture("Marea")))
    desk.poll()
    desk.say(entry(1, f"{capture('Marea')}, officials say"))
    assert desk.poll().edited_items == 1
    assert len(desk.channels.news) == 1

    desk.say(entry(1, f"{capture('Marea')} and {capture('Akhtarin').lower().replace('akhtarin', 'Akhtarin')}"))
    desk.poll()

    assert len(desk.titles) == 1
    assert len(desk.channels.news) == 2
    assert "Akhtarin" in desk.channels.news[1]
    assert desk.state.health is FeedHealth.OK


def test_a_feed_in_another_order_is_nothing_new(desk: Desk) -> None:
    entries = [entry(number, capture(place)) for number, place in enumerate(PLACES)]
    desk.say(*entries)
    desk.poll()
    told = len(desk.channels.news)

    desk.say(*reversed(entries))
    poll = desk.poll()

    assert (poll.new_items, poll.edited_items, len(desk.channels.news)) == (0, 0, told)


def test_an_archive_that_is_re_issued_is_held_and_told_in_one_line_and_fresh_news_in_it_goes_out(desk: Desk) -> None:
    desk.say(entry(1), entry(2), entry(3))
    desk.poll()
    old = [
        entry(f"old-{n}", f"{capture(PLACES[n % 5])}, report {n}", NOW - timedelta(days=2, hours=n)) for n in range(30)
    ]

    desk.say(entry("new", capture("Marea")), *old)
    poll = desk.poll()

    assert len(desk.titles) == 34
    assert poll.reason == "30 of 31 new items held: the feed re-issued older items"
    assert len(desk.channels.news) == 1
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "30 older items came as new ones" in desk.channels.about_feeds[0]
    assert (desk.state.health, desk.gap) == (FeedHealth.OK, None)


@pytest.mark.parametrize("year", [1970, 2099])
def test_absurd_dates_decide_nothing_about_newness(desk: Desk, year: int) -> None:
    desk.say(entry(1))
    desk.poll()
    desk.say(entry(2, date=datetime(year, 1, 1, tzinfo=UTC)), entry(1))
    assert desk.poll().new_items == 1
    desk.say(entry(3, capture("Marea"), desk.clock.now()), entry(2, date=datetime(year, 1, 1, tzinfo=UTC)), entry(1))
    desk.poll()

    assert len(desk.titles) == 3
    assert len(desk.channels.news) == 1


# --- windows that move on ------------------------------------------------------------------------------------------

WORDPRESS = "<generator>https://wordpress.org/?v=6.4</generator>"


def test_a_window_that_moved_on_is_noted_told_and_hurried_after(desk: Desk) -> None:
    desk.say(*(entry(number) for number in range(5)))
    desk.poll()
    desk.say(*(entry(number) for number in range(50, 55)))

    desk.poll()

    assert desk.gap is not None
    assert desk.gap.closed_because == "the feed offers no older page"
    assert desk.problems == [ProblemKind.MISSED]
    assert desk.wait == STEP / 3 * 0.95
    desk.poll(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 1
    assert "may have missed items between 2016-06-09 06:00 UTC and 2016-06-09 06:05 UTC" in desk.channels.about_feeds[0]
    desk.poll(timedelta(hours=7))
    desk.poll(timedelta(minutes=15))
    assert desk.problems == []
    assert "Well again" in desk.channels.about_feeds[1]


def test_wordpress_is_paged_back_until_something_known_comes(desk: Desk, server: Server) -> None:
    desk.say(*(entry(number) for number in range(5)), head=WORDPRESS)
    desk.poll()
    desk.say(*(entry(number) for number in range(20, 25)), head=WORDPRESS)
    server.pages["/hostile?paged=2"] = Answer(
        rss(*(entry(n, capture("Marea") if n == 11 else "") for n in range(10, 20)))
    )
    server.pages["/hostile?paged=2"].body = rss(
        *(entry(n, capture("Marea") if n == 11 else "") for n in range(10, 20)), head=WORDPRESS
    )
    server.pages["/hostile?paged=3"] = Answer(rss(*(entry(n) for n in range(3, 10)), head=WORDPRESS))

    desk.poll()

    assert len(desk.titles) == 25
    assert len(desk.channels.news) == 1
    assert desk.gap is not None
    assert (desk.gap.pages, desk.gap.recovered) == (2, 15)
    assert desk.gap.closed_because == "older page 2 holds items known before: nothing is missing"
    assert desk.problems == []


def test_the_archive_link_of_rfc_5005_is_followed_five_pages_far(desk: Desk, server: Server) -> None:
    desk.say(*(entry(number) for number in range(5)))
    desk.poll()

    def page(number: int) -> Answer:
        link = f"<atom:link xmlns:atom='http://www.w3.org/2005/Atom' rel='prev-archive' href='/old/{number + 1}'/>"
        return Answer(rss(*(entry(f"{number}-{n}") for n in range(3)), head=link))

    server.pages["/hostile"] = page(0)
    server.pages |= {f"/old/{number}": page(number) for number in range(1, 9)}

    desk.poll()

    assert desk.gap is not None
    assert desk.gap.closed_because == "after 5 older pages the gap was not closed"
    assert len(desk.titles) == 5 + 6 * 3
    assert [path for path, _ in server.asked if path.startswith("/old")] == [f"/old/{n}" for n in range(1, 6)]


# --- failures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "headers", "health"),
    [
        (410, {}, FeedHealth.GONE),
        (404, {}, FeedHealth.MISSING),
        (403, {}, FeedHealth.BLOCKED),
        (503, {"cf-mitigated": "challenge"}, FeedHealth.BLOCKED),
        (500, {}, FeedHealth.FAILING),
    ],
)
def test_a_refusal_has_its_own_state_is_told_once_and_so_is_its_end(
    desk: Desk, server: Server, status: int, headers: dict[str, str], health: FeedHealth
) -> None:
    server.pages["/hostile"] = Answer(b"no", status, headers)
    for _ in range(8):
        desk.poll(timedelta(hours=1))

    assert desk.state.health is health
    assert desk.problems == [ProblemKind(health.value)]
    assert timedelta(0) < desk.wait <= timedelta(hours=1)
    assert len(desk.channels.about_feeds) == 1

    desk.say(entry(1))
    desk.poll(timedelta(hours=1))
    desk.poll(timedelta(minutes=15))

    assert (desk.state.health, desk.problems) == (FeedHealth.OK, [])
    assert len(desk.channels.about_feeds) == 2
    assert "Well again" in desk.channels.about_feeds[1]


def test_a_permanent_redirect_is_adopted_after_a_day_of_the_same_answer(desk: Desk, server: Server) -> None:
    server.pages["/hostile"] = Answer(status=301, headers={"Location": "/new"})
    server.pages["/new"] = Answer(rss(entry(1)))
    for _ in range(4):
        desk.poll(timedelta(hours=8))
    assert not desk.state.adopted_url  # a day has not passed yet

    desk.poll(timedelta(hours=8))

    assert desk.state.adopted_url == server.url("/new")
    with desk.database.reading() as session:
        assert [url for url, _, _ in urls_of(session, desk.hostile.id)] == [server.url("/hostile"), server.url("/new")]
    server.asked.clear()
    desk.poll()
    assert "/new" in {path for path, _ in server.asked}
    assert "/hostile" not in {path for path, _ in server.asked}


def test_when_no_host_answers_it_is_one_outage_and_everything_is_polled_when_one_does(desk: Desk) -> None:
    desk.say(entry(1))
    desk.poll()
    answering = desk.setup
    away = tuple(
        replace(feed, url=feed.url.replace(str(desk.server.server.server_port), "9")) for feed in answering.config.feeds
    )
    desk.setup = replace(answering, config=replace(answering.config, feeds=away))
    for _ in range(6):
        assert {poll.outcome for poll in desk.cycle().polls} == {"failed"}

    assert desk.problems == [ProblemKind.OUTAGE]
    assert (desk.state.failures, desk.state.health, desk.wait) == (0, FeedHealth.OK, STEP * 0.95)
    assert len(desk.channels.about_feeds) == 1
    assert "no host answers any more" in desk.channels.about_feeds[0]

    desk.setup = answering
    assert {poll.outcome for poll in desk.cycle().polls} == {"unchanged"}
    assert desk.cycle(timedelta(0)).polls == ()
    desk.cycle(timedelta(minutes=15))
    assert len(desk.channels.about_feeds) == 2
    assert "Well again" in desk.channels.about_feeds[1]


def test_a_host_that_wants_to_be_left_alone_is_so_after_a_restart(desk: Desk, server: Server) -> None:
    server.pages["/hostile"] = Answer(status=429, headers={"Retry-After": "3600"})
    desk.poll()

    with desk.database.reading() as session:
        assert resting_hosts(session, desk.clock.now()) == {"127.0.0.2": timedelta(hours=1)}
    assert desk.wait == timedelta(hours=1)


def test_a_feed_whose_turn_does_not_come_stays_due_and_has_not_failed(desk: Desk, server: Server) -> None:
    desk.say(entry(1))
    desk.poll()
    desk.longest_wait = timedelta(seconds=0.3)
    desk.spacing = timedelta(seconds=60)
    many = tuple(replace(desk.hostile, id=FeedId(f"feed-{n}"), url=server.url(f"/{n}")) for n in range(5))
    desk.setup = replace(desk.setup, config=replace(desk.setup.config, feeds=many))
    server.pages |= {f"/{n}": Answer(rss(entry(n))) for n in range(5)}
    with desk.database.writing() as session:
        sync_feeds(session, many, desk.clock.now())

    polled = [poll.feed_id for _ in range(5) for poll in desk.cycle(timedelta(seconds=15)).polls]

    assert polled == [f"feed-{n}" for n in range(5)]  # each in its turn, none twice
    with desk.database.reading() as session:
        states = [state for state in feed_states(session) if state.feed_id.startswith("feed-")]
    assert {state.health for state in states} == {FeedHealth.OK}


def test_when_older_pages_cannot_be_stored_the_poll_is_good_and_the_gap_stays_open(desk: Desk, server: Server) -> None:
    desk.say(*(entry(number) for number in range(5)), head=WORDPRESS)
    desk.poll()
    desk.say(*(entry(number) for number in range(20, 25)), head=WORDPRESS)
    server.pages["/hostile?paged=2"] = Answer(rss(*(entry(n) for n in range(3, 20)), head=WORDPRESS))
    desk.breaks_at = "/hostile?paged=2"

    poll = desk.poll()

    assert (poll.outcome, poll.new_items, desk.state.health) == ("new", 5, FeedHealth.OK)
    assert desk.gap is not None
    assert (desk.gap.closed_because, desk.gap.next_url) == (None, server.url("/hostile?paged=2"))

    desk.breaks_at = ""
    desk.say(entry(25), *(entry(number) for number in range(20, 25)), head=WORDPRESS)
    desk.poll()

    assert len(desk.titles) == 26
    assert (desk.gap.closed_because or "").endswith("nothing is missing")
