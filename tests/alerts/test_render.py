from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from watcher.alerts.entries import Piece, clipped, quote_pieces
from watcher.alerts.names import Names
from watcher.alerts.render import render, render_incident, subject_of, template_problem
from watcher.model import (
    ChangeKind,
    Digest,
    DigestEntry,
    DigestId,
    Hold,
    HoldKind,
    Incident,
    Mark,
    Message,
    PlaceId,
    RouteId,
    Severity,
    Silence,
    Vitals,
)

OPENED = (ChangeKind.OPENED,)
VOID = {"meta", "br"}
INVISIBLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066\u2067\ufeff]")


def digest_of(desk: Any, *entries: DigestEntry, further: tuple[DigestEntry, ...] = (), route: str = "desk") -> Digest:
    return Digest(
        id=DigestId("d-000042"),
        route_id=RouteId(route),
        composed_at=desk.now,
        reason="at once, as the route asks",
        rules_version="a1b2c3d4e5f6",
        entries=entries,
        further=further,
    )


@pytest.fixture
def founding(desk: Any) -> Digest:
    """Marea's siege, with a second outlet and a denial; al-Senaa, claimed in Arabic; and 17 villages, confirmed."""
    broken = desk.tell(
        "broken",
        "opposition",
        "is",
        quote="Within hours rebels inside Marea had broken the siege of the town.",
        marked=("rebels", "Marea", "broken", "the siege"),
        attributed_to="Syrian Observatory for Human Rights",
    )
    denied = desk.tell("broken", status="negated", quote="The army denied that.", attributed_to="a spokesman")
    siege = desk.incident(
        desk.report(broken, title="Rebels break the siege of Marea"),
        desk.report(broken, "Levant Post", hours=1, title="Marea reached", url="javascript:alert(1)"),
        desk.report(denied, "State TV", hours=2, title="Nothing happened", url=None, dated=False),
        number=1,
        state="disputed",
        confidence=0.62,
    )
    senaa = desk.tell(
        "captured",
        "is",
        "sdf",
        place="senaa",
        area="raqqa",
        day=None,
        status="claimed",
        quote="استعاد التنظيم حي الصناعة من القوات",
        marked=("استعاد", "حي الصناعة"),
    )
    claimed = desk.incident(
        desk.report(senaa, "نداء الشمال", title="استعاد حي الصناعة", url="https://north.example/1?a=1&b=2"),
        number=2,
        severity="critical",
    )
    villages = desk.tell(
        "withdrawn",
        None,
        "is",
        place="aleppo",
        extent="partial",
        quote="It left 17 villages of Aleppo province.",
        marked=("left", "Aleppo province"),
    )
    more = replace(villages, quote="It gave up seven more villages.", marks=())
    withdrawn = desk.incident(
        desk.report(villages, title="Out of the province"),
        desk.report(more, "Levant Post", hours=3, title="More villages", url="https://post.example/9"),
        number=3,
        severity="medium",
        state="confirmed",
        confidence=0.88,
    )
    return digest_of(
        desk,
        DigestEntry(claimed, OPENED),
        DigestEntry(siege, (ChangeKind.OPENED, ChangeKind.CONFIRMED, ChangeKind.DISPUTED)),
        further=(DigestEntry(withdrawn, (ChangeKind.CONFIRMED,)),),
    )


