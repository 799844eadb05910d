"""Marks that publishers leave around a text by mistake. Pure."""

from __future__ import annotations

import re

_ESCAPED_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)


def unwrap(text: str) -> str:
    """Without CDATA marks that were escaped, so that they survived parsing (feedparser #440), closed or not."""
    return _ESCAPED_CDATA.sub(r"\1", text) if "<![CDATA[" in text else text
