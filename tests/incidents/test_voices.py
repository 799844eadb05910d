from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from watcher.incidents.voices import voice_of
from watcher.rulebook.load import RuleBook

if TYPE_CHECKING:
    from collections.abc import Callable

    from watcher.model import Finding


@pytest.mark.parametrize(
    ("source", "outlet", "voice"),
    [
        ("Syrian army", "Crescent Wire", "government"),
        ("SANA", "Crescent Wire", "government"),
        ("an SDF spokesman", "Crescent Wire", "sdf"),
        ("IS", "Crescent Wire", "is"),
        ("residents", "Crescent Wire", None),
        ("Syrian Observatory for Human Rights", "SANA", None),  # whom it quotes counts, not who prints it
        (None, "SANA", "government"),
        (None, "Crescent Wire", None),
    ],
)
def test_a_report_speaks_for_the_side_of_its_source(
    shipped_book: RuleBook, tell: Callable[..., Finding], source: str | None, outlet: str, voice: str | None
) -> None:
    finding = replace(tell(), attributed_to=source)

    assert voice_of(finding, outlet, shipped_book.actors) == voice
