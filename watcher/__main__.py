"""``python -m watcher``, and the console script ``watcher``."""

from watcher.cli.app import main

if __name__ == "__main__":
    main()
