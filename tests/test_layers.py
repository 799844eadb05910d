"""The direction of imports: a module imports its own row or an earlier one, and only the named rooms touch the rim."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "watcher"

ROWS: tuple[tuple[str, ...], ...] = (
    ("errors", "clock", "model"),
    (
        "copies",
        "health",
        "detect",
        "incidents",
        "alerts",
        "feeds.decode",
        "feeds.parse",
        "feeds.items",
        "feeds.recall",
        "feeds.reading",
        "feeds.news",
        "feeds.hints",
        "feeds.fulltext",
        "feeds.extract",
        "feeds.opml",
        "feeds.polling",
        "feeds.rhythm",
        "deliver.retry",
    ),
    ("log", "config", "systemd", "rulebook", "store", "feeds.fetch", "feeds.worker", "deliver.channels"),
    (
        "ports",
        "copying",
        "control",
        "filing",
        "corrections",
        "intake",
        "batching",
        "pages",
        "paging",
        "outages",
        "problems",
        "sending",
        *("undelivered", "storms", "composing", "pipeline"),
    ),
    ("service", "cli", "demo", "__main__"),
)

PURE_MAY_NOT_IMPORT = {
    *("aiohttp", "socket", "ssl", "subprocess", "sqlite3", "sqlalchemy", "sqlmodel", "apprise", "structlog"),
    *("apscheduler", "os", "pathlib", "shutil", "tempfile", "time", "urllib.request", "yaml", "pydantic", "typer"),
}

ONLY_USER = {
    "apprise": ("deliver.channels",),
    "aiohttp": ("feeds.fetch", "demo"),
    "sqlmodel": ("store",),
    "sqlalchemy": ("store",),
    "alembic": ("store",),
    "apscheduler": ("service",),
    "feedparser": ("feeds.parse",),
    "charset_normalizer": ("feeds.decode",),
    "trafilatura": ("feeds.extract",),
    "pebble": ("feeds.worker",),
    "yaml": ("rulebook.yaml",),
    "pydantic": ("rulebook", "config"),
    "typer": ("cli",),
    "aiosmtpd": ("demo",),
}


def _module_name(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def _modules() -> list[Path]:
    return sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def _row(module: str) -> int:
    for number, members in enumerate(ROWS):
        if any(module == member or module.startswith(f"{member}.") for member in members):
            return number
    raise AssertionError(f"watcher.{module} has no row in tests/test_layers.py")


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def _own(names: set[str]) -> set[str]:
    """The imported modules of this package, by name inside it; of folders those that stand in a row themselves."""
    found = set()
    members = {member for row in ROWS for member in row}
    for name in names:
        inner = name.removeprefix("watcher.")
        path = PACKAGE.joinpath(*inner.split("."))
        is_folder = inner in members and path.is_dir()
        if name.startswith("watcher.") and (is_folder or path.with_suffix(".py").exists()):
            found.add(inner)
    return found


@pytest.mark.parametrize("path", _modules(), ids=_module_name)
def test_a_module_imports_its_own_row_or_an_earlier_one(path: Path) -> None:
    module = _module_name(path)

    later = {other for other in _own(_imports(path)) if _row(other) > _row(module)}

    assert later == set()


@pytest.mark.parametrize("path", [p for p in _modules() if _row(_module_name(p)) <= 1], ids=_module_name)
def test_the_pure_rows_touch_no_rim(path: Path) -> None:
    if _module_name(path) == "feeds.parse":
        return  # feedparser itself is the rim here; it is given bytes only

    imports = _imports(path)

    forbidden = {name for name in imports if {name, name.split(".")[0]} & PURE_MAY_NOT_IMPORT}
    assert forbidden == set()


@pytest.mark.parametrize("library", ONLY_USER)
def test_a_library_at_the_rim_is_used_in_its_own_room_only(library: str) -> None:
    rooms = ONLY_USER[library]

    users = {
        _module_name(path)
        for path in _modules()
        if any(name == library or name.startswith(f"{library}.") for name in _imports(path))
    }

    assert {user for user in users if not any(user == room or user.startswith(f"{room}.") for room in rooms)} == set()
