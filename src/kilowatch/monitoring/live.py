"""Live measurements: told after a commit, at most once a second, of those devices only that somebody looks at.

Nothing of it is on the way of a reading. A commit notes which watched devices it touched; a job of its own asks the
database for them over another connection, and tells what it finds to whoever listens.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
from sqlalchemy import Row

from kilowatch.contracts.live import INGEST, USAGE, WATCHING, WATCHING_ENDS_S, Ingest, Usage, Watching
from kilowatch.contracts.routing import LIVE
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Poison, Unavailable
from kilowatch.kit.instants import microseconds
from kilowatch.kit.listener import listen_to
from kilowatch.kit.service import Job
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.domain.usage import NEWEST_READINGS, Ints, Rows, newest_power
from kilowatch.monitoring.ledger.commit import Receipt
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import stored_rows
from kilowatch.monitoring.store.live import LiveStore

log = logger(__name__)

PACE_S: Final = 1.0
#: Devices asked for at a time; the others follow a second later.
AT_ONCE: Final = 2_000
#: Who was silent for longer has no power to show.
LONGEST_SILENCE: Final = timedelta(days=2)


class LiveUsage:
    def __init__(self, database: Database, broker: Broker, clock: Clock, replica: str) -> None:
        self._database = database
        self._broker = broker
        self._clock = clock
        self._replica = replica
        self._watching: dict[str, tuple[frozenset[int], float]] = {}
        self._watched: Ints = np.zeros(0, np.int64)
        self._touched: set[int] = set()
        self._written = np.zeros(3, np.int64)

    # -- told by others ------------------------------------------------------------------------------------------------

    def committed(self, receipt: Receipt, columns: Sequence[Rows]) -> None:
        """Note what a commit has written: on the way of readings, so nearly free while nobody looks."""
        self._written += (receipt.accepted, receipt.duplicate, receipt.rejected)
        if len(self._watched):
            for rows in columns:
                self._touched.update(rows["device"][np.isin(rows["device"], self._watched)].tolist())

    def hear(self, message: Message) -> None:
        try:
            heard = msgspec.json.decode(message.body, type=Watching)
        except msgspec.MsgspecError as error:
            raise Poison(f"not a set of devices: {error}") from error
        devices = frozenset(heard.device_ids)
        before, _ = self._watching.get(heard.replica, (frozenset(), 0.0))
        self._watching[heard.replica] = (devices, time.monotonic())
        if devices != before:
            self._gather()
        self._touched |= devices - before  # who begins to look need not wait for the next reading

    def _gather(self) -> None:
        union = frozenset().union(*(devices for devices, _ in self._watching.values()))
        self._watched = np.array(sorted(union), np.int64)

    # -- jobs ----------------------------------------------------------------------------------------------------------

    async def listen(self, stopping: asyncio.Event) -> None:
        await listen_to(self._broker, LIVE, [WATCHING], self.hear, lambda: None)(stopping)

    def tell(self, fleet: Callable[[], Fleet], ours: Callable[[Ints], Ints]) -> Job:
        """The job that tells. `ours`: those of the devices whose partitions this replica has."""

        async def run(stopping: asyncio.Event) -> None:
            told_at = time.monotonic()
            while not stopping.is_set():
                self._forget_silent()
                try:
                    await self._tell_usage(fleet(), ours)
                    told_at = await self._tell_ingest(told_at)
                except Unavailable as error:
                    log.warning("live_usage_waits", reason=str(error))
                await wait_for_any(stopping, timeout_s=PACE_S)

        return run

    def _forget_silent(self) -> None:
        oldest = time.monotonic() - WATCHING_ENDS_S
        silent = [replica for replica, (_, heard_at) in self._watching.items() if heard_at < oldest]
        for replica in silent:
            del self._watching[replica]
        if silent:
            self._gather()

    async def _tell_usage(self, fleet: Fleet, ours: Callable[[Ints], Ints]) -> None:
        if not self._touched:
            return
        # Somebody may look at a device before we have heard of it: it is told as soon as we have, if they still look.
        touched = np.array(sorted(self._touched), np.int64)
        is_known = fleet.positions(touched) >= 0
        known, strange = touched[is_known][:AT_ONCE], touched[~is_known]
        self._touched.difference_update(known.tolist(), np.setdiff1d(strange, self._watched).tolist())
        devices = ours(known)
        if len(devices):
            await self._send(USAGE, await self._usage(fleet, devices))

    async def _usage(self, fleet: Fleet, devices: Ints) -> Usage:
        now = self._clock()
        device_ids = devices.tolist()
        async with self._database.transaction() as connection:
            store = LiveStore(connection)
            newest = await store.newest_readings(device_ids, now - LONGEST_SILENCE, NEWEST_READINGS)
            energy = await store.energy_since(device_ids, _midnights(fleet, devices, now))
        power = _power(fleet, newest, now)
        shown = [power.get(device, (None, None)) for device in device_ids]
        return Usage(
            device_ids=tuple(device_ids),
            power_w=tuple(watts for watts, _ in shown),
            today_mwh=tuple(energy.get(device, 0) for device in device_ids),
            at=tuple(at for _, at in shown),
        )

    async def _tell_ingest(self, told_at: float) -> float:
        now = time.monotonic()
        written, self._written = self._written, np.zeros(3, np.int64)
        accepted, duplicate, rejected = (written / max(now - told_at, 0.001)).tolist()
        await self._send(INGEST, Ingest(self._replica, accepted, duplicate, rejected))
        return now

    async def _send(self, key: str, content: Usage | Ingest) -> None:
        await self._broker.tell(LIVE, Message(id="", body=msgspec.json.encode(content), routing_key=key))


def _midnights(fleet: Fleet, devices: Ints, now: datetime) -> list[datetime]:
    zones = fleet.members["zone"][fleet.positions(devices)]
    starts = {
        zone: now.astimezone(ZoneInfo(fleet.zones[zone])).replace(hour=0, minute=0, second=0, microsecond=0)
        for zone in set(zones.tolist())
    }
    return [starts[zone] for zone in zones.tolist()]


def _power(fleet: Fleet, readings: Sequence[Row[Any]], now: datetime) -> dict[int, tuple[float | None, int | None]]:
    """By device the power and when it was measured, of records with device, time, value and flags in order."""
    if not readings:
        return {}
    newest, watts = newest_power(fleet.configure(stored_rows(readings)))
    watts[microseconds(now) - newest["time"] > newest["max_gap"]] = np.nan
    return {
        device: (None if np.isnan(power) else power, at)
        for device, power, at in zip(newest["device"].tolist(), watts.tolist(), newest["time"].tolist(), strict=True)
    }
