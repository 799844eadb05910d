"""Which side gains and which loses, where the words around the event tell it: names, nouns, holders, neighbours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from watcher.detect.match import Detector
from watcher.model import Finding, Status

PUBLISHED = datetime(2017, 7, 1, 6, tzinfo=UTC)


def news(detector: Detector, text: str) -> list[Finding]:
    found = detector.match("", text, published_at=PUBLISHED, language="en", source=None)
    return [finding for finding in found if finding.status.alerts]


@pytest.mark.parametrize(
    ("text", "gained", "lost"),
    [
        ("Troops loyal to Damascus captured Khanasir on Friday.", "government", None),
        ("Ankara's proxies took Afrin on Friday.", "opposition", None),
        ("The garrison of Menagh airbase, all Kurdish fighters, left the base on Friday.", None, "ypg"),
        ("SDF fighters rested. Nusra fired shells. The jihadists took Azaz on Friday.", "hts", "sdf"),
        ("The SDF fought Islamic State. The attackers took Azaz on Friday.", None, None),
        ("The SDF captured the Islamic State bastion of Tabqa on Friday.", "sdf", "is"),
        ("The National Hospital in Raqqa, one of Islamic State's last redoubts, was taken on Friday.", None, "is"),
        ("The army took Dayr Hafir, which Islamic State had held since 2014, on Friday.", "government", "is"),
        ("Rebels captured the Syrian town of Azaz on Friday.", "opposition", None),
        ("The army, backed by Hezbollah, Iraqi and Afghan militiamen, took Marea.", "government", None),
        ("Rebels who control Azaz took Marea on Friday.", "opposition", None),
        ("SDF fighters marched into the middle with hardly a shot fired, took Tabqa and left.", "sdf", None),
        ("Islamic State left Marea on Friday. Rebels walked into the empty houses after them.", "opposition", "is"),
        ("Islamic State left Marea on Friday. The rebels have not moved in.", None, "is"),
    ],
)
def test_sides_are_those_that_the_words_tie_to_the_event(
    detector: Detector, text: str, gained: str | None, lost: str | None
) -> None:
    finding = news(detector, text)[-1]

    assert (finding.gained_by, finding.lost_by) == (gained, lost), [str(reason) for reason in finding.reasons]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("A rebel operations room says that its fighters took Marea on Friday.", Status.CLAIMED),
        ("Rebels took Marea on Friday, they said, and the Observatory confirmed that IS had gone.", Status.ASSERTED),
        ("The SDF's media office says its fighters cleared a road and that Tabqa has been captured.", Status.CLAIMED),
        ("Islamic State left Marea on Friday, the Observatory said.", Status.ASSERTED),
    ],
)
def test_news_is_claimed_where_only_the_side_that_profits_speaks(detector: Detector, text: str, status: Status) -> None:
    assert [finding.status for finding in news(detector, text)] == [status]


def test_headline_of_a_claim_is_no_second_source(detector: Detector) -> None:
    found = detector.match(
        "Army takes Marea",
        "A military source said on Friday that the army had taken Marea.",
        published_at=PUBLISHED,
        language="en",
        source=None,
    )

    assert [finding.status for finding in found] == [Status.CLAIMED]


def test_confidence_falls_with_what_had_to_be_inferred(detector: Detector) -> None:
    plain = news(detector, "Rebels captured Marea from Islamic State on Friday, the Observatory said.")[0]
    inferred = news(detector, "Islamic State was at Marea. Rebels fought it. They captured the town.")[0]

    assert plain.confidence == pytest.approx(0.9)
    assert inferred.confidence < 0.6
