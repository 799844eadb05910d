"""The peer ``reader`` as the polling benchmark drives it; run by the interpreter of its own environment.

``_reader_poller.py DATABASE WORKERS URL …``: each line on standard input is one update of all feeds, answered by a line
of JSON. No part of Watcher is imported here.
"""

from __future__ import annotations

import json
import sys
import time

import reader  # type: ignore[import-not-found]  # it lives in the peer's environment


def main() -> None:
    database, workers, *urls = sys.argv[1:]
    program = reader.make_reader(database, search_enabled=False)
    for url in urls:
        program.add_feed(url)
    print("ready", flush=True)
    while sys.stdin.readline():
        began_s = time.perf_counter()
        new, failed = 0, None
        for result in program.update_feeds_iter(workers=int(workers), scheduled=False):
            if isinstance(result.value, Exception):
                failed = str(result.value)
            elif result.value is not None:
                new += result.value.new
        took_s = time.perf_counter() - began_s
        print(json.dumps({"seconds": took_s, "polls": len(urls), "new": new, "failed": failed}), flush=True)


if __name__ == "__main__":
    main()
