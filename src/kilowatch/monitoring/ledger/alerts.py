"""Which hours pass their limit by what a commit changed."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

import numpy as np

from kilowatch.kit.clock import Clock
from kilowatch.kit.instants import microseconds, moment
from kilowatch.kit.telemetry import new_correlation_id
from kilowatch.monitoring.domain.limits import HOUR, LimitExceeded, hours_of, judge_hour
from kilowatch.monitoring.domain.usage import SLOT_US, Ints, Rows
from kilowatch.monitoring.ledger import queries
from kilowatch.monitoring.ledger.columns import Connection, rows_of
from kilowatch.monitoring.ledger.fleet import NO_LIMIT
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.ledger.usage import Change

#: Wakes whoever tells of alerts.
NEWS_CHANNEL: Final = "alert_news"
TELL_NEWS: Final = f"NOTIFY {NEWS_CHANNEL}"

#: For each device the correlation id of the request that has brought its last reading.
RequestsOf: TypeAlias = Callable[[Ints], list[str]]


async def apply_limits(
    connection: Connection,
    recent: Recent,
    change: Change,
    *,
    requests_of: RequestsOf,
    clock: Clock,
) -> Rows:
    """Raise and clear alerts for the hours that `change` touched. Returns the HOUR rows to remember."""
    grown, suspects = await _grown_hours(connection, recent, change.added)
    revised = await _energy(connection, _limited_hours(recent, change.recomputed))
    suspects = np.concatenate([suspects, revised])
    limits = _limits(recent, suspects)
    over = suspects["energy"] > limits
    exceeded = [
        judge_hour(device, moment(hour * SLOT_US), energy, limit, now=clock(), imported=device in change.imported)
        for (device, hour, energy), limit in zip(suspects[over].tolist(), limits[over].tolist(), strict=True)
    ]
    await _raise(connection, [found for found in exceeded if found], requests_of, clock)
    await _clear(connection, revised[revised["energy"] <= _limits(recent, revised)], clock)
    return grown


async def _grown_hours(connection: Connection, recent: Recent, added: Rows) -> tuple[Rows, Rows]:
    """All hours that in-order energy went to, and those that may just have passed their limit."""
    hours = _limited_hours(recent, added)
    before, known = recent.hour_energy(hours["device"], hours["hour"])
    hours["energy"][known] += before[known]
    asked = await _energy(connection, hours[~known])
    hours["energy"][~known] = asked["energy"]
    limits = _limits(recent, hours)
    crossing = (hours["energy"] > limits) & (~known | (before <= limits))
    return hours, hours[crossing]


def _limited_hours(recent: Recent, slots: Rows) -> Rows:
    """SLOT rows of devices that have a limit, summed to local hours."""
    members = recent.fleet.members[recent.fleet.positions(slots["device"])]
    limited = members["limit"] != NO_LIMIT
    return hours_of(slots[limited], members["zone"][limited], recent.fleet.zones)


def _limits(recent: Recent, hours: Rows) -> Ints:
    limits: Ints = recent.fleet.members["limit"][recent.fleet.positions(hours["device"])]
    return limits


async def _energy(connection: Connection, hours: Rows) -> Rows:
    """The same hours with the energy that is stored now."""
    if not len(hours):
        return np.zeros(0, HOUR)
    starts = (hours["hour"] * SLOT_US).tolist()
    stored = rows_of(await connection.fetch(queries.HOUR_ENERGY, hours["device"].tolist(), starts), HOUR)
    stored["hour"] //= SLOT_US
    return stored


async def _raise(
    connection: Connection, exceeded: Sequence[LimitExceeded], requests_of: RequestsOf, clock: Clock
) -> None:
    if not exceeded:
        return
    # A correction shows it without a reading that came.
    requests = [each or new_correlation_id() for each in requests_of(np.array([found.device for found in exceeded]))]
    columns = (
        [found.device for found in exceeded],
        [microseconds(found.hour) for found in exceeded],
        [found.energy for found in exceeded],
        [found.limit for found in exceeded],
        [found.historical for found in exceeded],
        requests,
    )
    await _tell(connection, await connection.execute(queries.RAISE_ALERTS, *columns, microseconds(clock())))


async def _clear(connection: Connection, within: Rows, clock: Clock) -> None:
    if not len(within):
        return
    starts = (within["hour"] * SLOT_US).tolist()
    columns = (within["device"].tolist(), starts)
    await _tell(connection, await connection.execute(queries.CLEAR_ALERTS, *columns, microseconds(clock())))


async def _tell(connection: Connection, status: str) -> None:
    """Wake the tellers if a statement changed alerts, by its status.

    PostgreSQL lets transactions that notify commit one after the other; a late reading that changes nothing, of which
    every commit has some, must not make it one of them.
    """
    if not status.endswith(" 0"):
        await connection.execute(TELL_NEWS)


async def touch_watched(
    connection: Connection, recent: Recent, change: Change, *, requests_of: RequestsOf, clock: Clock
) -> None:
    """Have the rules judged of the watched devices whose slots `change` touched."""
    slots = np.concatenate([change.added, change.recomputed])
    slots = slots[recent.watched.holds(slots["device"])]
    if len(slots):
        devices, place = np.unique(slots["device"], return_inverse=True)
        first = np.full(len(devices), np.iinfo(np.int64).max)
        np.minimum.at(first, place, slots["slot"])
        imported = np.isin(devices, list(change.imported)).tolist()
        columns = devices.tolist(), (first * SLOT_US).tolist(), requests_of(devices), imported
        await connection.execute(queries.TOUCH, *columns, microseconds(clock()))
