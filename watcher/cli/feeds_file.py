"""Edits feeds.yaml as a person would: blocks of lines are added or taken out, everything else stays as it is.

The edited file is read and checked before it takes the old one's place, which happens in one step.
"""

from __future__ import annotations

import json
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from watcher.config.schema import FeedsFile
from watcher.errors import ConfigError, UsageError
from watcher.rulebook.yaml import read_yaml, validate

_SECTION = re.compile(r"feeds:\s*(?:#.*)?")
_ENTRY = re.compile(r"( +)([^\s#'\"{}\[\]-][^:]*):(?:\s|$)")
_ID = re.compile(r"[^a-z0-9]+")
_DEFAULT_INDENT = "  "


@dataclass(frozen=True, slots=True)
class NewFeed:
    """What stands in feeds.yaml of a feed to be added."""

    id: str
    name: str
    url: str
    language: str | None = None
    kind: str | None = None
    outlet: str | None = None
    tier: int | None = None

    def lines(self, indent: str) -> list[str]:
        """JSON strings are YAML strings, whatever they hold."""
        told = {"name": self.name, "url": self.url, "outlet": self.outlet, "language": self.language}
        told |= {"kind": self.kind}
        lines = [f"{indent}{self.id}:"]
        lines += [f"{indent}  {key}: {json.dumps(value, ensure_ascii=False)}" for key, value in told.items() if value]
        return [*lines, f"{indent}  tier: {self.tier}"] if self.tier else lines


def make_id(name: str, taken: Iterable[str]) -> str:
    """An id after a feed's name or address, other than those that are taken."""
    known = set(taken)
    base = _ID.sub("-", name.lower()).strip("-")[:40].strip("-") or "feed"
    base = base if base[0].isalpha() else f"feed-{base}"
    return next(
        candidate
        for candidate in (base, *(f"{base}-{number}" for number in range(2, len(known) + 3)))
        if candidate not in known
    )


def with_feeds(text: str, added: Iterable[NewFeed]) -> str:
    """The text with blocks for these feeds at the end of its list.

    Raises: UsageError when the list is not written in lines of its own.
    """
    lines = text.splitlines()
    start, end = _section(lines)
    while end > start and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1  # a comment that is not indented is about what follows the list
    indent = next((match[1] for line in lines[start:end] if (match := _ENTRY.match(line))), _DEFAULT_INDENT)
    blocks = [line for feed in added for line in ("", *feed.lines(indent))]
    return "\n".join([*lines[:end], *blocks, *lines[end:]]) + "\n"


def without_feed(text: str, feed_id: str) -> str:
    """The text without the block of a feed and the comment right above it.

    Raises: UsageError when it has no block of its own.
    """
    lines = text.splitlines()
    start, end = _section(lines)
    indent = next((match[1] for line in lines[start:end] if (match := _ENTRY.match(line))), _DEFAULT_INDENT)
    first = next(
        (n for n in range(start, end) if re.match(rf"{indent}['\"]?{re.escape(feed_id)}['\"]?:", lines[n])), None
    )
    if first is None:
        raise UsageError(f"feed '{feed_id}' has no lines of its own in feeds.yaml: edit the file by hand")
    last = first + 1
    while last < end and (not lines[last].strip() or lines[last].startswith(f"{indent} ")):
        last += 1
    while not lines[last - 1].strip():
        last -= 1
    while first > start and lines[first - 1].startswith(f"{indent}#") and "---" not in lines[first - 1]:
        first -= 1
    if last < len(lines) and not lines[last].strip() and not lines[first - 1].strip():
        last += 1
    return "\n".join([*lines[:first], *lines[last:]]) + "\n"


def _section(lines: list[str]) -> tuple[int, int]:
    """The lines below ``feeds:``, as a range."""
    start = next((number for number, line in enumerate(lines) if _SECTION.fullmatch(line.rstrip())), None)
    if start is None:
        raise UsageError("feeds.yaml has no line 'feeds:' with the feeds below it: edit the file by hand")
    rest = range(start + 1, len(lines))
    end = next((n for n in rest if lines[n].strip() and not lines[n].startswith((" ", "#"))), len(lines))
    return start + 1, end


def replace_feeds_file(path: Path, text: str, expected: set[str]) -> None:
    """Put the text in the place of the file, if it is good and lists just the ``expected`` ids.

    Raises: ConfigError with what is wrong with it; the file is left as it was.
    """
    descriptor, name = tempfile.mkstemp(prefix=".feeds.", suffix=".yaml", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        document, problems = read_yaml(draft, str(path))
        if document is not None:
            value, misfits = validate(document, FeedsFile)
            problems = (*problems, *misfits)
            if value is not None and set(value.feeds) != expected:
                raise UsageError("feeds.yaml cannot be edited line by line: edit the file by hand")
        if any(problem.severity == "error" for problem in problems):
            raise ConfigError(problems)
        draft.chmod(stat.S_IMODE(path.stat().st_mode))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
