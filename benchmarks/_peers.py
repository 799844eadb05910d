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
    "spacy": (
        *("annotated-doc==0.0.7", "annotated-types==0.8.0", "anyio==4.16.0", "blis==1.3.4"),
        *("catalogue==2.0.10", "certifi==2026.10.19.post1", "charset-normalizer==3.5.2", "click==8.5.1"),
        *("cloudpathlib==0.26.0", "confection==1.3.4", "cymem==2.0.16", "h11==0.16.0", "httpcore==1.0.9"),
        *("httpx==0.28.1", "idna==3.20", "Jinja2==3.1.6", "markdown-it-py==4.3.0", "MarkupSafe==3.0.4"),
        *("mdurl==0.1.2", "murmurhash==1.0.16", "numpy==2.4.6", "packaging==26.3", "preshed==3.0.15"),
        *("pydantic==2.14.4", "pydantic_core==2.50.5", "Pygments==2.21.0", "requests==2.34.2"),
        *("rich==15.0.0", "shellingham==1.5.4", "smart_open==9.0.2", "spacy==3.8.18", "spacy-legacy==3.0.12"),
        *("spacy-loggers==1.0.5", "srsly==2.5.6", "thinc==8.3.14", "tqdm==4.70.1", "typer==0.29.2"),
        *("typing-inspection==0.4.5", "typing_extensions==4.16.0", "urllib3==2.8.0", "wasabi==1.1.3"),
        *("weasel==1.0.1", "wrapt==2.5.2"),
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