TEXT = """\
Watcher, Thursday 9 June 2016, 10:00 (Europe/Berlin)
2 incidents: 1 critical, 1 high; 1 earlier one told again

=== Raqqa province: control of places ===

CRITICAL | al-Senaa (Raqqa, Raqqa province)
Claimed: Islamic State captured al-Senaa from Syrian Democratic Forces.
News: new
When: date not stated
Gained by: Islamic State
Lost by: Syrian Democratic Forces
How sure: claimed by the side that profits, or with a reservation; only one outlet so far; confidence 80%
Sources: reported by 1 outlet: \u2068نداء الشمال\u2069
Evidence, \u2068نداء الشمال\u2069: "\u2068*استعاد* التنظيم *حي الصناعة* من القوات\u2069"
Language rule: rules/language/en.yaml:120
Watch rule: rules/watches.yaml:12 (watch north)
Incident: i-2, a new change: no known incident tells of it
\u2068نداء الشمال\u2069: \u2068استعاد حي الصناعة\u2069, Thursday 9 June 2016, 10:00
  https://north.example/1?a=1&b=2

=== Aleppo province: sieges ===

HIGH | Marea (Azaz district, Aleppo province)
Syrian opposition fighters broke the siege of Marea, laid by Islamic State.
News: new; confirmed by another outlet; now denied
When: Wednesday 8 June 2016
Ended by: Syrian opposition fighters
Besieger so far: Islamic State
How sure: told as a fact; disputed, denied in State TV; confidence 62%
Sources: reported by 2 outlets: Crescent Wire, Levant Post
Evidence, Crescent Wire: "Within hours *rebels* inside *Marea* had *broken* *the siege* of the town." (according to Syrian Observatory for Human Rights)
Denial, State TV: "The army denied that." (according to a spokesman)
Language rule: rules/language/en.yaml:120
Watch rule: rules/watches.yaml:12 (watch north)
Incident: i-1, a new change: no known incident tells of it
Crescent Wire: Rebels break the siege of Marea, Thursday 9 June 2016, 10:00
  https://wire.example/news/1
Levant Post: Marea reached, Thursday 9 June 2016, 11:00
  not linked: the feed gave no safe http or https address
State TV: Nothing happened
  not linked: the feed gave no safe http or https address

=== Earlier incidents, told again ===

MEDIUM | Aleppo province
Islamic State withdrew from part of Aleppo province.
News: confirmed by another outlet
How sure: told as a fact; confirmed, 2 outlets tell it; confidence 88%
Sources: reported by 2 outlets: Crescent Wire, Levant Post
Evidence, Crescent Wire: "It *left* 17 villages of *Aleppo province*."
Evidence, Levant Post: "It gave up seven more villages."
Incident: i-3
Crescent Wire: Out of the province, Thursday 9 June 2016, 10:00
  https://wire.example/news/1
Levant Post: More villages, Thursday 9 June 2016, 13:00
  https://post.example/9

---
Why this digest now: at once, as the route asks
Route: desk
Rules version: a1b2c3d4e5f6
Digest: d-000042
"""  # noqa: E501 - the evidence is one line


def test_a_whole_digest_as_text(founding: Digest, names: Names) -> None:
    message = render(founding, names, "Europe/Berlin")

    assert message.text == TEXT
    assert message.subject == "[Watcher CRITICAL] al-Senaa: captured, claimed only (+1 more)"


# --- HTML ----------------------------------------------------------------------------------------------------------


@dataclass
class Node:
    """An element of a page."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        pieces = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join("".join(pieces).split())

    def all(self, tag: str) -> list[Node]:
        inner = [child for child in self.children if isinstance(child, Node)]
        return [node for child in inner for node in ([child] if child.tag == tag else []) + child.all(tag)]


class Page(HTMLParser):
    """Reads a page and insists on balanced elements."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.root = Node("", {})
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert self._open == [self.root], f"left open: {[node.tag for node in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def page_of(message: Message) -> Node:
    return Page(message.html).root


def tags_of(node: Node) -> list[str]:
    return [tag for child in node.children if isinstance(child, Node) for tag in (child.tag, *tags_of(child))]


def test_each_entry_of_the_page_has_all_its_parts(founding: Digest, names: Names) -> None:
    page = page_of(render(founding, names, "Europe/Berlin"))

    senaa, marea, villages = page.all("article")

    assert [article.attributes["id"] for article in (senaa, marea, villages)] == ["i-2", "i-1", "i-3"]
    assert marea.all("h3")[0].text == "HIGHMarea (Azaz district, Aleppo province)"
    facts = {row.all("th")[0].text: row.all("td")[0].text for row in marea.all("tr")}
    assert facts == {
        "News": "new; confirmed by another outlet; now denied",
        "When": "Wednesday 8 June 2016",
        "Ended by": "Syrian opposition fighters",
        "Besieger so far": "Islamic State",
        "How sure": "told as a fact; disputed, denied in State TV; confidence 62%",
        "Sources": "reported by 2 outlets: Crescent Wire, Levant Post",
    }
    quotes = [quote.text for quote in marea.all("blockquote")]
    assert quotes == ["Within hours rebels inside Marea had broken the siege of the town.", "The army denied that."]
    assert [mark.text for mark in marea.all("mark")] == ["rebels", "Marea", "broken", "the siege"]
    assert "Evidence from Crescent Wire, according to Syrian Observatory for Human Rights" in marea.text
    assert "Denial in State TV, according to a spokesman" in marea.text
    assert "Language rule rules/language/en.yaml:120" in marea.text
    assert "Watch rule rules/watches.yaml:12 (watch north)" in marea.text
    assert [(a.attributes["href"], a.text) for a in page.all("a")] == [
        ("https://north.example/1?a=1&b=2", "استعاد حي الصناعة"),
        ("https://wire.example/news/1", "Rebels break the siege of Marea"),
        ("https://wire.example/news/1", "Out of the province"),
        ("https://post.example/9", "More villages"),
    ]
    unlinked = "not linked: the feed gave no safe http or https address"
    assert [item.text for item in marea.all("li")][1:] == [
        f"Marea reachedLevant Post, Thursday 9 June 2016, 11:00; {unlinked}",
        f"Nothing happenedState TV; {unlinked}",
    ]
    assert "It gave up seven more villages." in villages.text


