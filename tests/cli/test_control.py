"""``watcher control``: the table, a place's history, and the exports."""

from __future__ import annotations

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.errors import UsageError

if TYPE_CHECKING:
    from tests.conftest import Newsroom

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def options(newsroom: Newsroom, tmp_path: Path) -> list[str]:
    """A state folder in which Khan Tuman was taken and retaken."""
    newsroom.publish(
        "Wire",
        "A",
        "Rebels captured Khan Tuman from government forces on Wednesday.",
        at=datetime(2016, 6, 9, 8, 0, tzinfo=UTC),
    )
    newsroom.publish(
        "Post",
        "B",
        "Government forces recaptured Khan Tuman from rebels on Thursday.",
        at=datetime(2016, 6, 10, 8, 0, tzinfo=UTC),
    )
    newsroom.database.close()
    shutil.copy(tmp_path / "newsroom-0.db", tmp_path / "watcher.db")
    folders = ("--config", str(ROOT / "config"), "--rules", str(ROOT / "rules"), "--state", str(tmp_path))
    return [*folders, "control"]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_history_of_a_place_names_its_evidence(options: list[str]) -> None:
    assert re.sub(r"\d+%", "…%", run(*options, "khan_tuman")).splitlines() == [
        "Khan Tuman: control_change",
        "  2016-06-08 to 2016-06-09: held by Syrian opposition fighters, confidence …%",
        "    2016-06-08  change, i000001: captured, asserted, reversed",
        "  2016-06-09 to now: held by Syrian government forces, confidence …%",
        "    2016-06-09  change, i000002: captured, asserted, opened",
    ]


def test_a_day_shows_what_was_told_by_its_end(options: list[str]) -> None:
    (row,) = json.loads(run(*options, "--at", "2016-06-09", "--json"))

    assert (row["place"], row["holder"]) == ("khan_tuman", "opposition")


def test_the_table_is_exported_as_csv_and_geojson(options: list[str]) -> None:
    header, row = run(*options, "--csv").splitlines()
    (feature,) = json.loads(run(*options, "--geojson"))["features"]

    assert header == "place,event,holder,since,told,confidence,contested_by,rests_on,through"
    assert row.startswith("khan_tuman,control_change,government,2016-06-09T23:59:00+00:00,")
    assert feature["geometry"]["type"] == "Point"
    assert (feature["properties"]["name"], feature["properties"]["holder"]) == ("Khan Tuman", "government")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("khan_tumann",), "no place 'khan_tumann': did you mean 'khan_tuman'?"),
        (("--at", "yesterday"), "--at: write a date like '2016-06-09', got 'yesterday'"),
    ],
)
def test_what_is_not_understood_is_said(options: list[str], arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        run(*options, *arguments)

    assert str(caught.value) == message
