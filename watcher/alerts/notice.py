"""Messages to the operator: titled lists of lines as text and HTML. Pure: no I/O.

What they quote comes from servers and feeds: lines are cleaned before, mentions are broken and HTML is escaped here.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from watcher.alerts.hostile import defuse
from watcher.model import Message


def render_notice(subject: str, groups: Sequence[tuple[str, Sequence[str]]], closing: Sequence[str]) -> Message:
    """Each group is a title and its lines; groups without lines are left out."""
    told = [(title, [defuse(line) for line in lines]) for title, lines in groups if lines]
    text = "\n\n".join(
        [*("\n".join([title, *(f"- {line}" for line in lines)]) for title, lines in told), "\n".join(closing)]
    )
    lists = "".join(
        f"<h3>{escape(title)}</h3><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        for title, lines in told
    )
    html = (
        f"<html><body><h2>{escape(subject)}</h2>{lists}"
        f"<p>{'<br>'.join(escape(line) for line in closing)}</p></body></html>"
    )
    return Message(subject=subject, text=text + "\n", html=html)
