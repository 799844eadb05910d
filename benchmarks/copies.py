"""How well and how fast copies are found among 100,000 items, beside datasketch's MinHashLSH on the same stream.

Run it by ``python -m benchmarks copies``; it takes some minutes. Each row is a process of its own. Ours works on a real
SQLite file, one transaction for each document of 30 items, as the daemon does; datasketch works in memory and keeps
nothing. "Without copies" is our storing of the same items alone. Times are of the CPU; making the stream is left out.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks._peers import peer_python

ITEMS = 100_000
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure and print, one line per figure."""
    without = _run(sys.executable, "benchmarks._copies_ours", "without")
    ours = _run(sys.executable, "benchmarks._copies_ours", "with")
    print(f"{ITEMS:,} items, {ours['copies']:,} copies")
    _tell("ours", ours, ours["step_us"])
    _line(
        "  in all, beside storing the items", ours["cpu_us"] - without["cpu_us"], "µs of CPU an item, commits included"
    )
    _line("  memory beside storing the items", ours["added_mb"] - without["added_mb"], "MB")
    _line("  the database on disk", ours["disk_bytes"] - without["disk_bytes"], "bytes an item more")
    for threshold in ("0.5", "0.3"):
        peer = _run(peer_python("datasketch"), "benchmarks._copies_datasketch", threshold)
        _tell(f"datasketch MinHashLSH, 128 permutations, threshold {threshold}", peer, peer["cpu_us"])
        _line("  memory", peer["added_mb"], "MB")
        _line("  its time beside ours", peer["cpu_us"] / ours["step_us"], "times")


def _run(python: str | Path, module: str, how: str) -> dict[str, Any]:
    answer = subprocess.run(
        [python, "-m", module, str(ITEMS), how], cwd=ROOT, check=True, capture_output=True, text=True
    )
    result: dict[str, Any] = json.loads(answer.stdout)
    return result


def _tell(who: str, result: dict[str, Any], cost_us: float) -> None:
    print(who)
    _line("  recall", result["recall"], "of the copies")
    _line("  precision", result["precision"], "of what is called a copy")
    _line("  cost", cost_us, "µs of CPU an item")


def _line(what: str, value: float, unit: str) -> None:
    print(f"{what:48} {value:>10.3f} {unit}" if value < 10 else f"{what:48} {value:>10.0f} {unit}")
