"""A digest as a message: the same entries as plain text and as HTML that reads well on a phone.

Pure but for reading its own templates. After alerts/digest.py, before the outbox. Every text and address from a feed
is hostile: it passes alerts/hostile.py, and the HTML template escapes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from zoneinfo import ZoneInfo

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    Environment,
    PackageLoader,
    StrictUndefined,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import SandboxedEnvironment

from watcher.alerts.digest import lead_of
from watcher.alerts.entries import Piece, entry_of, moment_of, sections_of
from watcher.alerts.hostile import clean, defuse, isolate
from watcher.alerts.names import Names
from watcher.alerts.routes import FALLBACK_ROUTE_ID
from watcher.alerts.vitals import say_left_over, say_silences, say_vitals
from watcher.alerts.wording import what_in_short
from watcher.incidents.summarise import explain_confidence
from watcher.incidents.wording import say_count
from watcher.model import ChangeKind, Digest, DigestEntry, Incident, Message, Severity

SHIPPED = ("digest.txt.j2", "digest.html.j2", "entry.txt.j2", "links.txt.j2")  # what an operator may replace


def _environment(overrides: Mapping[str, str] = MappingProxyType({})) -> Environment:
    shipped = PackageLoader("watcher", "alerts/templates")
    environment = SandboxedEnvironment(
        loader=ChoiceLoader([DictLoader(overrides), shipped]) if overrides else shipped,
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


def template_problem(name: str, source: str) -> str | None:
    """Why an operator's template cannot be used; None when it can be compiled. What it asks for shows when used."""
    if name not in SHIPPED:
        return f"no template of this name is used, known: {', '.join(SHIPPED)}"
    try:
        _ENVIRONMENT.parse(source, name)
    except TemplateSyntaxError as error:
        return f"line {error.lineno}: {error.message}"
    return None


def render(digest: Digest, names: Names, timezone: str, overrides: Mapping[str, str] = MappingProxyType({})) -> Message:
    """Render a digest; times are shown in ``timezone`` (an IANA name).

    ``overrides`` are the operator's templates, by name. When they fail, the shipped ones are used, and the digest says
    so: an alert is not lost to a typo.
    """
    values = _values(digest, names, timezone)
    if overrides:
        try:
            return _render(_environment(overrides), values)
        except Exception as error:  # noqa: BLE001  whatever a template does
            reason = clean(f"{type(error).__name__}: {error}")
            values["template_trouble"] = f"The templates of this desk failed, the shipped ones were used: {reason}"
    return _render(_ENVIRONMENT, values)


def _render(environment: Environment, values: Mapping[str, object]) -> Message:
    return Message(
        subject=str(values["subject"]),
        text=environment.get_template("digest.txt.j2").render(values),
        html=environment.get_template("digest.html.j2").render(values),
    )


def _values(digest: Digest, names: Names, timezone: str) -> dict[str, object]:
    """Everything that the templates may show."""
    zone = ZoneInfo(timezone)
    return {
        "subject": subject_of(digest, names),
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
        "template_trouble": "",
    }


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
    first = lead_of(digest)
    if not digest.entries or first is None:
        return f"[Watcher{unrouted}] nothing new, {say_count(len(digest.further), 'earlier incident')} told again"
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
