"""Another war, in YAML only: the same engine and the same language table find its events."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from watcher.detect.match import Detector
from watcher.rulebook.load import load_rulebook

ROOT = Path(__file__).parents[2]
PUBLISHED = datetime(2017, 7, 10, 12, tzinfo=UTC)  # a Monday

CASES = (
    ("Iraqi forces captured the Zanjili district of Mosul on Sunday.", "asserted captured mosul_zanjili +iraqi_forces"),
    ("Iraqi forces bombed the Zanjili district of Mosul on Sunday.", ""),
    (
        "Islamic State lost Tal Afar to the army on Saturday, residents said.",
        "asserted captured tal_afar +iraqi_forces -is",
    ),
    (
        "Islamic State withdrew from Ramadi on Sunday, and troops moved in.",
        "asserted withdrawn ramadi +iraqi_forces -is",
    ),
    ("Falluja fell to Islamic State in January 2014.", "background captured falluja +is"),
    ("Shi'ite militias have surrounded Tal Afar.", "asserted imposed tal_afar +paramilitaries"),
    ("The army cut the last road out of Mosul on Sunday.", "asserted imposed mosul +iraqi_forces"),
    (
        "Iraqi special forces are trying to retake the Old City of Mosul.",
        "prospective captured mosul_old_city +iraqi_forces",
    ),
    (
        "The Joint Operations Command said troops had taken Mosul airport.",
        "claimed captured mosul_airport +iraqi_forces",
    ),
    ("Kurdish peshmerga drove IS out of Tal Afar on Sunday.", "asserted captured tal_afar +peshmerga -is"),
    ("Shops have reopened in government-held Falluja.", ""),
    ("His karma captured the audience in London.", ""),
    ("Rebels captured Azaz on Sunday.", ""),
)


@pytest.fixture(scope="module")
def detector(tmp_path_factory: pytest.TempPathFactory) -> Detector:
    folder = tmp_path_factory.mktemp("second") / "rules"
    shutil.copytree(ROOT / "tests" / "data" / "second_area", folder)
    shutil.copytree(ROOT / "rules" / "language", folder / "language")
    book, problems = load_rulebook(folder)
    assert book is not None, problems
    return book.detector


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_the_same_table_reads_another_war(detector: Detector, text: str, expected: str) -> None:
    findings = detector.match("", text, published_at=PUBLISHED, language="en", source=None)

    told = []
    for found in findings:
        sides = f" +{found.gained_by}" if found.gained_by else ""
        sides += f" -{found.lost_by}" if found.lost_by and "-" in expected else ""
        told.append(f"{found.status.value} {found.action.value} {found.place}{sides}")
    assert "; ".join(told) == expected
