"""A process that is told what to do line by line, and what it and its descendants cost. Linux only: reads /proc."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_SAMPLED_EVERY_S = 0.25
_TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Process:
    """Runs ``command`` until its standard input is closed; a context manager. ``peak_mb`` is sampled meanwhile."""

    def __init__(self, command: Sequence[str | Path], folder: Path) -> None:
        self._child = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self.peak_mb = 0.0
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch)
        self._watcher.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._watcher.join()
        self._child.communicate()

    def ask(self, line: str) -> str:
        assert self._child.stdin is not None
        self._child.stdin.write(f"{line}\n")
        self._child.stdin.flush()
        return self.answer()

    def answer(self) -> str:
        """The next line that it prints. Raises: RuntimeError when it ended instead."""
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._child.args!r} ended with status {self._child.wait()}")
        return line.strip()

    def cpu_s(self) -> float:
        """What it and its descendants have used up so far, those that have ended and were waited for included."""
        return sum(map(_cpu_s, _family(self._child.pid)))

    def memory_mb(self) -> float:
        """Resident now in it and its descendants; a page that several share counts once (proc(5), smaps_rollup)."""
        return sum(map(_memory_mb, _family(self._child.pid)))

    def _watch(self) -> None:
        while not self._ended.wait(_SAMPLED_EVERY_S):
            self.peak_mb = max(self.peak_mb, self.memory_mb())


def _family(pid: int) -> Iterator[int]:
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _family(int(child))


def _cpu_s(pid: int) -> float:
    """User and system time, with that of children that were waited for (proc(5), fields 14 to 17)."""
    with contextlib.suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) * _TICK_S
    return 0


def _memory_mb(pid: int) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, _, value = line.partition(":")
            if name == "Pss":
                return int(value.split()[0]) / 1024
    return 0