def test_the_page_can_be_read_by_everyone(founding: Digest, names: Names) -> None:
    message = render(founding, names, "Europe/Berlin")
    page = page_of(message)

    html = page.all("html")[0]
    assert (html.attributes["lang"], html.attributes["dir"]) == ("en", "ltr")
    assert page.all("title")[0].text == message.subject
    assert [heading.text for heading in page.all("h1")] == ["2 incidents: 1 critical, 1 high; 1 earlier one told again"]
    assert [heading.text for heading in page.all("h2")] == [
        "Raqqa province: control of places",
        "Aleppo province: sieges",
        "Earlier incidents, told again",
    ]
    assert all(quote.attributes["dir"] == "auto" for quote in page.all("blockquote"))
    assert all(header.attributes["scope"] == "row" for header in page.all("th"))
    names_of_meta = [meta.attributes.get("name") for meta in page.all("meta")]
    assert {"viewport", "color-scheme"} <= set(names_of_meta)
    assert not {"img", "script", "iframe", "link", "form"} & set(tags_of(page))
    footer = page.all("footer")[0].text
    assert footer == (
        "Why this digest now: at once, as the route asks Route: desk Rules version: a1b2c3d4e5f6 Digest: d-000042"
    )


# --- subjects and summaries ----------------------------------------------------------------------------------------


def test_the_subject_leads_with_the_most_severe(desk: Any, names: Names) -> None:
    low = DigestEntry(desk.incident(desk.report(desk.tell()), severity="low"), OPENED)
    high = DigestEntry(desk.incident(desk.report(desk.tell("broken", place="kafr_kalbin")), severity="high"), OPENED)

    assert subject_of(digest_of(desk, low), names) == "[Watcher LOW] Marea: captured"
    assert subject_of(digest_of(desk, low, high, low), names) == "[Watcher HIGH] Kafr Kalbin: siege broken (+2 more)"
    assert subject_of(digest_of(desk, low, route="unrouted"), names) == "[Watcher LOW, unrouted] Marea: captured"


def test_a_digest_with_nothing_new_says_so(desk: Any, names: Names) -> None:
    entry = DigestEntry(desk.incident(desk.report(desk.tell())), (ChangeKind.CONFIRMED,))

    message = render(digest_of(desk, further=(entry,)), names, "UTC")

    assert message.subject == "[Watcher] nothing new, 1 earlier incident told again"
    assert "Nothing new; 1 earlier one told again\n" in message.text
    assert len(page_of(message).all("article")) == 1


def test_the_fallback_route_is_named_as_what_it_is(desk: Any, names: Names) -> None:
    entry = DigestEntry(desk.incident(desk.report(desk.tell())), OPENED)

    message = render(digest_of(desk, entry, route="unrouted"), names, "UTC")

    assert "UNROUTED: no route in the rules takes these alerts, so they go to every channel.\n" in message.text
    assert "Unrouted: no route in the rules takes these alerts, so they go to every channel." in page_of(message).text


