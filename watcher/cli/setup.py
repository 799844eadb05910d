"""Loads what most commands need: the user's files as a Setup, and the database that they point to."""

from __future__ import annotations

from pathlib import Path

from watcher.cli.context import Directories
from watcher.config import Config, load_config
from watcher.errors import ConfigError, StoreError
from watcher.model import Problem
from watcher.ports import Setup
from watcher.rulebook.check import channel_problems
from watcher.rulebook.load import load_rulebook
from watcher.store.database import Database

DATABASE_NAME = "watcher.db"


def load_setup(directories: Directories) -> Setup:
    """Read config and rules. Raises: ConfigError with every problem of every file."""
    config, config_problems = load_config(directories.config)
    book, rule_problems = load_rulebook(directories.rules)
    problems: list[Problem] = [*config_problems, *rule_problems]
    if config is not None and book is not None:
        problems += channel_problems(book.routes, config.channel_ids)
    if config is None or book is None or any(problem.severity == "error" for problem in problems):
        raise ConfigError(problems)
    return Setup(config=config, book=book)


def database_path(directories: Directories, config: Config) -> Path:
    """Where the database is, or will be."""
    return directories.state_directory(config.state_directory) / DATABASE_NAME


def existing_database(directories: Directories, config: Config) -> Database:
    """The database that a daemon has made. Raises: StoreError when there is none yet."""
    return _existing(database_path(directories, config))


def _existing(path: Path) -> Database:
    if not path.exists():
        raise StoreError(f"no database at {path}: run 'watcher run' or 'watcher once' first, or name another --state")
    return Database(path)


def database_without_rules(directories: Directories) -> Database:
    """The database that a daemon has made, for commands that need no rules: broken ones are no hindrance.

    Raises: ConfigError when watcher.yaml is needed and bad, StoreError when there is no database yet.
    """
    return _existing(database_path_without_rules(directories))


def database_path_without_rules(directories: Directories) -> Path:
    """Where the database is, or will be. With ``--state``, broken config files are no hindrance, either."""
    if directories.state is not None:
        return directories.state / DATABASE_NAME
    config, problems = load_config(directories.config)
    if config is None:
        raise ConfigError(problems)
    return database_path(directories, config)
