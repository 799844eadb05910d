"""A digest as a message: the same entries as plain text and as HTML that reads well on a phone.

Pure but for reading its own templates. After alerts/digest.py, before the outbox. Every text and address from a feed
is hostile: it passes alerts/hostile.py, and the HTML template escapes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from watcher.alerts.entries import Piece, entry_of, moment_of, sections_of
from watcher.alerts.hostile import clean, defuse, isolate
from watcher.alerts.names import Names
from watcher.alerts.routes import FALLBACK_ROUTE_ID
from watcher.alerts.vitals import say_left_over, say_silences, say_vitals
from watcher.alerts.wording import what_in_short
from watcher.incidents.summarise import explain_confidence
from watcher.incidents.wording import say_count
from watcher.model import ChangeKind, Digest, DigestEntry, Incident, Message, Severity


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("watcher", "alerts/templates"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_harmless,
    )
    environment.filters["plain"] = defuse
    environment.filters["foreign"] = _foreign
    environment.filters["quoted"] = _quoted
    return environment


def _harmless(value: object) -> object:
    """Every text that a template shows, before it is escaped: what mail turns into a chat post must ring nobody."""
    return defuse(value) if type(value) is str else value  # not Markup: that is ours


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
        "composed": f"{moment_of(digest.composed_at, zone)} ({timezone})",
        "summary": _summary(digest),
        "sections": sections_of(digest.entries, names, zone),
        "further": sections_of(digest.further, names, zone),
        "reason": clean(digest.reason),
        "rules_version": digest.rules_version,
        "route": digest.route_id,
        "unrouted": digest.route_id == FALLBACK_ROUTE_ID,
        "digest_id": digest.id,
        "left_over": say_left_over(digest.left_over),
        "vitals": () if digest.vitals is None else say_vitals(digest.vitals, zone),
        "silences": say_silences(digest, zone),
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
        "entry": entry_of(DigestEntry(incident, kinds), names, ZoneInfo(timezone), most=len(incident.reports)),
        "joined": [(clean(report.outlet), report.item_id, clean(report.joined_because)) for report in incident.reports],
        "confidence": [clean(str(step)) for step in explain_confidence(incident.reports)],
    }
    return _ENVIRONMENT.get_template("incident.txt.j2").render(values)


def subject_of(digest: Digest, names: Names) -> str:
    """The most severe entry first: "[Watcher HIGH] Marea: siege broken (+2 more)"."""
    unrouted = ", unrouted" if digest.route_id == FALLBACK_ROUTE_ID else ""
    if not digest.entries and not digest.further and digest.vitals is not None:
        failing = f", {say_count(len(digest.vitals.failing), 'feed')} failing" if digest.vitals.failing else ""
        return f"[Watcher{unrouted}] quiet: {say_count(digest.vitals.items, 'item')} read, no incident{failing}"
    if not digest.entries:
        return f"[Watcher{unrouted}] nothing new, {say_count(len(digest.further), 'earlier incident')} told again"
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
    news = f"{say_count(len(digest.entries), 'incident')}: {', '.join(levels)}" if levels else "Nothing new"
    again = f"; {say_count(len(digest.further), 'earlier one')} told again" if digest.further else ""
    return f"{news}{again}"
