"""What is asked of the database to judge rules, many devices at a time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import numpy as np
from sqlalchemy import ARRAY, BigInteger, DateTime, TextClause, bindparam, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.telemetry import correlation_id
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.silence import Consumed
from kilowatch.monitoring.domain.unusual import Hour
from kilowatch.monitoring.domain.usage import Rows, observations
from kilowatch.monitoring.store.alerts import alert_record
from kilowatch.monitoring.store.tables import alert, consumption, device, touched

#: An hour of readings, in the µs that slots count what they cover in.
HOUR_US: Final = 3_600_000_000
#: A device's readings of a day at one a second. Whoever judges more at once asks again.
READINGS_AT_ONCE: Final = 1_000_000

_TAKE_TOUCHED: Final = text("""
    WITH due AS (
        SELECT ctid FROM touched WHERE due_at <= :now ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED
    ), taken AS (
        DELETE FROM touched WHERE ctid IN (SELECT ctid FROM due)
        RETURNING device_id, since, due_at, correlation_id, imported
    )
    SELECT device_id, min(since) AS since, min(since) FILTER (WHERE NOT imported) AS live_since,
        coalesce((array_agg(correlation_id ORDER BY due_at DESC) FILTER (WHERE correlation_id <> ''))[1], '') AS request
    FROM taken GROUP BY device_id
""")

#: Each span is looked up by itself. Joined with all of them at once, every slot of a device may be compared with every
#: hour asked for: for a month of a device with a year of slots, that takes longer than a request may.
_SPANS: Final = text("""
    SELECT coalesce(found.energy, 0)::bigint AS energy, coalesce(found.covered, 0)::bigint AS covered, found.slots
    FROM unnest(CAST(:devices AS bigint[]), CAST(:since AS timestamptz[]), CAST(:until AS timestamptz[]))
        WITH ORDINALITY AS wanted (device, since, until, number)
    CROSS JOIN LATERAL (
        SELECT sum(energy) AS energy, sum(covered) AS covered, count(*) AS slots FROM usage
        WHERE usage.device = wanted.device AND usage.slot >= wanted.since AND usage.slot < wanted.until
    ) AS found
    ORDER BY number
""").bindparams(
    bindparam("devices", type_=ARRAY(BigInteger)),
    bindparam("since", type_=ARRAY(DateTime(timezone=True))),
    bindparam("until", type_=ARRAY(DateTime(timezone=True))),
)

_NEWEST: Final = text("""
    SELECT wanted.device, (SELECT max(time) FROM reading WHERE reading.device = wanted.device) AS newest
    FROM unnest(CAST(:devices AS bigint[])) AS wanted (device)
""").bindparams(bindparam("devices", type_=ARRAY(BigInteger)))

_LAST_SENT: Final = text("""
    SELECT device, CASE WHEN newest <= tail.until THEN tail.sent ELSE newest END AS newest
    FROM unnest(CAST(:devices AS bigint[])) AS wanted (device)
    CROSS JOIN LATERAL (SELECT max(time) AS newest FROM reading WHERE reading.device = wanted.device) AS stored
    LEFT JOIN imported_tail AS tail ON tail.device_id = wanted.device
""").bindparams(bindparam("devices", type_=ARRAY(BigInteger)))

#: From the last reading before the time on: a silence that began earlier goes on into it.
_SILENCES: Final = text("""
    SELECT time, next FROM (
        SELECT time, lead(time) OVER (ORDER BY time) AS next FROM reading
        WHERE device = :device AND time <= :until AND time >= coalesce(
            (SELECT max(time) FROM reading WHERE device = :device AND time >= :visible_from AND time < :since), :since
        )
    ) AS pair
    WHERE coalesce(next, :until) - time > :longest ORDER BY time
""")

#: What the power of a device from a moment on depends on is not older than so many readings before.
READINGS_BEFORE: Final = 3
_BEFORE: Final = text("""
    SELECT min(time) FROM (
        SELECT time FROM reading WHERE device = :device AND time < :since ORDER BY time DESC LIMIT :count
    ) AS before
""")

_READABLE_FROM: Final = text("SELECT time FROM reading WHERE device = :device ORDER BY time DESC OFFSET :limit LIMIT 1")

#: Of one device at a time: with the bounds of many in a table, the planner reads and hashes all that the view has.
_READINGS: Final = text("""
    SELECT device, (extract(epoch FROM time) * 1000000)::bigint AS time, value, coalesce(flags, 0) AS flags
    FROM effective_reading
    WHERE device = :device AND time >= :since ORDER BY time LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class Touch:
    since: datetime  #: from when on usage has changed
    live_since: datetime | None  #: the same of all but imports; None: nothing else has changed it
    correlation_id: str  #: of the newest request that did it; empty: none did


class WatchStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take_touched(self, now: datetime, limit: int) -> Mapping[int, Touch]:
        """Devices to be judged; they are taken off the list."""
        rows = await self._connection.execute(_TAKE_TOUCHED, {"now": now, "limit": limit})
        return {row.device_id: Touch(row.since, row.live_since, row.request) for row in rows}

    async def touch(self, device_ids: Collection[int], since: datetime, *due_at: datetime) -> None:
        """Have the rules of devices judged again, by what is asked for now."""
        request = correlation_id.get()
        rows = [
            {"device_id": each, "since": since, "due_at": due, "correlation_id": request}
            for due in due_at
            for each in device_ids
        ]
        if rows:
            await self._connection.execute(insert(touched), rows)

    async def devices(self, device_ids: Collection[int]) -> Mapping[int, Device]:
        """Those that are there, tombstones left out."""
        statement = select(device.c.id, device.c.state).where(device.c.id.in_(device_ids), ~device.c.deleted)
        return {row.id: row.state for row in await self._connection.execute(statement)}

    async def changed_devices(self, after: int, limit: int) -> Sequence[tuple[int, Device]]:
        """Devices that have come, changed or gone since the change `after`, tombstones included, in order."""
        statement = select(device.c.changed, device.c.state).where(device.c.changed > after)
        rows = await self._connection.execute(statement.order_by(device.c.changed).limit(limit))
        return [(row.changed, row.state) for row in rows]

    async def energies(self, spans: Sequence[tuple[int, Span]]) -> Sequence[int]:
        """mWh of a device in each span, in the same order."""
        return [row.energy for row in await self._sums(spans)]

    async def hours(self, starts: Sequence[tuple[int, Span]]) -> Sequence[Hour | None]:
        """Of a device's hours, in the same order; None where nothing is stored."""
        rows = await self._sums(starts)
        return [Hour(row.energy, row.covered / HOUR_US) if row.slots else None for row in rows]

    async def _sums(self, spans: Sequence[tuple[int, Span]]) -> Sequence[Any]:
        values = {
            "devices": [device_id for device_id, _ in spans],
            "since": [span.start for _, span in spans],
            "until": [span.end for _, span in spans],
        }
        return (await self._connection.execute(_SPANS, values)).all()

    async def newest(self, device_ids: Collection[int]) -> Mapping[int, datetime]:
        """The time of each device's newest reading; those without any are left out."""
        return await self._times(_NEWEST, device_ids)

    async def last_sent(self, device_ids: Collection[int]) -> Mapping[int, datetime]:
        """The same of what devices have sent themselves: what was imported since is none of it."""
        return await self._times(_LAST_SENT, device_ids)

    async def _times(self, statement: TextClause, device_ids: Collection[int]) -> Mapping[int, datetime]:
        rows = await self._connection.execute(statement, {"devices": list(device_ids)})
        return {row.device: row.newest for row in rows if row.newest is not None}

    async def readings(self, since: Mapping[int, datetime]) -> Rows:
        """OBSERVATION rows (not configured) of each device from its moment on, with those before that they need."""
        records = [
            tuple(record) for device_id in sorted(since) for record in await self._readings(device_id, since[device_id])
        ]
        columns = np.array(records, _STORED)
        rows = observations(columns["device"], columns["time"], columns["value"])
        rows["flags"] = columns["flags"]
        return rows

    async def readable_from(self, device_id: int) -> datetime | None:
        """From when on `readings` gives all that there are; None: from the first one."""
        values = {"device": device_id, "limit": READINGS_AT_ONCE - READINGS_BEFORE}
        found: datetime | None = await self._connection.scalar(_READABLE_FROM, values)
        return found

    async def silences(
        self, device_id: int, within: Span, visible_from: datetime, longest: timedelta
    ) -> Sequence[tuple[datetime, datetime | None]]:
        """Times without a reading of a device that are longer than `longest`, in order; the last may go on (None).

        The first may have begun before `within`, though not before `visible_from`.
        """
        values = {
            "device": device_id,
            "since": within.start,
            "until": within.end,
            "visible_from": visible_from,
            "longest": longest,
        }
        return [(row.time, row.next) for row in await self._connection.execute(_SILENCES, values)]

    async def _readings(self, device_id: int, since: datetime) -> Sequence[Any]:
        before = await self._connection.scalar(_BEFORE, {"device": device_id, "since": since, "count": READINGS_BEFORE})
        values = {"device": device_id, "since": before or since, "limit": READINGS_AT_ONCE}
        return (await self._connection.execute(_READINGS, values)).all()

    async def consumed(self) -> Mapping[int, Consumed]:
        """How far each partition has been worked off."""
        rows = await self._connection.execute(select(consumption))
        return {row.partition: Consumed(row.until, row.steady_since) for row in rows}

    async def known_alerts(
        self, device_ids: Collection[int], kinds: Collection[AlertKind], since: datetime
    ) -> Sequence[AlertRecord]:
        """Alerts that end after `since`, or have no end yet. Nobody else changes them until the transaction ends."""
        statement = select(alert).where(
            alert.c.device_id.in_(device_ids),
            alert.c.kind.in_(kinds),
            or_(alert.c.until.is_(None), alert.c.until >= since, alert.c.since >= since),
        )
        rows = await self._connection.execute(statement.order_by(alert.c.since).with_for_update())
        return [alert_record(row) for row in rows]

    async def without_end(self, kind: AlertKind) -> Collection[int]:
        """Devices with an alert of this kind that has no end yet."""
        statement = select(alert.c.device_id).where(alert.c.kind == kind.value, alert.c.until.is_(None))
        return set(await self._connection.scalars(statement))

    async def save(self, raised: Sequence[AlertRecord], changed: Sequence[AlertRecord]) -> None:
        for each in changed:
            await self._connection.execute(update(alert).where(alert.c.id == each.id).values(asdict(each)))
        if raised:
            await self._connection.execute(insert(alert), [asdict(each) for each in raised])


_STORED: Final = np.dtype([("device", "i8"), ("time", "i8"), ("value", "f8"), ("flags", "u1")])
