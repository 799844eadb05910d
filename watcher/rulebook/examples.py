"""Runs the examples of watches.yaml through the compiled rules and says which do not give what they promise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from watcher.alerts.routes import watch_for
from watcher.detect.match import Examination
from watcher.model import Finding, Problem, Severity
from watcher.rulebook.files import RuleFiles
from watcher.rulebook.load import RuleBook
from watcher.rulebook.schema import Example, Expectation
from watcher.rulebook.yaml import Location

_REASONS_SHOWN = 2


def example_problems(files: RuleFiles, book: RuleBook) -> Iterator[Problem]:
    """One error per example that fails, one warning per known gap and per gap that has closed."""
    assert files.watches_file is not None
    document = files.documents["watches.yaml"]
    for watch_id, watch in files.watches_file.watches.items():
        loc: Location = ("watches", watch_id, "examples")
        for number, example in enumerate(watch.examples.must_match):
            if failure := _missed(example, watch_id, book):
                yield document.problem((*loc, "must_match", number), failure)
        for number, example in enumerate(watch.examples.must_not_match):
            if failure := _false_alarm(example, watch_id, book):
                yield document.problem((*loc, "must_not_match", number), failure)
        for number, example in enumerate(watch.examples.later):
            missed = _missed(example, watch_id, book)
            message = f"known gap: {missed}" if missed else "this gap is closed: move the example to must_match"
            yield document.problem((*loc, "later", number), message, warning=True)


def _missed(example: Example, watch_id: str, book: RuleBook) -> str | None:
    """Why a text that must alert does not, or does so wrongly."""
    seen = _examine(example, book)
    alerts = _alerts(seen, watch_id, book)
    if not alerts:
        return f"must match, but gives no alert: {_why_silent(seen, watch_id, book)}"
    if example.expect is None:
        return None
    misfits = [_misfit(finding, severity, example.expect, book) for finding, severity in alerts]
    if not all(misfits):
        return None
    return f"matches, but not as expected: {min(misfits, key=len)}"


def _false_alarm(example: Example, watch_id: str, book: RuleBook) -> str | None:
    """What a text that must not alert is taken for."""
    seen = _examine(example, book)
    alerts = _alerts(seen, watch_id, book)
    if alerts:
        finding = alerts[0][0]
        return f"must not match, but is taken for {_say(finding)} [{finding.rule.file_line}]"
    if example.expect is None:
        return None
    misfits = [_misfit(finding, None, example.expect, book) for finding in seen.findings]
    if not all(misfits):
        return None
    got = min(misfits, key=len) if misfits else _why_silent(seen, watch_id, book)
    return f"does not match, but not as expected: {got}"


def _examine(example: Example, book: RuleBook) -> Examination:
    published = example.published
    if published is not None and not isinstance(published, datetime):
        published = datetime.combine(published, time(12), UTC)
    if published is not None:
        published = published.astimezone(UTC) if published.tzinfo else published.replace(tzinfo=UTC)
    return book.detector.examine(
        example.title, example.text, published_at=published, language=example.language, source=example.source
    )


def _alerts(seen: Examination, watch_id: str, book: RuleBook) -> list[tuple[Finding, Severity]]:
    """What this watch would report of the text."""
    alerts = []
    for finding in seen.findings:
        taken = watch_for(finding, book.watches, book.gazetteer) if finding.status.alerts else None
        if taken is not None and taken[0].id == watch_id:
            alerts.append((finding, taken[1]))
    return alerts


def _why_silent(seen: Examination, watch_id: str, book: RuleBook) -> str:
    reasons = []
    for finding in seen.findings:
        taken = watch_for(finding, book.watches, book.gazetteer)
        if taken is None:
            reasons.append(f"no watch follows {_say(finding)}")
        elif taken[0].id != watch_id:
            reasons.append(f"watch {taken[0].id!r} takes {_say(finding)}")
        else:
            reasons.append(f"it is read as {_say(finding)}")
    reasons += [f"{rejected.words!r}: {rejected.reason.text}" for rejected in seen.rejected]
    return "; ".join(reasons[:_REASONS_SHOWN]) or seen.note or "no tracked place with an event word"


def _misfit(finding: Finding, severity: Severity | None, expect: Expectation, book: RuleBook) -> str:
    """The fields in which a finding differs from what is expected; empty when it fits."""
    differences = []
    for name in ("event", "action", "place", "status", "extent"):
        wanted, got = getattr(expect, name), getattr(finding, name)
        if wanted is not None and wanted != got:
            differences.append(f"{name} is {got}, expected {wanted}")
    for name in ("gained_by", "lost_by"):
        wanted, got = getattr(expect, name), getattr(finding, name)
        if wanted is not None and not book.actors.related(wanted, got):
            differences.append(f"{name} is {got or 'not told'}, expected {wanted}")
    if expect.severity is not None and severity is not None and expect.severity != severity:
        differences.append(f"severity is {severity}, expected {expect.severity}")
    return ", ".join(differences)


def _say(finding: Finding) -> str:
    return f"{finding.event} ({finding.action}, {finding.status}) at {finding.place!r}"