# --- evidence ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "marks", "expected"),
    [
        ("They took Marea.", [], [("They took Marea.", False)]),
        ("They took Marea.", [(105, 109)], [("They ", False), ("took", True), (" Marea.", False)]),
        ("They took Marea.", [(105, 109), (107, 115)], [("They ", False), ("took Marea", True), (".", False)]),
        ("They took Marea.", [(105, 109), (109, 115)], [("They ", False), ("took Marea", True), (".", False)]),
        ("They took Marea.", [(20, 30), (100, 104), (110, 999)], [("They", True), (" took ", False), ("Marea.", True)]),
        ("took\u202e it", [(100, 104)], [("took", True), (" it", False)]),
        ("a\u202eb", [(101, 102)], [("a", False), ("b", False)]),
        ("", [(100, 104)], []),
    ],
)  # fmt: skip
def test_the_words_that_fired_are_marked(
    desk: Any, quote: str, marks: list[tuple[int, int]], expected: list[tuple[str, bool]]
) -> None:
    finding = replace(desk.tell(quote=quote), marks=tuple(Mark(start, end, "trigger", "take") for start, end in marks))

    assert quote_pieces(finding) == tuple(Piece(text, marked) for text, marked in expected)


@pytest.mark.parametrize(
    ("role", "marked"),
    [("place", True), ("trigger", True), ("gained_by", True), ("lost_by", True), ("time", False), ("source", False)],
)
def test_only_what_made_the_finding_is_marked(desk: Any, role: Any, marked: bool) -> None:
    finding = replace(desk.tell(quote="Marea"), marks=(Mark(100, 105, role, "x"),))

    assert quote_pieces(finding) == (Piece("Marea", marked),)


def test_part_of_a_region_shows_the_sentence_of_every_report_up_to_a_limit(desk: Any, names: Names) -> None:
    told = [desk.tell(place="aleppo", extent="partial", quote=f"Village {number} fell.") for number in range(7)]
    reports = [desk.report(finding, f"Outlet {number}") for number, finding in enumerate(told)]
    same = desk.report(told[0], "Outlet 8")

    incident = desk.incident(*reports, same)
    text = render(digest_of(desk, DigestEntry(incident, OPENED)), names, "UTC").text

    assert [line for line in text.splitlines() if line.startswith("Evidence")] == [
        *(f'Evidence, Outlet {number}: "Village {number} fell."' for number in range(5)),
        "Evidence: and 2 more",
    ]


def test_a_whole_region_or_a_town_shows_its_fullest_report_only(desk: Any, names: Names) -> None:
    for place, extent in (("aleppo", "full"), ("marea", "partial")):
        told = [desk.tell(place=place, extent=extent, quote=f"Version {number}.") for number in range(3)]
        reports = [desk.report(finding, f"Outlet {number}") for number, finding in enumerate(told)]

        text = render_incident(desk.incident(*reports), names, "UTC")

        assert text.count("Evidence") == 1


def test_many_reports_are_counted_after_the_first_links(desk: Any, names: Names) -> None:
    reports = [desk.report(desk.tell(), f"Outlet {number}") for number in range(20)]
    incident = desk.incident(*reports, reports[0])
    message = render(digest_of(desk, DigestEntry(incident, OPENED)), names, "UTC")

    assert message.text.count("https://") == 8
    assert "And 12 more: watcher why i-1\n" in message.text
    assert len(page_of(message).all("a")) == 8
    assert "And 12 more: watcher why i-1" in page_of(message).text


def test_an_incident_is_shown_in_the_terminal_as_in_a_digest(founding: Digest, names: Names) -> None:
    entry = founding.entries[1]

    shown, _, explained = render_incident(entry.incident, names, "Europe/Berlin", entry.kinds).partition("\n\n")

    assert f"\n{shown}\n" in render(founding, names, "Europe/Berlin").text
    assert (
        explained
        == """\
Confidence, step by step:
  told by Crescent Wire (+0.80)
  also told by Levant Post (+0.08)
  denied in State TV (-0.26)
Why each report is in it:
  Crescent Wire (item-Crescent Wire-0): a new change: no known incident tells of it
  Levant Post (item-Levant Post-1): a new change: no known incident tells of it
  State TV (item-State TV-2): a new change: no known incident tells of it
"""
    )


def test_the_terminal_shows_every_report_and_nothing_of_news(desk: Any, names: Names) -> None:
    reports = [desk.report(desk.tell(), f"Outlet {number}") for number in range(20)]

    shown = render_incident(desk.incident(*reports), names, "UTC")

    assert shown.count("https://") == 20
    assert "News:" not in shown


