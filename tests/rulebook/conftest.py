"""A small, complete rules directory that each test bends to its case."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SHIPPED = Path(__file__).parent.parent.parent / "rules"

SMALL_RULES = {
    "places/all.yaml": """\
version: 1
places:
  syria: {kind: country, name: Syria}
  aleppo: {kind: governorate, inside: syria, name: Aleppo province}
  azaz: {kind: town, inside: aleppo, name: Azaz, arabic: اعزاز, names: [A'zaz]}
  marea: {kind: town, inside: aleppo, name: Marea, names_in_context: [Mare]}
  raqqa: {kind: governorate, inside: syria, name: Raqqa province}
  tabqa: {kind: city, inside: raqqa, name: Tabqa}
""",
    "actors.yaml": """\
version: 1
actors:
  is: {name: Islamic State, exact_case: [IS]}
  opposition: {name: opposition fighters, names: [rebels]}
  sdf: {name: Syrian Democratic Forces, names: [SDF]}
  ypg: {inside: sdf, name: People's Protection Units, names: [YPG]}
""",
    "watches.yaml": """\
version: 1
watches:
  aleppo:
    title: Aleppo
    areas: [aleppo]
    events: [control_change, siege]
    severity: high
    raise: [{to: critical, places: [azaz]}]
    examples:
      must_match: [Rebels captured Azaz from Islamic State on Sunday.]
      must_not_match: [Rebels failed to capture Azaz.]
""",
    "routes.yaml": """\
version: 1
routes:
  desk:
    title: Desk
    send: {wait: 10 minutes, then_every: 1 hour}
    to: [mail]
""",
}


@pytest.fixture
def write_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Write the small rules with some files replaced (None: left out), and return their folder as a user types it."""
    monkeypatch.chdir(tmp_path)

    def write(**files: str | None) -> Path:
        folder = Path("rules")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(SHIPPED / "language", folder / "language")
        named = {"places/all.yaml" if name == "places" else f"{name}.yaml": text for name, text in files.items()}
        for name, text in (SMALL_RULES | named).items():
            if text is not None:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(text, encoding="utf-8")
        return folder

    return write
