"""A digest as a message: the same entries as plain text and as HTML that reads well on a phone.

Pure but for reading its own templates. After alerts/digest.py, before the outbox. Every text and address from a feed
is hostile: it passes alerts/hostile.py, and the HTML template escapes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from watcher.alerts.hostile import clean, clean_piece, defuse, isolate, safe_url
from watcher.alerts.names import Names
from watcher.alerts.routes import FALLBACK_ROUTE_ID
from watcher.alerts.wording import (
    changes_in_words,
    how_sure,
    reported_by,
    sides,
    what_happened,
    what_in_short,
    when,
)
from watcher.incidents.summarise import denials, explain_confidence, lead_report, supporting
from watcher.incidents.wording import say_count, say_weekday
from watcher.model import ChangeKind, Digest, DigestEntry, Extent, Finding, Incident, Message, Report, Severity

_MARKED_ROLES = ("place", "trigger", "gained_by", "lost_by")
_MOST_QUOTES = 5
_MOST_LINKS = 8


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
    """The entries of one area."""

    area: str
    entries: tuple[Entry, ...]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("watcher", "alerts/templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plain"] = defuse
    environment.filters["foreign"] = _foreign
    environment.filters["quoted"] = _quoted
    return environment


def _foreign(text: str) -> str:
    """A text from a feed inside a line of ours, in its own direction of writing."""
    return isolate(defuse(text))


def _quoted(pieces: Sequence[Piece]) -> str:
    return isolate("".join(f"*{defuse(piece.text)}*" if piece.marked else defuse(piece.text) for piece in pieces))


_ENVIRONMENT = _environment()


def render(digest: Digest, names: Names, timezone: str) -> Message:
    """Render a digest; times are shown in ``timezone`` (an IANA name)."""
    zone = ZoneInfo(timezone)
    subject = subject_of(digest, names)
    values = {
        "subject": subject,
        "composed": f"{_moment(digest.composed_at, zone)} ({timezone})",
        "summary": _summary(digest),
        "sections": _sections(digest.entries, names, zone),
        "further": _sections(digest.further, names, zone),
        "reason": clean(digest.reason),
        "rules_version": digest.rules_version,
        "route": digest.route_id,
        "unrouted": digest.route_id == FALLBACK_ROUTE_ID,
        "digest_id": digest.id,
    }
    return Message(
        subject=subject,
        text=_ENVIRONMENT.get_template("digest.txt.j2").render(values),
        html=_ENVIRONMENT.get_template("digest.html.j2").render(values),
    )


def render_incident(incident: Incident, names: Names, timezone: str, kinds: tuple[ChangeKind, ...] = ()) -> str:
    """Render one incident as plain text, as digests show it, with all its reports and why they are in it.

    For the terminal. Without ``kinds`` nothing is said of what is new.
    """
    values = {
        "entry": _entry(DigestEntry(incident, kinds), names, ZoneInfo(timezone), most=len(incident.reports)),
        "joined": [(clean(report.outlet), report.item_id, clean(report.joined_because)) for report in incident.reports],
        "confidence": [clean(str(step)) for step in explain_confidence(incident.reports)],
    }
    return _ENVIRONMENT.get_template("incident.txt.j2").render(values)


def subject_of(digest: Digest, names: Names) -> str:
    """The most severe entry first: "[Watcher HIGH] Marea: siege broken (+2 more)"."""
    unrouted = ", unrouted" if digest.route_id == FALLBACK_ROUTE_ID else ""
    if not digest.entries:
        return f"[Watcher{unrouted}] nothing new, {say_count(len(digest.further), 'incident')} confirmed"
    first = max(digest.entries, key=lambda entry: entry.incident.severity.rank).incident
    more = f" (+{len(digest.entries) - 1} more)" if len(digest.entries) > 1 else ""
    place = names.place(first.place)
    return f"[Watcher {first.severity.value.upper()}{unrouted}] {place}: {what_in_short(first)}{more}"


def _summary(digest: Digest) -> str:
    levels = [
        f"{count} {severity.value}"
        for severity in reversed(Severity)
        if (count := sum(entry.incident.severity is severity for entry in digest.entries))
    ]
    if not levels:
        return f"Nothing new; {say_count(len(digest.further), 'incident')} told before confirmed"
    news = f"{say_count(len(digest.entries), 'incident')}: {', '.join(levels)}"
    return f"{news}; {len(digest.further)} told before confirmed" if digest.further else news


def _sections(entries: tuple[DigestEntry, ...], names: Names, zone: ZoneInfo) -> tuple[Section, ...]:
    return tuple(
        Section(names.place(area), tuple(_entry(entry, names, zone) for entry in group))
        for area, group in groupby(entries, key=lambda entry: entry.incident.area)
    )


def _entry(entry: DigestEntry, names: Names, zone: ZoneInfo, *, most: int | None = None) -> Entry:
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
        attributed_to=clean(finding.attributed_to or ""),
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
    return tuple(piece for piece in pieces if piece.text)


def _links(reports: Sequence[Report], zone: ZoneInfo) -> tuple[Link, ...]:
    links = {
        report.item_id: Link(
            outlet=clean(report.outlet),
            title=clean(report.title),
            published="" if report.published_at is None else _moment(report.published_at, zone),
            url=safe_url(report.url),
        )
        for report in reports
    }
    return tuple(links.values())


def _moment(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{say_weekday(local.date())}, {local:%H:%M}"
