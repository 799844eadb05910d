"""What a reader is shown of each incident: clean texts, marked quotes, safe links; not yet text or HTML.

Pure: no I/O. Used by alerts/render.py, whose templates show these values. Every text and address from a feed passes
alerts/hostile.py here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from watcher.alerts.hostile import clean, clean_piece, safe_url
from watcher.alerts.names import Names
from watcher.alerts.wording import changes_in_words, how_sure, reported_by, sides, what_happened, when
from watcher.incidents.summarise import denials, lead_report, supporting
from watcher.incidents.wording import say_weekday
from watcher.model import DigestEntry, Event, Extent, Finding, Hold, Incident, Report

_MARKED_ROLES = ("place", "trigger", "gained_by", "lost_by")
_MOST_QUOTES = 5
_MOST_LINKS = 8
_LONGEST_TITLE = 300  # characters
_LONGEST_QUOTE = 1_200
_LONGEST_STRETCH = 300  # of a quote that is longer, between two marks
_MOST_PIECES = 40

_EVENTS = {Event.CONTROL_CHANGE: "control of places", Event.SIEGE: "sieges"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote; ``marked`` where words of it made the rule fire."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence as an outlet wrote it."""

    outlet: str
    pieces: tuple[Piece, ...]
    attributed_to: str
    rule: str
    denies: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """One report: outlet, title, time, and its address if that may be linked."""

    outlet: str
    title: str
    published: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything that the templates show of one incident, clean but not escaped."""

    incident_id: str
    severity: str
    place: str
    what: str
    changes: str
    held: str
    sides: tuple[tuple[str, str], ...]
    when: str
    how_sure: str
    reported_by: str
    because: str
    quotes: tuple[Quote, ...]
    more_quotes: int
    links: tuple[Link, ...]
    more_links: int
    rules: str
    watch_rule: str


@dataclass(frozen=True, slots=True)
class Section:
    """The entries of one area and kind of event; ``area`` says both."""

    area: str
    entries: tuple[Entry, ...]


def sections_of(entries: tuple[DigestEntry, ...], names: Names, zone: ZoneInfo) -> tuple[Section, ...]:
    return tuple(
        Section(f"{names.place(area)}: {_EVENTS[event]}", tuple(entry_of(entry, names, zone) for entry in group))
        for (area, event), group in groupby(entries, key=lambda entry: (entry.incident.area, entry.incident.event))
    )


def entry_of(entry: DigestEntry, names: Names, zone: ZoneInfo, *, most: int | None = None) -> Entry:
    """``most`` is how many quotes and how many links to show at most, when not as in a digest."""
    incident = entry.incident
    quotes, most_quotes = _quotes(incident, names), most or _MOST_QUOTES
    links, most_links = _links(incident.reports, zone), most or _MOST_LINKS
    return Entry(
        incident_id=incident.id,
        severity=incident.severity.value.upper(),
        place=names.place_in_tree(incident.place),
        what=what_happened(incident, names),
        changes=changes_in_words(entry.kinds),
        held="; ".join(dict.fromkeys(_say_hold(hold, zone) for hold in entry.held)),
        sides=sides(incident, names),
        when=when(incident),
        how_sure=how_sure(incident),
        reported_by=reported_by(incident),
        because=clean(incident.reports[0].joined_because),
        quotes=quotes[:most_quotes],
        more_quotes=max(0, len(quotes) - most_quotes),
        links=links[:most_links],
        more_links=max(0, len(links) - most_links),
        rules=", ".join(dict.fromkeys(quote.rule for quote in quotes[:most_quotes])),
        watch_rule=f"{incident.watch_rule.file_line} (watch {incident.watch_id})",
    )


def _quotes(incident: Incident, names: Names) -> tuple[Quote, ...]:
    """The fullest report's sentence, and each denial's; for part of a whole region every report's, each once.

    "Three villages in the province" may be other villages than the next report's: only the sentences tell.
    """
    lead = lead_report(incident.reports)
    told: tuple[Report, ...] = (lead,)
    if incident.place in names.areas and incident.extent is not Extent.FULL:
        told += tuple(report for report in supporting(incident.reports) if report is not lead)
    quotes: dict[tuple[Piece, ...], Quote] = {}
    for report in (*told, *denials(incident.reports)):
        quote = _quote(report)
        quotes.setdefault(quote.pieces, quote)
    return tuple(quotes.values())


def _quote(report: Report) -> Quote:
    finding = report.finding
    return Quote(
        outlet=clean(report.outlet),
        pieces=quote_pieces(finding),
        attributed_to=clipped(clean(finding.attributed_to or "")),
        rule=finding.rule.file_line,
        denies=not finding.status.alerts,
    )


def quote_pieces(finding: Finding) -> tuple[Piece, ...]:
    """Cut a finding's quote where marks of place, trigger and sides begin and end; overlapping marks become one."""
    length = len(finding.quote)
    marked = [False] * length
    for mark in finding.marks:
        if mark.role in _MARKED_ROLES:
            for index in range(max(0, mark.start - finding.start), min(length, mark.end - finding.start)):
                marked[index] = True
    pieces = [
        Piece(clean_piece("".join(character for character, _ in run)), on)
        for on, run in groupby(zip(finding.quote, marked, strict=True), key=lambda pair: pair[1])
    ]
    return _shorten(tuple(piece for piece in pieces if piece.text))


def _shorten(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Cut the long stretches of a quote that nobody would read whole, away from the marks beside them."""
    if sum(len(piece.text) for piece in pieces) <= _LONGEST_QUOTE:
        return pieces
    last = len(pieces) - 1
    return tuple(
        piece if len(piece.text) <= _LONGEST_STRETCH else _cut(piece, keep_start=number > 0, keep_end=number < last)
        for number, piece in enumerate(pieces)
    )[:_MOST_PIECES]


def _cut(piece: Piece, *, keep_start: bool, keep_end: bool) -> Piece:
    half = _LONGEST_STRETCH // 2
    start = piece.text[:half] if keep_start or not keep_end else ""
    end = piece.text[-half:] if keep_end else ""
    return Piece(f"{start} … {end}", piece.marked)


def clipped(text: str) -> str:
    """A title from a feed, no longer than a person reads: feeds may hold anything."""
    return text if len(text) <= _LONGEST_TITLE else f"{text[:_LONGEST_TITLE].rstrip()} …"


def _links(reports: Sequence[Report], zone: ZoneInfo) -> tuple[Link, ...]:
    links = {
        report.item_id: Link(
            outlet=clipped(clean(report.outlet)),
            title=clipped(clean(report.title)),
            published="" if report.published_at is None else moment_of(report.published_at, zone),
            url=safe_url(report.url),
        )
        for report in reports
    }
    return tuple(links.values())


def _say_hold(hold: Hold, zone: ZoneInfo) -> str:
    return f"{clean(hold.because)}, since {moment_of(hold.since, zone)}"


def moment_of(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{say_weekday(local.date())}, {local:%H:%M}"
