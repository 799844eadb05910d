"""Shows problems of the user's files: as lines with a caret for people, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from watcher.model import Problem


def with_caret(problem: Problem) -> str:
    """The problem as ``file:line:column: message``, with its line and a caret below when the line is known."""
    if not problem.excerpt:
        return str(problem)
    return f"{problem}\n    {problem.excerpt}\n    {' ' * (problem.position.column - 1)}^"


def as_record(problem: Problem) -> dict[str, Any]:
    """The problem for ``--json``."""
    return {
        "file": problem.position.file,
        "line": problem.position.line,
        "column": problem.position.column,
        "severity": problem.severity,
        "message": problem.message,
        "excerpt": problem.excerpt,
    }


def count_of(problems: Iterable[Problem]) -> str:
    """``2 errors, 1 warning``, or ``no problems``."""
    severities = [problem.severity for problem in problems]
    counts = [(severities.count("error"), "error"), (severities.count("warning"), "warning")]
    return ", ".join(f"{count} {word}{'s' if count > 1 else ''}" for count, word in counts if count) or "no problems"
