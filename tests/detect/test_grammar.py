"""The grammar by examples: pairs of texts in grammar/*.txt that differ in little, and what each tells of."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.detect.match import Detector
from watcher.model import Extent, Finding

PUBLISHED = datetime(2016, 6, 10, 18, tzinfo=UTC)
FOLDER = Path(__file__).parent / "grammar"


def _read() -> Iterator[tuple[str, str, str]]:
    """(where, text, expected) for each line of the tables."""
    for path in sorted(FOLDER.glob("*.txt")):
        heading = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.startswith("## "):
                heading = line.removeprefix("## ")
            elif line.strip() and not line.startswith("#"):
                text, _, expected = line.partition(" => ")
                yield f"{path.name}:{number} {heading}", text.strip(), expected.strip()


CASES = list(_read())


def _written(found: Finding, expected: str) -> str:
    """A finding in the notation of the tables, with no more detail than was expected."""
    words = [found.status.value, found.action.value, found.place]
    if any(extent.value in expected.split() for extent in Extent):
        words.append(found.extent.value)
    if found.gained_by and "+" in expected:
        words.append(f"+{found.gained_by}")
    if found.lost_by and " -" in expected:
        words.append(f"-{found.lost_by}")
    return " ".join(words)


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_minimal_pair(detector: Detector, text: str, expected: str) -> None:
    title, body = (text.removeprefix("TITLE: "), "") if text.startswith("TITLE: ") else ("", text)

    findings = detector.match(title, body, published_at=PUBLISHED, language="en", source=None)

    wanted = [] if expected == "nothing" else sorted(expected.split("; "))
    given = [_written(found, next((one for one in wanted if f" {found.place}" in one), "")) for found in findings]
    assert sorted(given) == wanted
