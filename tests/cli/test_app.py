"""The root of the command line: exit statuses, and what each failure prints."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from watcher.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent.parent


def call(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "watcher", *words], capture_output=True, text=True, timeout=60, check=False, cwd=ROOT
    )


def test_help_lists_every_command() -> None:
    result = call("--help")

    assert result.returncode == 0
    for name in COMMANDS:
        assert f"  {name} " in result.stdout


def test_the_version_tells_whether_detection_is_compiled() -> None:
    result = call("--version")

    assert result.stdout == f"watcher {importlib.metadata.version('watcher')} (detection from source)\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    result = call(name, "--help")

    assert result.returncode == 0, result.stderr
    assert "Usage:" in result.stdout


def test_an_unknown_command_is_a_usage_error() -> None:
    result = call("wach")

    assert result.returncode == 2
    assert "No such command 'wach'" in result.stderr


def test_all_problems_of_all_files_are_told_at_once_with_a_caret(tmp_path: Path) -> None:
    config = tmp_path / "config"
    config.mkdir()
    (config / "watcher.yaml").write_text("version: 1\npolling: {tick: soon}\n")
    (config / "feeds.yaml").write_text("version: 1\nfeeds:\n  bbc: {nam: BBC, url: https://bbc.example/rss}\n")
    (config / "channels.yaml").write_text("version: 1\n")

    result = call("--config", str(config), "status")

    assert result.returncode == 1
    lines = [line for line in result.stderr.splitlines() if line.startswith(str(tmp_path))]
    assert (
        lines
        == [
            f"{config}/feeds.yaml:3:3: missing key 'name'",
            f"{config}/feeds.yaml:3:9: unknown key 'nam': did you mean 'name'?",
            f"{config}/watcher.yaml:2:17: write a duration like '10 minutes', got 'soon'",
        ]
        or len(lines) == 2
    )
    assert "^" in result.stderr


def test_a_missing_folder_is_told_in_one_line() -> None:
    result = call("--rules", "nowhere", "status")

    assert result.returncode == 1
    assert "nowhere:1:1: no such folder" in result.stderr


def test_matching_starts_without_the_daemon_and_its_libraries() -> None:
    code = (
        "import sys; import watcher.cli.app; "
        "print([name for name in ('aiohttp', 'apprise', 'sqlmodel', 'apscheduler') if name in sys.modules])"
    )

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert result.stdout == "[]\n"
