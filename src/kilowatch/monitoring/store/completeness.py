"""How much of a period the readings of each device account for. What was estimated over a gap is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.usage import Quality

#: Of energy that was spread over a gap it is known how much it was, not when it was used.
_INCOMPLETE: Final = text("""
    SELECT found.id, found.name, found.covered, found.readings,
        (SELECT max(time) FROM reading WHERE reading.device = found.id) AS last_reading_at
    FROM (
        SELECT device.id, device.state ->> 'name' AS name,
            coalesce(sum(usage.covered) FILTER (WHERE usage.quality & :estimated = 0), 0)::float8 AS covered,
            coalesce(sum(usage.readings), 0)::bigint AS readings
        FROM device
        LEFT JOIN usage ON usage.device = device.id AND usage.slot >= :since AND usage.slot < :until
        WHERE NOT device.deleted AND device.id > :after
        GROUP BY device.id
        HAVING coalesce(sum(usage.covered) FILTER (WHERE usage.quality & :estimated = 0), 0) < :enough
        ORDER BY device.id
        LIMIT :limit
    ) AS found
    ORDER BY found.id
""")


@dataclass(frozen=True, slots=True)
class Incomplete:
    device_id: int
    name: str
    coverage: float  #: 0 to 1
    missing_hours: float
    readings: int
    last_reading_at: datetime | None


class CompletenessStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def incomplete(self, span: Span, below: float, after: int, limit: int) -> Sequence[Incomplete]:
        """Devices whose coverage of the span is less than `below`, by id from the one after `after`."""
        expected = (span.end - span.start).total_seconds() * 1e6
        asked = {
            "since": span.start,
            "until": span.end,
            "after": after,
            "estimated": Quality.ESTIMATED.value,
            "enough": below * expected,
            "limit": limit,
        }
        return [
            Incomplete(
                device_id=row.id,
                name=row.name,
                coverage=round(min(1.0, row.covered / expected), 4),
                missing_hours=round(max(0.0, expected - row.covered) / 3.6e9, 2),
                readings=row.readings,
                last_reading_at=row.last_reading_at,
            )
            for row in await self._connection.execute(_INCOMPLETE, asked)
        ]
