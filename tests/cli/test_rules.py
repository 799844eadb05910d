"""``watcher rules check|schema`` as a user calls it."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from watcher.cli.app import app

REPOSITORY = Path(__file__).parent.parent.parent


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped rules/ and config/ in the working directory."""
    monkeypatch.chdir(tmp_path)
    for name in ("WATCHER_DESK_MAIL_URL", "WATCHER_DESK_CHAT_URL"):
        monkeypatch.setenv(name, "json://127.0.0.1")
    for folder in ("rules", "config"):
        shutil.copytree(REPOSITORY / folder, tmp_path / folder)
    return tmp_path


def without_gaps(folder: Path) -> None:
    """Take the known gaps out of the watches."""
    watches = folder / "rules/watches.yaml"
    text = watches.read_text(encoding="utf-8")
    watches.write_text(re.sub(r"      later:\n(        .*\n)+", "", text), encoding="utf-8")


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["rules", *arguments])


def test_the_shipped_files_pass(shipped: Path) -> None:
    result = run("check")

    assert result.exit_code == 0
    assert result.output.splitlines()[-1].startswith("275 places, 2 watches, 2 routes: ")
    assert [
        line for line in result.output.splitlines() if ".yaml:" in line and "warning: known gap: " not in line
    ] == []


def test_rules_without_a_problem_say_so(shipped: Path) -> None:
    without_gaps(shipped)

    result = run("check")

    assert result.output == "275 places, 2 watches, 2 routes: no problems\n"
    assert result.exit_code == 0


def test_every_problem_of_rules_and_config_is_shown_with_its_line(shipped: Path) -> None:
    watches = shipped / "rules/watches.yaml"
    watches.write_text(
        watches.read_text(encoding="utf-8").replace("severity: high", "severity: hihg", 1), encoding="utf-8"
    )
    (shipped / "config/watcher.yaml").write_text("version: 1\ntimezon: UTC\n", encoding="utf-8")

    result = run("check")

    assert result.exit_code == 1
    assert result.output == (
        "config/watcher.yaml:2:1: unknown key 'timezon': did you mean 'timezone'?\n"
        "    timezon: UTC\n"
        "    ^\n"
        "rules/watches.yaml:12:15: expected one of low, medium, high, critical, got 'hihg': did you mean 'high'?\n"
        "        severity: hihg\n"
        "                  ^\n"
        "275 places, 0 watches, 2 routes: 2 errors\n"
    )


def test_a_missing_secret_is_a_warning_and_no_failure(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHER_DESK_MAIL_URL")
    without_gaps(shipped)

    result = run("check")

    assert result.exit_code == 0
    assert result.output.splitlines()[0] == (
        "config/channels.yaml:14:3: warning: channel 'desk-mail' cannot be used: "
        "the environment variable WATCHER_DESK_MAIL_URL is not set"
    )
    assert result.output.endswith(": 1 warning\n")


def test_a_url_that_apprise_refuses_is_an_error(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHER_DESK_CHAT_URL", "hunter2://nowhere")

    result = run("check")

    assert result.exit_code == 1
    assert "config/channels.yaml:21:3: channel 'desk-chat' cannot be used: unknown scheme" in result.output
    assert "nowhere" not in result.output


def test_a_route_to_an_unlisted_channel_is_an_error(shipped: Path) -> None:
    without_gaps(shipped)
    routes = shipped / "rules/routes.yaml"
    routes.write_text(routes.read_text(encoding="utf-8").replace("[desk-chat]", "[desk-caht]"), encoding="utf-8")

    result = run("check", "--json")

    problems = json.loads(result.output)
    assert result.exit_code == 1
    assert [problem["message"] for problem in problems] == [
        "no route names channel 'desk-chat'",
        "route 'urgent': unknown channel 'desk-caht': did you mean 'desk-chat'?",
    ]


def test_json_holds_what_the_lines_show(shipped: Path) -> None:
    (shipped / "rules/actors.yaml").write_text("version: 1\nactors: {is: {nam: x}}\n", encoding="utf-8")

    result = run("check", "--json")

    assert result.exit_code == 1
    assert json.loads(result.output)[1] == {
        "file": "rules/actors.yaml",
        "line": 2,
        "column": 15,
        "severity": "error",
        "message": "unknown key 'nam': did you mean 'name'?",
        "excerpt": "actors: {is: {nam: x}}",
    }


def test_other_folders_can_be_named(shipped: Path) -> None:
    result = CliRunner().invoke(app, ["--rules", "rulez", "--config", "config", "rules", "check"])

    assert result.exit_code == 1
    assert result.output == "rulez:1:1: no such folder\n0 places, 0 watches, 0 routes: 1 error\n"


def test_the_schema_is_one_json_document() -> None:
    result = run("schema")

    assert result.exit_code == 0
    assert {"PlacesFile", "LanguageFile", "ChannelsFile"} < set(json.loads(result.output)["$defs"])
