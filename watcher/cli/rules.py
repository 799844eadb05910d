"""``watcher rules check|schema``: every problem of the rules and the configuration at once; the schema for editors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from watcher.cli.context import directories
from watcher.cli.problems import as_record, count_of, with_caret
from watcher.config import Config, load_config
from watcher.config.schema import FILES
from watcher.deliver.channels import check_channel
from watcher.model import Problem
from watcher.rulebook.check import check_files, unused_channels
from watcher.rulebook.files import RuleFiles, read_rules
from watcher.rulebook.language import LanguageFile
from watcher.rulebook.schema import json_schema

app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None)


@app.command("check")
def check_command(
    context: typer.Context,
    json_output: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Check all rules and configuration, run the examples, list every problem. Exit status 1 if one is an error."""
    files, problems = check_all(directories(context).rules, directories(context).config)
    if json_output:
        print(json.dumps([as_record(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(with_caret(problem))
        print(f"{say_size(files)}: {count_of(problems)}")
    if any(problem.severity == "error" for problem in problems):
        raise typer.Exit(1)


@app.command("schema")
def schema_command() -> None:
    """Print one JSON Schema that fits every file in rules/ and config/, for editors."""
    print(json.dumps(json_schema(LanguageFile, *FILES), ensure_ascii=False, indent=2))


def check_all(rules: Path, config_directory: Path) -> tuple[RuleFiles, tuple[Problem, ...]]:
    """The rules and every problem of both directories, sorted by position."""
    config, config_problems = load_config(config_directory)
    files = read_rules(rules)
    problems = [*config_problems, *check_files(files, config.channel_ids if config else None)]
    if config is not None:
        problems += _channel_problems(config, files)
    return files, tuple(sorted(problems, key=lambda problem: problem.sort_key))


def say_size(files: RuleFiles) -> str:
    """How much was checked."""
    counts = ((len(files.places), "place"), (len(files.watches), "watch"), (len(files.routes), "route"))
    plural = {"place": "places", "watch": "watches", "route": "routes"}
    return ", ".join(f"{count} {word if count == 1 else plural[word]}" for count, word in counts)


def _channel_problems(config: Config, files: RuleFiles) -> list[Problem]:
    """Channels that Apprise refuses, and channels that no route names."""
    refused = [(channel, check_channel(channel)) for channel in config.channels]
    return [
        *(unused_channels(files.routes, config.channels) if files.routes else ()),
        *(
            Problem(channel.origin, f"channel {channel.id!r} cannot be used: {refusal}")
            for channel, refusal in refused
            if refusal
        ),
    ]
