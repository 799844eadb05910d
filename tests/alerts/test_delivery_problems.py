"""What the other channels read about messages and channels in trouble."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from watcher.alerts.delivery_problems import is_failing, is_well_again, render_undelivered
from watcher.model import ChannelId, ChannelState, Delivery, DeliveryId, DeliveryState, DigestId, Message

NOW = datetime(2016, 6, 9, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
MAIL = ChannelId("desk-mail")
DEAD = Delivery(
    id=DeliveryId("d1.desk-mail.2"),
    digest_id=DigestId("d1"),
    channel_id=MAIL,
    message=Message("[Watcher HIGH] Marea <b>@everyone", "text", ""),
    state=DeliveryState.DEAD,
    attempts=2,
    created_at=NOW,
    next_attempt_at=NOW,
    error="550 no such user",
    unanswered=1,
    part=2,
    parts=3,
)
FAILING = ChannelState(MAIL, 9, NOW - 31 * MINUTE, NOW, NOW + MINUTE, "451 try later")


@pytest.mark.parametrize(
    ("state", "failing", "well"),
    [
        (ChannelState(MAIL), False, False),
        (FAILING, True, False),
        (ChannelState(MAIL, 2, NOW - 5 * MINUTE), False, False),
        (ChannelState(MAIL, 2, NOW + 5 * MINUTE), True, False),  # the clock was set back
        (ChannelState(MAIL, 9, NOW - 60 * MINUTE, told_at=NOW), False, False),
        (ChannelState(MAIL, told_at=NOW), False, True),
    ],
)
def test_a_channel_is_told_of_when_it_fails_for_half_an_hour_and_when_it_is_well_again(
    state: ChannelState, failing: bool, well: bool
) -> None:
    assert (is_failing(state, NOW), is_well_again(state)) == (failing, well)


def test_the_notice_names_message_channel_and_reason_and_nothing_in_it_is_live() -> None:
    message = render_undelivered([DEAD], [FAILING], [ChannelState(ChannelId("chat"))], NOW, "Europe/Berlin")

    assert message.subject == (
        "[Watcher delivery] 1 message given up, 1 channel failing, 1 channel well again: desk-mail, chat"
    )
    assert message.text.splitlines()[:8] == [
        "Given up:",
        (
            '- to channel desk-mail: "[Watcher HIGH] Marea <\u200bb>@\u200beveryone", part 2 of 3 '
            "(Thursday 9 June 2016, 09:00): 550 no such user; it may have arrived (delivery d1.desk-mail.2)"
        ),
        "",
        "Failing:",
        "- channel desk-mail takes nothing since Thursday 9 June 2016, 08:29: 451 try later",
        "",
        "Well again:",
        "- channel chat",
    ]
    assert "<b>" not in message.html
