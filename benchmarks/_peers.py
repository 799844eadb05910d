"""Programs and libraries that we compare ourselves with, each in a virtual environment of its own, made once.

They live in $WATCHER_PEERS, else in the user's cache folder; the pins below are what the figures in the docs are of.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import venv
from pathlib import Path

PEERS = {
    "datasketch": ("datasketch==2.0.0", "numpy==2.4.6", "scipy==1.17.1"),
    "reader": (
        *("reader==3.26", "beautifulsoup4==4.15.0", "certifi==2026.10.19.post1", "charset-normalizer==3.5.2"),
        *("feedparser==6.0.14", "feedparser-sgmllib==2.1.0", "idna==3.20", "MarkupSafe==3.0.4", "requests==2.34.2"),
        *("sgmllib3k==1.0.0", "soupsieve==4.1.3", "structlog==26.1.0", "typing_extensions==4.16.0"),
        *("urllib3==2.8.0", "Werkzeug==3.1.9"),
    ),
}


def peer_python(name: str) -> Path:
    """The interpreter of a peer's environment; the first call makes it, with pip. Raises: CalledProcessError."""
    pins = PEERS[name]
    mark = hashlib.sha256("\n".join(pins).encode()).hexdigest()[:12]
    folder = _cache() / f"{name}-{mark}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, clear=True, with_pip=True)
        install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *pins)
        subprocess.run([python, *install], check=True)
        (folder / "complete").touch()
    return python


def _cache() -> Path:
    if told := os.environ.get("WATCHER_PEERS"):
        return Path(told)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "watcher-peers"
