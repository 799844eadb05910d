"""The JSON Schema that editors use."""

from __future__ import annotations

import re
from typing import Any

from watcher.config.schema import FILES
from watcher.rulebook.language import LanguageFile
from watcher.rulebook.schema import json_schema


def test_each_kind_of_file_has_its_definition() -> None:
    schema = json_schema(LanguageFile, *FILES)

    rules = {"PlacesFile", "ActorsFile", "WatchesFile", "RoutesFile", "ControlFile"}
    kinds = rules | {"WatcherFile", "FeedsFile", "ChannelsFile"}
    assert {reference["$ref"] for reference in schema["anyOf"]} == {
        f"#/$defs/{kind}" for kind in (*kinds, "LanguageFile")
    }
    assert {reference["$ref"].rpartition("/")[2] for reference in schema["anyOf"]} <= set(schema["$defs"])


def test_every_reference_leads_somewhere() -> None:
    schema = json_schema(LanguageFile, *FILES)

    def references(node: Any) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
            return own.union(*map(references, node.values()))
        if isinstance(node, list):
            return set().union(*map(references, node))
        return set()

    assert {reference.removeprefix("#/$defs/") for reference in references(schema)} <= set(schema["$defs"])


def test_it_speaks_the_words_of_the_files() -> None:
    definitions = json_schema(*FILES)["$defs"]

    assert "raise" in definitions["WatchEntry"]["properties"]
    assert definitions["PlaceEntry"]["additionalProperties"] is False
    assert definitions["PlaceEntry"]["properties"]["needs_context"]["enum"] == ["yes", "no", True, False]
    wait = definitions["PollingSection"]["properties"]["tick"]["pattern"]
    assert re.fullmatch(wait, "1 hour 30 minutes")
    assert not re.fullmatch(wait, "10")