# --- hostile feeds -------------------------------------------------------------------------------------------------

ATTACK = (
    "@everyone <!here> <@42> <script>alert(1)</script> {{ 7*7 }} {% raw %} \u202egnp.exe\x1b[2J\x00 [a](http://b) & \"'"
)


def hostile_digest(desk: Any, text: str, url: str | None) -> Digest:
    finding = desk.tell(quote=text, attributed_to=text, marked=(text[2:9],) if text[2:9] else ())
    incident: Incident = desk.incident(desk.report(finding, text, title=text, url=url))
    return digest_of(desk, DigestEntry(incident, OPENED), further=(DigestEntry(incident, (ChangeKind.REPEATED,)),))


def test_a_hostile_feed_reaches_no_reader(desk: Any, names: Names) -> None:
    message = render(hostile_digest(desk, ATTACK, "https://x.example/<script>@everyone"), names, "UTC")

    page = page_of(message)
    assert "script" not in tags_of(page)
    assert "{{ 7*7 }} {% raw %} gnp.exe[2J" in page.text
    assert {a.attributes["href"] for a in page.all("a")} == {"https://x.example/%3Cscript%3E%40everyone"}
    assert "{{ 7*7 }} {% raw %}" in message.text
    for mention in ("@everyone", "<!here>", "<@42>", "<script>", "](http"):
        assert mention not in message.text
    for shown in (message.subject, message.text, message.html):
        assert INVISIBLE.search(shown) is None


TAGS = {
    *("html", "head", "meta", "title", "style", "body", "div", "header", "main", "section", "article", "footer"),
    *("h1", "h2", "h3", "p", "span", "table", "tr", "th", "td", "blockquote", "mark", "bdi", "br", "ul", "li", "a"),
}


@settings(deadline=None, max_examples=60)
@given(text=st.text(max_size=60), url=st.none() | st.text(max_size=40).map("https://a.example/{}".format))
def test_whatever_a_feed_says_the_page_keeps_its_shape(desk: Any, names: Names, text: str, url: str | None) -> None:
    message = render(hostile_digest(desk, text, url), names, "UTC")

    page = page_of(message)
    assert len(page.all("article")) == 2
    assert set(tags_of(page)) <= TAGS
    assert INVISIBLE.search(message.text + message.html) is None
    assert message.text.encode()
    assert "\n" not in message.subject


def test_times_are_shown_where_the_desk_is(desk: Any, names: Names) -> None:
    report = desk.report(desk.tell(), hours=15.5)
    digest = digest_of(desk, DigestEntry(desk.incident(report), OPENED))
    late = replace(digest, composed_at=desk.now + timedelta(hours=17))

    text = render(late, names, "Asia/Damascus").text

    assert text.startswith("Watcher, Friday 10 June 2016, 04:00 (Asia/Damascus)\n")
    assert ", Friday 10 June 2016, 02:30\n" in text


def test_a_quote_and_a_title_that_no_person_reads_whole_are_cut_beside_the_marks(desk: Any) -> None:
    quote = f"{'a' * 5_000}Rebels captured Azaz{'b' * 5_000}"
    mark = Mark(5_007, 5_015, "trigger", "capture")
    finding = replace(desk.tell(quote=quote), start=0, marks=(mark,))

    pieces = quote_pieces(finding)

    assert [piece.text for piece in pieces if piece.marked] == ["captured"]
    assert sum(len(piece.text) for piece in pieces) < 1_200
    assert pieces[0].text.endswith("Rebels ")
    assert pieces[-1].text.startswith(" Azaz")
    assert clipped("x" * 1_000_000) == f"{'x' * 300} …"
    assert clipped("short") == "short"


