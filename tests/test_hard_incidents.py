"""Hard cases of correlation, on the shipped rules and a real store: which reports make one incident."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from watcher.filing import close_quiet_incidents
from watcher.model import IncidentState

if TYPE_CHECKING:
    from tests.conftest import Newsroom

DAY = datetime(2016, 6, 9, 8, 0, tzinfo=UTC)  # a Thursday


def hours(count: float) -> datetime:
    return DAY + timedelta(hours=count)


def kinds(newsroom: Newsroom, number: int = 0) -> list[str]:
    return [kind for kind, _ in newsroom.history(newsroom.incidents()[number])]


def test_a_town_that_is_taken_part_by_part_is_one_incident_and_every_part_is_news(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "SDF captures part of Manbij", "The SDF captured parts of Manbij on Wednesday.", at=DAY)
    newsroom.publish("Post", "Half of Manbij taken", "The SDF captured half of Manbij on Friday.", at=hours(36))
    newsroom.publish(
        "Echo", "Manbij falls", "The SDF captured the town of Manbij from Islamic State on Sunday.", at=hours(80)
    )

    (incident,) = newsroom.incidents()

    assert (incident.extent.value, incident.event_date and incident.event_date.isoformat()) == ("full", "2016-06-12")
    assert newsroom.history(incident) == [
        ("opened", "first told by Wire"),
        ("extended", "a further part on 10 June 2016, told by Post"),
        ("extended", "only part of the place so far, all of it by Echo"),
    ]


def test_a_place_that_changes_hands_three_times_in_a_week_is_three_incidents(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Rebels captured Khan Tuman from government forces on Wednesday.", at=DAY)
    newsroom.publish("Post", "B", "Government forces recaptured Khan Tuman from rebels on Thursday.", at=hours(12))
    newsroom.publish("Wire", "C", "Rebels recaptured Khan Tuman from government forces on Saturday.", at=hours(50))
    newsroom.publish("Echo", "D", "Rebels took Khan Tuman from government forces on Wednesday.", at=hours(52))

    first, second, third = newsroom.incidents()

    assert [incident.reversed_by for incident in (first, second, third)] == [second.id, third.id, None]
    assert [incident.state.value for incident in (first, second, third)] == ["reversed", "reversed", "opened"]
    assert [report.title for report in first.reports] == ["A", "D"]


def test_a_siege_that_is_laid_broken_and_laid_again_is_three_incidents(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Islamic State besieged the town of Marea on Wednesday.", at=DAY)
    newsroom.publish("Wire", "B", "Rebels broke the Islamic State siege of Marea on Thursday.", at=hours(12))
    newsroom.publish("Wire", "C", "Islamic State besieged the town of Marea again on Saturday.", at=hours(50))

    incidents = newsroom.incidents()

    assert [incident.action.value for incident in incidents] == ["imposed", "broken", "imposed"]
    assert [incident.state.value for incident in incidents] == ["reversed", "reversed", "opened"]


def test_a_late_report_of_an_old_event_joins_it_by_its_day_even_after_it_was_closed(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Rebels captured Khan Tuman from government forces on Wednesday.", at=DAY)
    ports = newsroom.ports_at(hours(24 * 9))
    assert close_quiet_incidents(ports, newsroom.setup) == 1
    assert newsroom.incidents()[0].state is IncidentState.CLOSED
    newsroom.publish(
        "Post", "B", "Rebels took Khan Tuman from the army on Wednesday.", at=hours(4), seen_at=hours(24 * 10)
    )

    (incident,) = newsroom.incidents()

    assert incident.state is IncidentState.CONFIRMED
    assert newsroom.history(incident) == [
        ("opened", "first told by Wire"),
        ("closed", "nothing was told of it for 9 days"),
        ("reopened", "told of again by Post"),
        ("confirmed", "also told by Post, 2 outlets in all"),
    ]


def test_an_incident_that_is_still_told_of_is_not_closed(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Rebels captured Khan Tuman from government forces on Wednesday.", at=DAY)

    assert close_quiet_incidents(newsroom.ports_at(hours(24 * 6)), newsroom.setup) == 0
    assert close_quiet_incidents(newsroom.ports_at(hours(24 * 7)), newsroom.setup) == 1
    assert close_quiet_incidents(newsroom.ports_at(hours(24 * 8)), newsroom.setup) == 0


def test_a_round_up_joins_each_event_that_it_lists_and_opens_none_again(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Rebels captured Khan Tuman from government forces on Wednesday.", at=DAY)
    newsroom.publish("Wire", "B", "The SDF captured the town of Tal Rifaat from rebels on Thursday.", at=hours(12))
    newsroom.publish(
        "Post",
        "The week in the north",
        "Rebels captured Khan Tuman from government forces on Wednesday. The SDF captured Tal Rifaat from rebels on "
        "Thursday. Islamic State captured Kafr Kalbin on Friday.",
        at=hours(40),
    )

    incidents = newsroom.incidents()

    assert [incident.place for incident in incidents] == ["khan_tuman", "tal_rifaat", "kafr_kalbin"]
    assert [len(incident.reports) for incident in incidents] == [2, 2, 1]


def test_two_unlisted_villages_of_one_province_are_two_incidents(newsroom: Newsroom) -> None:
    text = "Rebels captured the village of {} in Aleppo province on Wednesday."
    newsroom.publish("Wire", "A", text.format("Tal Shabeeb"), at=DAY)
    newsroom.publish("Post", "B", text.format("Umm Nasr"), at=hours(1))
    newsroom.publish("Echo", "C", text.format("Tell Shabib"), at=hours(2))

    one, other = newsroom.incidents()

    assert [report.title for report in one.reports] == ["A", "C"]
    assert [report.title for report in other.reports] == ["B"]
    assert (
        other.reports[0].joined_because == f"a new change: kept apart from {one.id}: it names another part of the place"
    )


def test_more_villages_than_were_told_are_news(newsroom: Newsroom) -> None:
    text = "Rebels captured {} villages in Aleppo province on Wednesday."
    newsroom.publish("Wire", "A", text.format(17), at=DAY)
    newsroom.publish("Post", "B", text.format("60"), at=hours(1))
    newsroom.publish("Echo", "C", text.format("sixty"), at=hours(2))

    assert newsroom.history(newsroom.incidents()[0]) == [
        ("opened", "first told by Wire"),
        ("extended", "more of it: 60 places told by Post, 17 so far"),
        ("confirmed", "also told by Echo, 3 outlets in all"),
    ]


def test_a_claim_that_two_outlets_repeat_is_not_confirmed_and_one_that_the_loser_admits_is(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "Rebels claim town", "The rebels said they captured Khan Tuman on Wednesday.", at=DAY)
    newsroom.publish("Post", "Claim", "Rebels said on Thursday they had taken Khan Tuman a day before.", at=hours(1))
    claimed = newsroom.incidents()[0].state
    newsroom.publish(
        "Wire", "Army admits loss", "The Syrian army admitted that it lost Khan Tuman on Wednesday.", at=hours(5)
    )

    (incident,) = newsroom.incidents()

    assert claimed is IncidentState.OPENED
    assert (incident.state, incident.state_because) == (
        IncidentState.CONFIRMED,
        "claimed by the side that gains and admitted by the side that loses",
    )


def test_who_denies_decides_between_disputed_and_denied(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "A", "Rebels captured Khan Tuman from government forces on Wednesday.", at=DAY)
    newsroom.publish("Post", "B", "The Syrian army denied that rebels had captured Khan Tuman.", at=hours(2))
    by_loser = newsroom.incidents()[0]
    newsroom.publish("Echo", "C", "The rebels denied that they had captured Khan Tuman.", at=hours(3))
    by_winner = newsroom.incidents()[0]

    assert (by_loser.state.value, by_loser.state_because) == ("disputed", "denied in Post")
    assert (by_winner.state.value, by_winner.state_because) == (
        "denied",
        "denied by the side that is said to have gained, in Echo",
    )
    assert kinds(newsroom) == ["opened", "disputed", "denied"]


def test_reports_without_a_date_belong_together_within_72_hours(newsroom: Newsroom) -> None:
    newsroom.publish("Wire", "Rebels capture Khan Tuman", at=DAY)
    newsroom.publish("Post", "Khan Tuman falls to rebels", at=hours(70))
    newsroom.publish("Echo", "Rebels seize Khan Tuman", at=hours(24 * 8))

    assert [len(incident.reports) for incident in newsroom.incidents()] == [2, 1]
