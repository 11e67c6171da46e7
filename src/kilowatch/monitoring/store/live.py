"""What live measurements are made of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, DateTime, Row, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

_DEVICES: Final = bindparam("devices", type_=ARRAY(BigInteger))
_NEWEST: Final = text("""
    SELECT r.device, (extract(epoch FROM r.time) * 1000000)::bigint, r.value, coalesce(r.flags, 0)
    FROM unnest(CAST(:devices AS bigint[])) AS wanted (device) CROSS JOIN LATERAL (
        SELECT * FROM reading WHERE reading.device = wanted.device AND reading.time >= :since
        ORDER BY reading.time DESC LIMIT :readings
    ) AS r
    ORDER BY r.device, r.time
""").bindparams(_DEVICES)
_ENERGY: Final = text("""
    SELECT wanted.device, sum(usage.energy)::bigint AS energy
    FROM unnest(CAST(:devices AS bigint[]), CAST(:since AS timestamptz[])) AS wanted (device, since)
    JOIN usage ON usage.device = wanted.device AND usage.slot >= wanted.since
    GROUP BY wanted.device
""").bindparams(_DEVICES, bindparam("since", type_=ARRAY(DateTime(timezone=True))))


class LiveStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def newest_readings(self, devices: Sequence[int], since: datetime, readings: int) -> Sequence[Row[Any]]:
        """Device, time (µs), value and flags of so many readings of each, by device, the oldest first."""
        asked = {"devices": devices, "since": since, "readings": readings}
        return (await self._connection.execute(_NEWEST, asked)).all()

    async def energy_since(self, devices: Sequence[int], since: Sequence[datetime]) -> Mapping[int, int]:
        """Energy (mWh) of each device since a moment of its own; nothing where there is no slot."""
        rows = await self._connection.execute(_ENERGY, {"devices": devices, "since": since})
        return {row.device: row.energy for row in rows}
