"""``python -m watcher``, and the console script ``watcher``."""


def main() -> None:
    from watcher.cli.app import main as run  # noqa: PLC0415  the processes that parse for the daemon import this module

    run()


if __name__ == "__main__":
    main()
