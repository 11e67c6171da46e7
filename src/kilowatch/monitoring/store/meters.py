"""Which devices somebody may see, and from when on."""

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Final, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.metering import AccessLevel, Assignment, Device
from kilowatch.monitoring.store.tables import access, device

#: A device, and what gives somebody access to it.
Granted: TypeAlias = tuple[Device, Sequence[Assignment]]

EVERYTHING: Final[Collection[ColumnElement[bool]]] = ()


class MeterStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def devices(self, *conditions: ColumnElement[bool]) -> Sequence[Device]:
        statement = select(device.c.state).where(~device.c.deleted, *conditions).order_by(device.c.id)
        return (await self._connection.scalars(statement)).all()

    async def granted(self, user_id: UUID, *conditions: ColumnElement[bool]) -> Sequence[Granted]:
        """The devices that somebody has, had or will have access to."""
        statement = (
            select(device.c.state, access)
            .join(access, access.c.device_id == device.c.id)
            .where(access.c.user_id == user_id, ~device.c.deleted, *conditions)
            .order_by(device.c.id)
        )
        rows = await self._connection.execute(statement)
        grants = [
            (row.state, Assignment(user_id=row.user_id, level=AccessLevel(row.level), since=row.since, until=row.until))
            for row in rows
        ]
        return [(each, [given for _, given in group]) for each, group in groupby(grants, key=lambda grant: grant[0])]

    async def ancestry(self, devices: Sequence[Device]) -> Mapping[int, Device]:
        """Every device above one of `devices`, by id."""
        parents = {each.parent_id for each in devices if each.parent_id is not None}
        start = select(device.c.id, device.c.parent_id).where(device.c.id.in_(parents)).cte("above", recursive=True)
        step = select(device.c.id, device.c.parent_id).join(start, device.c.id == start.c.parent_id)
        above = start.union(step)
        rows = await self._connection.scalars(select(device.c.state).join(above, above.c.id == device.c.id))
        return {each.id: each for each in rows}


def with_id(device_id: int) -> ColumnElement[bool]:
    return device.c.id == device_id


def at_site(site_id: int) -> ColumnElement[bool]:
    return device.c.site_id == site_id
