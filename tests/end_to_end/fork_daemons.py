"""Starts the daemon again and again in processes of its own, without paying for the imports each time.

Loads the files once; then each line on stdin forks a child that does what ``watcher run`` does, and its process id is
printed. The next line waits until that child is dead.
"""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from watcher.cli.context import Directories
from watcher.cli.setup import database_path, load_setup
from watcher.log import configure_logging
from watcher.service import Service
from watcher.store.database import Database


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(folder: Path) -> None:
    folders = Directories(folder / "config", folder / "rules", folder / "state")
    setup = load_setup(folders)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            configure_logging()
            with Database(database_path(folders, setup.config)) as database:
                database.upgrade()
                asyncio.run(Service(partial(load_setup, folders), setup, database).run())
            os._exit(0)
        _tell(str(child))
        os.waitpid(child, 0)
        _tell("dead")


if __name__ == "__main__":  # the processes that parse for the daemon load this file, too
    main(Path(sys.argv[1]))
