"""``watcher places find|show`` as a user calls it, on the shipped places."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app
from watcher.errors import ConfigError, UsageError

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["places", *arguments])


def line_of(place_id: str, file: str) -> int:
    lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()
    return lines.index(f"  {place_id}:") + 1


def test_a_place_is_found_with_its_tree_and_its_line() -> None:
    result = run("find", "RAKKA")

    file = "rules/places/raqqa_city.yaml"
    assert result.exit_code == 0
    assert result.output == (
        "raqqa_city  Raqqa, الرقة, city\n"
        "  found by  Rakka\n"
        "  lies in   Syria > Raqqa province > Raqqa district > Raqqa subdistrict\n"
        "  at        35.95307, 39.00606  P-code C5710\n"
        f"  rule      {file}:{line_of('raqqa_city', file)}\n"
    )


def test_a_name_of_two_places_finds_both() -> None:
    result = run("find", "Tishreen", "--json")

    found = json.loads(result.output)
    assert [place["id"] for place in found["matches"]] == ["aleppo_tishrine", "raqqa_tishrin"]
    assert found["near"] == []


def test_a_name_that_needs_context_is_told_so() -> None:
    result = run("find", "Old Town")

    assert "  found by  Old Town (counts only in context)\n" in result.output


def test_a_misspelt_name_gets_suggestions() -> None:
    result = run("find", "Azzaz")

    assert isinstance(result.exception, UsageError)
    assert str(result.exception).startswith("no place is called 'Azzaz': the nearest are 'Azaz' (azaz)")


def test_a_misspelt_name_in_json_is_an_empty_list_and_a_failure() -> None:
    result = run("find", "Azzaz", "--json")

    found = json.loads(result.output)
    assert result.exit_code == 1
    assert found["matches"] == []
    assert found["near"][0] == "azaz"


def test_an_unknown_name_is_told() -> None:
    result = run("find", "Pennsylvania")

    assert str(result.exception) == "no place is called 'Pennsylvania', nor anything near it"


def test_a_place_is_shown_with_all_that_is_known() -> None:
    result = run("show", "marea")

    file = "rules/places/aleppo_towns.yaml"
    assert result.exit_code == 0
    assert result.output == (
        "marea  Marea, مارع, town\n"
        "  lies in   Syria > Aleppo province > Azaz district > Marea subdistrict\n"
        "  names     Marea, مارع, Marae, Maraa\n"
        "  names that count only in context  Mare', Mari'\n"
        "  at        36.48269, 37.19649  P-code C1643\n"
        f"  rule      {file}:{line_of('marea', file)}\n"
    )


def test_what_lies_in_a_place_is_shown() -> None:
    assert "\n  holds     azaz, kafr_kalbin, kaljibrin, menagh_airbase\n" in run("show", "azaz_subdistrict").output
    assert "\n  lies in   nothing else\n" in run("show", "syria").output


def test_a_place_in_json_holds_the_same() -> None:
    result = run("show", "raqqa_hani", "--json")

    place = json.loads(result.output)
    assert place["path"] == [
        "syria",
        "raqqa_governorate",
        "ar_raqqa_district",
        "ar_raqqa_subdistrict",
        "raqqa_city",
        "raqqa_hani",
    ]
    assert place["names"] == place["names_in_context"] == ["al-Hani", "الهاني", "Hani", "Hany"]
    assert (place["kind"], place["latitude"], place["pcode"]) == ("neighbourhood", None, None)


def test_an_unknown_id_gets_a_suggestion() -> None:
    assert str(run("show", "raqqa_ctiy").exception) == "no place has the id 'raqqa_ctiy': did you mean 'raqqa_city'?"
    assert str(run("show", "zzz").exception) == "no place has the id 'zzz': try watcher places find"


def test_broken_places_are_told(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    text = "version: 1\nplaces:\n  azaz: {kind: town, inside: nowhere, name: Azaz}\n"
    (tmp_path / "places/all.yaml").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["--rules", str(tmp_path), "places", "find", "Azaz"])

    assert isinstance(result.exception, ConfigError)
    assert str(result.exception) == f"{tmp_path}/places/all.yaml:3:30: unknown place 'nowhere'"


def test_other_files_of_the_rules_may_be_broken_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "places").mkdir()
    text = "version: 1\nplaces:\n  syria: {kind: country, name: Syria}\n"
    (tmp_path / "places/all.yaml").write_text(text, encoding="utf-8")

    result = CliRunner().invoke(app, ["--rules", str(tmp_path), "places", "find", "syria"])

    assert result.output.startswith("syria  Syria, country\n")
