"""Beside step 5 of the pipeline: what was given up or does not get through is told on the channels that work."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from watcher.alerts.delivery_problems import is_failing, is_well_again, render_undelivered
from watcher.model import ChannelId, ChannelState, Delivery, Digest, DigestId, RouteId
from watcher.ports import Ports, Setup
from watcher.problems import new_delivery
from watcher.store import alerts, channel_states, outbox
from watcher.store.database import Session

log = structlog.get_logger()

DELIVERY_ROUTE_ID = RouteId("delivery-problems")


def review_outbox(ports: Ports, setup: Setup) -> Digest | None:
    """Tell of dead letters, and of channels that fail for long or are well again; return the digest that does."""
    now = ports.clock.now()
    with ports.database.reading() as session:
        dead = outbox.untold_dead(session, except_route=DELIVERY_ROUTE_ID)
        states = channel_states.channel_states(session)
    failing = [state for state in states if is_failing(state, now)]
    well = [state for state in states if is_well_again(state)]
    if not dead and not failing and not well:
        return None
    told = _Told(dead, failing, well)
    channels = _listeners(setup, told)
    digest = None
    with ports.database.writing() as session:
        if channels:
            digest = _compose(session, setup, told, channels, now)
        _note_told(session, told, now)
    log.error(
        "delivery_problems_told",
        given_up=[delivery.id for delivery in dead],
        failing=[state.channel_id for state in failing],
        well=[state.channel_id for state in well],
        to=channels,
    )
    return digest


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told now."""

    dead: Sequence[Delivery]
    failing: Sequence[ChannelState]
    well: Sequence[ChannelState]


def _compose(session: Session, setup: Setup, told: _Told, channels: Sequence[ChannelId], now: datetime) -> Digest:
    """Put the notice in the outbox for each of these channels."""
    digest = Digest(
        id=DigestId(uuid.uuid4().hex[:16]),
        route_id=DELIVERY_ROUTE_ID,
        composed_at=now,
        reason="delivery problems that nobody was told of yet",
        rules_version=setup.book.version,
        entries=(),
    )
    message = render_undelivered(told.dead, told.failing, told.well, now, setup.config.timezone)
    alerts.put_in_digest(session, digest, ())
    for channel in channels:
        outbox.add_delivery(session, new_delivery(digest, channel, message, now))
    return digest


def _note_told(session: Session, told: _Told, now: datetime) -> None:
    outbox.note_dead_told(session, [delivery.id for delivery in told.dead], now)
    for state in told.failing:
        channel_states.note_channel_told(session, state.channel_id, now)
    for state in told.well:
        channel_states.note_channel_told(session, state.channel_id, None)


def _listeners(setup: Setup, told: _Told) -> list[ChannelId]:
    """The operator's channels, else all, but for those that it is about.

    When none is left, those that only were silent: what they may have missed is named there at least.
    """
    wanted = [id_ for id_ in setup.config.channel_ids if id_ in setup.config.alerts.feed_problems_to]
    known = wanted or list(setup.routes[-1].channels)  # the last is the fallback route: rather all than nobody
    refusing = {delivery.channel_id for delivery in told.dead if not delivery.possible_repeat}
    refusing |= {state.channel_id for state in (*told.failing, *told.well)}
    silent = {delivery.channel_id for delivery in told.dead}
    return [one for one in known if one not in refusing | silent] or [one for one in known if one not in refusing]
