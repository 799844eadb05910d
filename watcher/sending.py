"""Step 5 of the pipeline: outbox -> channels, side by side; to one channel one message after the other.

Every stage of a delivery is stored before the next begins: claimed, handed over, answered. So a crash at any moment
leaves a delivery that surely did not go out, or one that is known to be uncertain.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import structlog

from watcher.deliver.retry import next_attempt, rest_until
from watcher.model import ChannelId, Delivery, SendResult
from watcher.ports import Ports, Setup
from watcher.store import channel_states, outbox
from watcher.storms import is_in_storm

log = structlog.get_logger()

SENT_IN_A_ROW = 50  # to one channel, before the others that became due meanwhile are looked for
LEASE_MARGIN = timedelta(minutes=2)  # how long past its deadline a sending may take before it counts as cut off
NOTE_AGAIN_AFTER_S = (0.5, 2.0, 10.0, 30.0)  # a result is worth patience: without its note the message is sent again


async def deliver_due(
    ports: Ports, setup: Setup, *, is_stopping: Callable[[], bool] = lambda: False
) -> tuple[SendResult, ...]:
    """Send what is due, the channels side by side; a delivery is marked sent only after its channel took it.

    After a failure that may pass, the channel rests and what else it is owed waits. When ``is_stopping`` nothing
    further is begun.
    """
    channels = await asyncio.to_thread(_due_channels, ports)
    served = await asyncio.gather(*(_serve(ports, setup, channel, is_stopping) for channel in channels))
    return tuple(result for results in served for result in results)


def _due_channels(ports: Ports) -> tuple[ChannelId, ...]:
    now = ports.clock.now()
    with ports.database.writing() as session:
        cut_off = outbox.recover_interrupted(session, now, only_expired=True)
        due = outbox.channels_due(session, now)
    if cut_off:
        log.warning("deliveries_cut_off", deliveries=cut_off)
    return due


async def _serve(
    ports: Ports, setup: Setup, channel_id: ChannelId, is_stopping: Callable[[], bool]
) -> list[SendResult]:
    """Send what is due to one channel, up to the first failure that may pass."""
    results: list[SendResult] = []
    with structlog.contextvars.bound_contextvars(channel=channel_id):
        try:
            while len(results) < SENT_IN_A_ROW and not is_stopping():
                delivery = await asyncio.to_thread(_claim, ports, setup, channel_id)
                if delivery is None:
                    break
                results.append(await _deliver(ports, delivery))
                if not results[-1].ok and not results[-1].permanent:
                    break
        except Exception:  # the store is in trouble: what is claimed is settled when its lease ends; the others go on
            log.exception("channel_not_served")
    return results


def _claim(ports: Ports, setup: Setup, channel_id: ChannelId) -> Delivery | None:
    """The channel's next delivery, cut to what the channel takes in one message."""
    lease = setup.config.alerts.send_deadline + LEASE_MARGIN
    with ports.database.writing() as session:
        now = ports.clock.now()
        delivery = (
            None if is_in_storm(session, setup, channel_id, now) else outbox.claim_next(session, channel_id, now, lease)
        )
    if delivery is None:
        return None
    texts = ports.notifier.lay_out(channel_id, delivery.message)
    if len(texts) == 1:
        return delivery
    with ports.database.writing() as session:
        return outbox.split_delivery(session, delivery, texts)


async def _deliver(ports: Ports, delivery: Delivery) -> SendResult:
    with structlog.contextvars.bound_contextvars(delivery=delivery.id):
        try:
            result = await ports.notifier.send(
                delivery.channel_id,
                delivery.message,
                delivery.id,
                possible_repeat=delivery.possible_repeat,
                number=(delivery.part, delivery.parts),
                hand_over=lambda: _note_handed_over(ports, delivery),
                answer_late=lambda late: _note_late(ports, delivery, late),
            )
        except Exception as error:  # a bug: it may have been taken, so it is tried again as a repeat
            log.exception("delivery_broken")
            result = SendResult(ok=False, detail=f"internal error: {type(error).__name__}", possible_repeat=True)
        for pause in NOTE_AGAIN_AFTER_S:
            try:
                await asyncio.to_thread(_note_result, ports, delivery, result)
            except Exception:
                log.exception("delivery_not_noted", ok=result.ok)
                await asyncio.sleep(pause)
            else:
                return result
        await asyncio.to_thread(_note_result, ports, delivery, result)
        return result


def _note_handed_over(ports: Ports, delivery: Delivery) -> None:
    with ports.database.writing() as session:
        outbox.note_handed_over(session, delivery.id, ports.clock.now())


def _note_result(ports: Ports, delivery: Delivery, result: SendResult) -> None:
    now = ports.clock.now()
    again_at = next_attempt(delivery.attempts, delivery.unanswered, now, result, ports.jitter())
    with ports.database.writing() as session:
        if result.ok:
            outbox.mark_sent(session, delivery.id, now, result.detail)
        else:
            outbox.mark_failed(session, delivery.id, now, result.detail, again_at, unanswered=result.possible_repeat)
        if result.ok or result.permanent:
            channel_states.note_channel_answered(session, delivery.channel_id)
        else:
            failures = channel_states.channel_state(session, delivery.channel_id).failures + 1
            rest = rest_until(failures, now, ports.jitter())
            channel_states.note_channel_failed(session, delivery.channel_id, now, result.detail, rest)
    if result.ok:
        log.info("delivery_sent", attempt=delivery.attempts)
    elif again_at is not None:
        log.warning("delivery_failed", attempt=delivery.attempts, reason=result.detail, again_at=again_at.isoformat())
    else:
        log.error("delivery_abandoned", attempt=delivery.attempts, reason=result.detail)


def _note_late(ports: Ports, delivery: Delivery, result: SendResult) -> None:
    """An answer that came after the deadline: a yes ends the matter, a clear no makes the next attempt no repeat."""
    now = ports.clock.now()
    with ports.database.writing() as session:
        if result.ok:
            outbox.mark_sent(session, delivery.id, now, f"answered late: {result.detail}")
            channel_states.note_channel_answered(session, delivery.channel_id)
        elif not result.possible_repeat:
            outbox.note_late_refusal(session, delivery.id, now, result.detail)
