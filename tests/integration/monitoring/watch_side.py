"""The watcher and the teller over the read side's database, a step at a time and with the clock in the test's hands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import AlertChanged, AlertCleared, AlertEscalated, AlertRaised
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.hashing import partition_of
from kilowatch.monitoring.handlers.silence import Silences
from kilowatch.monitoring.news import Teller
from kilowatch.monitoring.store.tables import alert, touched
from kilowatch.monitoring.watching import Watcher
from tests.integration.monitoring.read_side import ReadSide

PARTITIONS = 4


@dataclass
class WatchSide:
    monitoring: ReadSide
    intake_open: bool = True
    silences: Silences = field(init=False)

    def __post_init__(self) -> None:
        self.silences = Silences(PARTITIONS, watched_from=self.now - timedelta(hours=1))
        self.watcher = Watcher(self.monitoring.database, self.monitoring.clock, PARTITIONS, self._check_intake)
        self.teller = Teller(self.monitoring.database, self.monitoring.clock)

    @property
    def now(self) -> datetime:
        return self.monitoring.clock.now

    async def pass_time(self, **length: float) -> None:
        """Time passes and everything that came until then is consumed."""
        self.monitoring.clock.now += timedelta(**length)
        await self.consume(self.now)

    async def consume(self, until: datetime, steady_since: datetime | None = None) -> None:
        values = {"until": until, "steady": steady_since or until - timedelta(hours=1)}
        async with self.monitoring.database.transaction() as connection:
            await connection.execute(
                text(f"""
                    INSERT INTO consumption SELECT partition, :until, :steady
                    FROM generate_series(0, {PARTITIONS - 1}) AS partition
                    ON CONFLICT (partition) DO UPDATE SET until = :until
                """),
                values,
            )

    async def touch(
        self, device: int, since: datetime | None = None, request: str = "", *, imported: bool = False
    ) -> None:
        since = since or self.now - timedelta(minutes=15)
        values = {"device_id": device, "since": since, "due_at": self.now, "correlation_id": request}
        values["imported"] = imported
        await self.monitoring.put(touched, values)

    async def look(self) -> list[str]:
        """Judge and tell what is due; the types of the events that went out meanwhile."""
        before = len(await self.told())
        async with self.monitoring.database.session() as connection:
            await self.watcher.look(connection, self.silences)
        await self.teller.tell()
        return [event.type for event in (await self.told())[before:]]

    async def told(self) -> Sequence[AlertChanged]:
        payloads = [event.payload for event in await self.monitoring.events()]
        return [each for each in payloads if isinstance(each, AlertRaised | AlertCleared | AlertEscalated)]

    async def alerts(self) -> Sequence[dict[str, Any]]:
        return sorted((dict(row) for row in await self.monitoring.rows(alert)), key=lambda row: row["since"])

    async def set_rule(self, device: int, kind: str, *, user_id: UUID | None = None, **rule: Any) -> None:
        path = f"/api/alert-rules/devices/{device}"
        role = Role.ADMINISTRATOR if user_id is None else Role.CLIENT
        async with self.monitoring.clients.user(role, user_id) as client:
            answer = await client.put(path, json={"kind": kind, **rule})
        assert answer.status_code == 200, answer.text

    async def _check_intake(self) -> None:
        if not self.intake_open:
            raise Unavailable("away")


def partition(device: int) -> int:
    return partition_of(device, PARTITIONS)
