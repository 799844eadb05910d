"""The YAML in docs/rules.md and docs/configuration.md is good as it stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from watcher.config.schema import ChannelsFile, FeedsFile
from watcher.rulebook.schema import ActorsFile, PlacesFile, RoutesFile, WatchesFile
from watcher.rulebook.yaml import read_yaml, validate

if TYPE_CHECKING:
    from pydantic import BaseModel

DOCS = Path(__file__).parent.parent.parent / "docs"
SECTIONS: dict[str, list[tuple[str, type[BaseModel]]]] = {
    "rules.md": [
        ("version: 1\nplaces:\n", PlacesFile),
        ("version: 1\nactors:\n", ActorsFile),
        ("version: 1\nwatches:\n", WatchesFile),
        ("version: 1\nroutes:\n", RoutesFile),
    ],
    "configuration.md": [
        ("version: 1\n", FeedsFile),
        ("version: 1\nfeeds:\n", FeedsFile),
        ("version: 1\n", ChannelsFile),
    ],
}


@pytest.mark.parametrize("name", SECTIONS)
def test_every_example_in_the_guides_loads(tmp_path: Path, name: str) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", (DOCS / name).read_text(encoding="utf-8"), re.DOTALL)

    assert len(blocks) == len(SECTIONS[name])
    for block, (head, model) in zip(blocks, SECTIONS[name], strict=True):
        path = tmp_path / "example.yaml"
        path.write_text(head + block, encoding="utf-8")
        document, problems = read_yaml(path, name)
        assert problems == ()
        assert document is not None
        assert validate(document, model)[1] == ()


def test_the_guide_names_every_kind_of_place() -> None:
    kinds = PlacesFile.model_json_schema()["$defs"]["PlaceKind"]["enum"]
    guide = " ".join((DOCS / "rules.md").read_text(encoding="utf-8").split())

    assert f"`kind` is one of {', '.join(kinds)}." in guide
