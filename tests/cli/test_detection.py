"""match, evaluate and explain as a program and an officer meet them: the real commands on the shipped rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from watcher.cli.app import app
from watcher.cli.detection import items_of, parse_date, read_line
from watcher.errors import UsageError

RULES = Path(__file__).parents[2] / "rules"
CAPTURE = {
    "id": "a1",
    "title": "Rebels take Marea",
    "text": "Rebels captured Marea from Islamic State on Wednesday, a monitor said. Azaz is held by rebels.",
    "published": "2016-06-09T06:00:00Z",
    "lang": "en",
    "source": "Crescent Wire",
}


def _run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, ["--rules", str(RULES), *arguments], input=stdin)


def _lines(result: Result) -> list[Any]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_match_answers_each_line_in_order() -> None:
    other = {"id": 2, "title": "Nothing here"}

    result = _run("match", stdin=f"{json.dumps(CAPTURE)}\n\n{json.dumps(other)}\n")

    assert result.exit_code == 0
    first, second = _lines(result)
    assert second == {"id": 2, "findings": []}
    (found,) = first["findings"]
    full = f"{CAPTURE['title']}\n\n{CAPTURE['text']}"
    assert full[found["start"] : found["end"]] == found["quote"]
    assert {key: found[key] for key in ("event", "action", "place", "area", "gained_by", "lost_by", "status")} == {
        "event": "control_change",
        "action": "captured",
        "place": "marea",
        "area": "aleppo_governorate",
        "gained_by": "opposition",
        "lost_by": "is",
        "status": "asserted",
    }
    assert (found["extent"], found["event_date"], found["attributed_to"]) == ("full", "2016-06-08", "monitor")
    assert "language/en.yaml:" in found["rule"]
    assert found["reasons"]


def test_match_shows_what_is_held_back_when_asked() -> None:
    result = _run("match", "--all", stdin=json.dumps(CAPTURE))

    statuses = [found["status"] for found in _lines(result)[0]["findings"]]
    assert statuses == ["asserted", "standing"]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("[]", "expected an object, got a list"),
        ('{"title": "x"}', "missing field 'id'"),
        ('{"id": 1}', "expected 'title' or 'text', got neither"),
        ('{"id": 1, "title": 5}', "field 'title': expected text, got a number"),
        (
            '{"id": 1, "title": "x", "published": "soon"}',
            "field 'published': expected a date such as 2016-06-09T06:00:00Z, got 'soon'",
        ),
    ],
)
def test_match_answers_a_bad_line_and_goes_on(line: str, error: str) -> None:
    result = _run("match", stdin=f"{line}\n{json.dumps(CAPTURE)}\n")

    assert result.exit_code == 1
    bad, good = _lines(result)
    assert bad == {"id": None, "line": 1, "error": error}
    assert good["id"] == "a1"


def test_match_reads_a_file_and_tells_when_it_cannot(tmp_path: Path) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(json.dumps(CAPTURE), encoding="utf-8")

    assert len(_lines(_run("match", str(path)))) == 1
    with pytest.raises(UsageError, match=r"cannot read .*nothing\.jsonl: no such file or directory"):
        raise _run("match", str(tmp_path / "nothing.jsonl")).exception or AssertionError


def _labelled(tmp_path: Path) -> Path:
    expect = {"event": "control_change", "action": "captured", "place": "marea", "status": "asserted"}
    right = {**CAPTURE, "expect": [{**expect, "gained_by": "opposition", "lost_by": "is"}]}
    missed = {**CAPTURE, "id": "a2", "expect": [{**expect, "place": "azaz", "gained_by": "is", "lost_by": None}]}
    path = tmp_path / "labelled.jsonl"
    path.write_text(f"{json.dumps(right)}\n{json.dumps(missed)}\n", encoding="utf-8")
    return path


def test_evaluate_gives_the_figures(tmp_path: Path) -> None:
    result = _run("evaluate", str(_labelled(tmp_path)), "--json")

    figures = json.loads(result.stdout)["en"]
    assert {key: figures[key] for key in ("items", "found", "missed", "false_alarms")} == {
        "items": 2,
        "found": 1,
        "missed": 1,
        "false_alarms": 1,
    }
    assert (figures["precision"], figures["recall"], figures["action"], figures["roles"]) == (0.5, 0.5, 1.0, 1.0)


def test_evaluate_lists_the_errors_with_their_reasons(tmp_path: Path) -> None:
    result = _run("evaluate", str(_labelled(tmp_path)), "--errors")

    assert "precision" in result.stdout
    assert "a2: missed (held back)" in result.stdout
    assert "a2: false alarm" in result.stdout
    assert "expected asserted captured azaz, gained by is" in result.stdout
    assert "'capture' (takes, active)" in result.stdout


def test_evaluate_keeps_the_held_third_apart(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text(
        "\n".join(json.dumps({**CAPTURE, "id": f"i{n}", "expect": []}) for n in range(60)), encoding="utf-8"
    )

    counts = [
        json.loads(_run("evaluate", str(path), "--part", part, "--json").stdout)["en"]["items"]
        for part in ("all", "tune", "held")
    ]

    assert counts[0] == counts[1] + counts[2] == 60
    assert 10 < counts[2] < 30


def test_explain_shows_text_findings_and_what_is_no_event() -> None:
    text = "Rebels take Marea\n\nRebels captured Marea on Wednesday. They captured a general in Azaz."

    result = _run("explain", "-", "--published", "2016-06-09", stdin=text)

    assert result.exit_code == 0
    assert "asserted  captured Marea, gained by Syrian opposition fighters, on 2016-06-08" in result.stdout
    assert "“captured” at" in result.stdout
    assert "\x1b[" not in result.stdout


def test_explain_says_when_there_is_no_table() -> None:
    item = json.dumps({"id": 1, "title": "Azaz düştü", "lang": "tr"})

    result = _run("explain", "-", stdin=item)

    assert "note: no language table for 'tr'" in result.stdout


def test_items_are_read_from_json_lines_one_object_or_plain_text() -> None:
    one = json.dumps(CAPTURE, indent=1)
    lines = f"{json.dumps(CAPTURE)}\n{json.dumps(CAPTURE)}\n"

    assert [item.id for item in items_of(one, None)] == ["a1"]
    assert [item.id for item in items_of(lines, None)] == ["a1", "a1"]
    (plain,) = items_of("Title\nBody", "2016-06-09")
    assert (plain.title, plain.text, plain.published_at) == ("Title", "Body", parse_date("2016-06-09T00:00:00Z"))


def test_expectation_that_is_none_is_told() -> None:
    with pytest.raises(ValueError, match="field 'expect': missing 'event'"):
        read_line('{"id": 1, "title": "x", "expect": [{}]}')
    with pytest.raises(ValueError, match="field 'expect': 'won' is not a valid Action"):
        read_line('{"id": 1, "title": "x", "expect": [{"event": "siege", "action": "won"}]}')
