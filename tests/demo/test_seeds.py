"""The sample feeds are what seeds/README.md promises: formats, faults, rounds and labels."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from watcher.demo.documents import SampleDocument
from watcher.demo.seeds import Seeds, load_seeds
from watcher.errors import ConfigError
from watcher.feeds.decode import decode
from watcher.feeds.items import to_items
from watcher.feeds.parse import parse
from watcher.model import Document, FeedId

Line = dict[str, Any]

INCIDENTS = {  # event, place and direction of the six incidents that the feeds tell
    ("control_change", "marea", "is"),
    ("siege", "marea", "opposition"),
    ("control_change", "kafr_kalbin", "opposition"),
    ("control_change", "aleppo_governorate", "is"),
    ("control_change", "raqqa_senaa", "is/sdf"),
    ("siege", "raqqa_city", "sdf"),
}
EVENT_DATES = {
    ("marea", "control_change"): "2016-06-08",
    ("marea", "siege"): "2016-06-08",
    ("kafr_kalbin", "control_change"): "2016-06-08",
    ("aleppo_governorate", "control_change"): "2017-06-30",
    ("raqqa_senaa", "control_change"): "2017-06-30",
    ("raqqa_city", "siege"): "2017-06-29",
}


@pytest.fixture(scope="session")
def lines(seeds: Seeds) -> list[Line]:
    return [json.loads(line) for line in seeds.expected.read_text(encoding="utf-8").splitlines()]


def alerting(line: Line) -> list[Line]:
    return [finding for finding in line["expect"] if finding["status"] in ("asserted", "claimed")]


def content(document: SampleDocument) -> bytes:
    """The whole document, every version of every entry included."""
    return document.head + b"".join(version.source for version in document.versions) + document.tail


def documents(seeds: Seeds) -> dict[str, SampleDocument]:
    return {sample.id: sample.document for sample in seeds.samples if sample.document is not None}


def test_there_are_feeds_in_every_format_and_enough_items(seeds: Seeds) -> None:
    formats = Counter(
        "json11" if document.is_json else feedparser.parse(io.BytesIO(content(document)))["version"]
        for document in documents(seeds).values()
    )
    items = {(id_, version.key) for id_, document in documents(seeds).items() for version in document.versions}

    assert formats == {"rss20": 7, "atom10": 2, "rss10": 1, "json11": 1}
    assert len(items) >= 110


def test_every_document_parses_with_all_its_entries(seeds: Seeds) -> None:
    for id_, document in documents(seeds).items():
        shown = document.until(seeds.rounds[-1])
        if document.is_json:
            feed = json.loads(shown.body)
            assert feed["version"] == "https://jsonfeed.org/version/1.1"
            parsed = feed["items"]
        else:
            text = shown.body.decode("windows-1256" if id_ == "river-radio" else "utf-8", errors="replace")
            text = text.replace('encoding="windows-1256"', 'encoding="utf-8"')
            result = feedparser.parse(io.BytesIO(text.encode()))
            assert not result["bozo"], (id_, result.get("bozo_exception"))
            parsed = result["entries"]
        assert len(parsed) == shown.entries > 0, id_
        assert all(entry["title"] for entry in parsed), id_


def test_the_encodings_are_as_promised(seeds: Seeds) -> None:
    not_utf_8 = {}
    for id_, document in documents(seeds).items():
        try:
            content(document).decode("utf-8")
        except UnicodeDecodeError:
            not_utf_8[id_] = content(document)

    assert set(not_utf_8) == {"river-radio", "east-dispatch"}
    assert not_utf_8["river-radio"].startswith(b'<?xml version="1.0" encoding="windows-1256"?>')
    assert "كفر كلبين" in not_utf_8["river-radio"].decode("windows-1256")
    stray = [
        character
        for character in not_utf_8["east-dispatch"].decode("utf-8", "surrogateescape")
        if "\udc80" <= character <= "\udcff"
    ]
    assert stray == ["\udc92"]
    assert "مارع" in content(documents(seeds)["qalam"]).decode("utf-8")


def test_rounds_reveal_every_version_once_and_take_nothing_back(seeds: Seeds) -> None:
    assert 10 <= len(seeds.rounds) <= 14
    for id_, document in documents(seeds).items():
        counts = [document.until(moment).entries for moment in seeds.rounds]
        assert counts == sorted(counts), id_
        assert counts[0] > 0, id_
        bodies = b"".join(document.until(moment).body for moment in seeds.rounds)
        for version in document.versions:
            marker = (
                version.source
                if not document.is_json
                else json.dumps(json.loads(version.source)["title"], ensure_ascii=False).encode()
            )
            assert marker in bodies, (id_, version.key)


def test_nothing_is_shown_before_it_was_published(seeds: Seeds) -> None:
    for document in documents(seeds).values():
        for moment in seeds.rounds:
            shown = document.until(moment)
            assert shown.changed_at is not None
            assert shown.changed_at <= moment


def test_one_headline_is_edited_after_a_round_has_shown_it(seeds: Seeds) -> None:
    document = documents(seeds)["harbour-post"]
    first, edited = sorted((v for v in document.versions if v.key == "48244"), key=lambda version: version.out_at)

    shown = [
        [version in document.until(moment).body for version in (first.source, edited.source)] for moment in seeds.rounds
    ]

    assert first.published_at == edited.published_at < edited.out_at
    assert [True, False] in shown
    assert [False, True] in shown
    assert [True, True] not in shown


def test_feeds_are_listed_below_the_servers_address(seeds: Seeds) -> None:
    feeds = {feed.id: feed for feed in seeds.feeds("http://127.0.0.1:8080/")}

    assert len(feeds) >= 8
    assert feeds[FeedId("qalam")].url == "http://127.0.0.1:8080/qalam.xml"
    assert {feed.language for feed in feeds.values()} == {"en", "ar"}
    assert len({feed.url for feed in feeds.values()}) == len(feeds)
    assert len({feed.outlet for feed in feeds.values()}) == len(feeds)


def test_every_item_that_the_rounds_bring_has_its_line_of_labels(seeds: Seeds, lines: list[Line]) -> None:
    feeds = {feed.id: feed for feed in seeds.feeds("http://feeds.example")}
    items: dict[tuple[str, str], Line] = {}
    for moment in seeds.rounds:
        for sample in seeds.samples:
            if sample.document is not None:
                decoded = decode(sample.document.until(moment).body, sample.content_type)
                document = parse(decoded.text, feeds[sample.id].url)
                assert isinstance(document, Document), (sample.id, document)
                for item in to_items(document, feeds[sample.id], moment).items:
                    assert item.published_at is not None
                    items[item.outlet, item.title] = {
                        "lang": item.language,
                        "published": item.published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                        "text": item.text.replace("\ufffd", "’"),  # the stray byte
                    }

    labelled = {
        (line["source"], line["title"]): {key: line[key] for key in ("lang", "published", "text")} for line in lines
    }
    assert labelled == items
    assert len(labelled) == len(lines) == len({line["id"] for line in lines})


def test_what_is_expected_to_alert_are_the_six_incidents_and_nothing_else(lines: list[Line]) -> None:
    told = set()
    for finding in (finding for line in lines for finding in alerting(line)):
        gained, lost, place = finding["gained_by"], finding["lost_by"], finding["place"]
        if place == "raqqa_senaa":
            assert gained in ("is", None)
            assert lost in ("sdf", None)
            assert gained or lost
            side = "is/sdf"
        elif finding["event"] == "control_change" and place in ("marea", "aleppo_governorate"):
            assert lost == "is"
            assert gained in ("opposition" if place == "marea" else "government", None)
            side = lost
        else:
            assert lost in ("is", None)
            side = gained
        told.add((finding["event"], place, side))

    assert told == INCIDENTS


def test_expected_dates_are_those_of_the_events(lines: list[Line]) -> None:
    for line in lines:
        for finding in alerting(line):
            date = finding.get("event_date")
            assert date in (None, EVENT_DATES[finding["place"], finding["event"]]), (line["id"], finding)


def test_each_incident_is_told_by_three_english_outlets_and_in_arabic(lines: list[Line]) -> None:
    outlets: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for line in lines:
        for finding in alerting(line):
            outlets.setdefault((finding["event"], finding["place"]), set()).add((line["lang"], line["source"]))

    assert len(outlets) == len(INCIDENTS)
    for told_by in outlets.values():
        languages = Counter(language for language, _ in told_by)
        assert languages["en"] >= 3
        assert languages["ar"] >= 1


def test_most_items_are_held_back_or_no_news_at_all(lines: list[Line]) -> None:
    statuses = Counter(finding["status"] for line in lines for finding in line["expect"])

    assert sum(1 for line in lines if not alerting(line)) >= 60
    assert sum(1 for line in lines if not line["expect"]) >= 25
    assert all(statuses[status] >= 5 for status in ("negated", "prospective", "background", "standing"))


def test_there_are_headlines_teasers_and_full_articles(lines: list[Line]) -> None:
    words = [len(line["text"].split()) for line in lines]

    assert words.count(0) >= 2
    assert sum(140 <= count <= 300 for count in words) >= 12
    assert max(words) <= 310


def test_some_items_are_verbatim_copies_under_another_title(lines: list[Line]) -> None:
    by_text: dict[str, set[tuple[str, str]]] = {}
    for line in lines:
        by_text.setdefault(line["text"].partition("\n\nThe post ")[0], set()).add((line["source"], line["title"]))

    copies = [versions for text, versions in by_text.items() if text and len({source for source, _ in versions}) > 1]

    assert len(copies) >= 4
    assert all(len({title for _, title in versions}) == len(versions) for versions in copies)


FEED = b"<rss><channel><item><guid>1</guid><pubDate>2016-06-06T12:00:00Z</pubDate></item></channel></rss>"


def write(directory: Path, timetable: str) -> Path:
    (directory / "crier.xml").write_bytes(FEED)
    (directory / "empty.xml").write_bytes(b"<rss/>")
    (directory / "timetable.yaml").write_text(timetable, encoding="utf-8")
    return directory


def test_a_timetable_is_read(tmp_path: Path) -> None:
    seeds = load_seeds(
        write(
            tmp_path,
            "version: 1\nrounds:\n  - 2016-06-08T15:00:00+03:00\nfeeds:\n"
            "  - {id: crier, outlet: Town Crier, language: en, kind: local, file: crier.xml, delay: 0.5 seconds}\n"
            "  - {id: gone, name: Gone, outlet: Gone Ltd, language: en, kind: local}\n",
        )
    )

    crier, gone = seeds.samples
    assert seeds.rounds == (datetime(2016, 6, 8, 12, tzinfo=UTC),)
    assert (crier.path, crier.name, crier.delay) == ("/crier.xml", "Town Crier", timedelta(seconds=0.5))
    assert (crier.content_type, crier.validators) == ("application/octet-stream", "both")
    assert (gone.path, gone.name, gone.document) == ("/gone", "Gone", None)
    assert str(gone.origin) == f"{tmp_path}/timetable.yaml:6:5"


def test_every_mistake_in_a_timetable_is_told_with_its_place(tmp_path: Path) -> None:
    write(
        tmp_path,
        "version: 2\n"
        "rounds:\n"
        "  - 2016-06-08T12:00:00Z\n"
        "  - noon\n"
        "  - 2016-06-07T12:00:00Z\n"
        "feeds:\n"
        "  - {id: a, outlet: A, language: en, kind: local, file: none.xml}\n"
        "  - {id: b, outlet: B, language: en, kind: local, file: empty.xml}\n"
        "  - {id: c, outlet: C, kind: local, delay: soon}\n"
        "  - {id: d, outlet: D, language: en, kind: local, validators: some, colour: red}\n"
        "  - {id: e, outlet: E, language: en, kind: local}\n"
        "  - {id: e, outlet: E, language: en, kind: local}\n",
    )

    with pytest.raises(ConfigError) as raised:
        load_seeds(tmp_path)

    told = [f"{problem.position.line}: {problem.message}" for problem in raised.value.problems]
    assert told == [
        "1: the file must start with 'version: 1'",
        "2: the rounds must go forward in time",
        "4: expected a time like 2016-06-08T12:00:00Z, got 'noon'",
        "6: feed id 'e' is used twice",
        "7: cannot read 'none.xml': no such file or directory",
        "8: empty.xml: no entries",
        "9: missing key 'language'",
        "9: expected a time like '1 second', got 'soon'",
        "10: expected one of both, last-modified, none, got 'some'",
        "10: unknown key 'colour'",
    ]


def test_a_timetable_without_rounds_or_feeds_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "version: 1\nrounds: []\n")

    with pytest.raises(ConfigError) as raised:
        load_seeds(tmp_path)

    assert [problem.message for problem in raised.value.problems] == [
        "'feeds' must be a list",
        "'rounds' must be a list",
    ]


def test_a_folder_without_a_timetable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as raised:
        load_seeds(tmp_path / "none")

    assert str(raised.value) == f"{tmp_path}/none/timetable.yaml:1:1: cannot read the file: no such file or directory"