def test_what_is_left_over_what_was_done_and_what_is_silenced_stands_at_the_end(desk: Any, names: Names) -> None:
    silence = Silence(
        3, "anna <b>", "known @everyone offensive", desk.now, desk.now + timedelta(hours=4), places=(PlaceId("marea"),)
    )
    vitals = Vitals(
        since=desk.now - timedelta(hours=12),
        feeds=38,
        polled=37,
        failing=("wire: HTTP 500",),
        items=240,
        held_items=3,
        near_misses=7,
        examples=("Wire: Rebels vow to take Marea (prospective)",),
    )
    digest = Digest(
        DigestId("d-1"), RouteId("desk"), desk.now, "daily at 07:00 (UTC)", "abc", (),
        left_over=((Severity.HIGH, 2), (Severity.LOW, 1)), silenced=((silence, 4),), vitals=vitals,
    )  # fmt: skip

    message = render(digest, names, "UTC")

    assert message.subject == "[Watcher] quiet: 240 items read, no incident, 1 feed failing"
    for line in (
        (
            "Since Wednesday 8 June 2016, 20:00: 37 of 38 feeds polled, 1 feed failing; "
            "240 new items seen, 3 held as too old."
        ),
        "Near misses: 7 findings that told no news (plans, denials, background).",
        "Failing: wire: HTTP 500.",
        "Near miss: Wire: Rebels vow to take Marea (prospective)",
        (
            "- silence 3 (place marea) by anna <\u200bb> until Thursday 9 June 2016, 12:00: "
            "known @\u200beveryone offensive; 4 alerts held back"
        ),
    ):
        assert line in message.text.splitlines()
    assert "AND 3 more incidents (2 high, 1 low), which did not fit" in message.text
    assert "@everyone" not in message.html
    assert "4 alerts held back" in message.html
    assert "37 of 38 feeds polled" in message.html


def test_an_entry_says_what_kept_it_back(desk: Any, names: Names) -> None:
    incident = desk.incident(desk.report(desk.tell("captured")))
    hold = Hold(1, HoldKind.QUIET_HOURS, "quiet hours from 22:30 to 06:30 (UTC)", desk.now - timedelta(hours=9))
    entry = DigestEntry(incident, (ChangeKind.OPENED,), (hold,))
    digest = Digest(DigestId("d-1"), RouteId("desk"), desk.now, "at once", "abc", (entry,))

    message = render(digest, names, "UTC")

    told = "quiet hours from 22:30 to 06:30 (UTC), since Wednesday 8 June 2016, 23:00"
    assert f"Held until now: {told}" in message.text.splitlines()
    assert told in message.html


def _digest(desk: Any) -> Digest:
    entry = DigestEntry(desk.incident(desk.report(desk.tell("captured"))), (ChangeKind.OPENED,))
    return Digest(DigestId("d-1"), RouteId("desk"), desk.now, "at once", "abc", (entry,))


def test_an_operators_template_takes_the_place_of_the_shipped_one_and_is_escaped(desk: Any, names: Names) -> None:
    own = {"digest.html.j2": "<p>{{ subject }} {{ sections[0].entries[0].links[0].title }}</p>"}
    digest = replace(
        _digest(desk), entries=(DigestEntry(desk.incident(desk.report(desk.tell("captured"), title="<b>@here")), ()),)
    )

    message = render(digest, names, "UTC", own)

    assert message.html == "<p>[Watcher HIGH] Marea: captured &lt;\u200bb&gt;@\u200bhere</p>"
    assert message.text == render(digest, names, "UTC").text


@pytest.mark.parametrize(
    "source", ["{{ no_such_thing }}", "{{ ''.__class__.__mro__ }}", "{% include 'nowhere.j2' %}", "{{ 1 / 0 }}"]
)
def test_a_template_that_fails_is_replaced_by_the_shipped_one_and_the_digest_says_so(
    source: str, desk: Any, names: Names
) -> None:
    digest = _digest(desk)

    message = render(digest, names, "UTC", {"digest.txt.j2": source})

    shipped = render(digest, names, "UTC").text
    (trouble,) = [line for line in message.text.splitlines() if line not in shipped.splitlines()]
    assert trouble.startswith("The templates of this desk failed, the shipped ones were used: ")
    assert "The templates of this desk failed" in message.html


@pytest.mark.parametrize(
    ("name", "source", "trouble"),
    [
        ("digest.txt.j2", "{{ subject }}", None),
        ("digest.txt.j2", "a\n{% if %}", "line 2: Expected an expression, got 'end of statement block'"),
        (
            "mail.j2",
            "",
            "no template of this name is used, known: digest.txt.j2, digest.html.j2, entry.txt.j2, links.txt.j2",
        ),
    ],
)
def test_what_is_wrong_with_a_template_is_told_when_it_is_read(name: str, source: str, trouble: str | None) -> None:
    assert template_problem(name, source) == trouble
