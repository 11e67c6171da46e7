"""Tariffs and their assignments as they are kept."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Identity,
    Row,
    Select,
    Table,
    Uuid,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.metering import AccessLevel, Device
from kilowatch.kit.errors import Conflict, NotFound
from kilowatch.monitoring.domain.contract import OfDevice, OfSite, OfUser, Target, TariffAssignment
from kilowatch.monitoring.domain.tariff import Tariff
from kilowatch.monitoring.store.tables import METADATA, MOMENT, Whole, access, device

tariff: Final = Table(
    "tariff",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("state", Whole(Tariff), nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("updated_at", MOMENT, nullable=False),
)
assignment: Final = Table(
    "tariff_assignment",
    METADATA,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("tariff_id", BigInteger, nullable=False),
    Column("device_id", BigInteger),
    Column("site_id", BigInteger),
    Column("user_id", Uuid),
    Column("since", Date, nullable=False),
    Column("until", Date),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffRecord:
    id: int
    version: int
    tariff: Tariff
    created_at: datetime
    updated_at: datetime


class TariffStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def page(self, offset: int, limit: int) -> tuple[Sequence[TariffRecord], int]:
        """By name, and how many there are on all pages."""
        by_name = select(tariff).order_by(tariff.c.state["name"].astext, tariff.c.id).offset(offset).limit(limit)
        rows = await self._connection.execute(by_name)
        total = await self._connection.scalar(select(func.count()).select_from(tariff))
        return [_record(row) for row in rows], total or 0

    async def get(self, tariff_id: int) -> TariffRecord:
        """Raises `NotFound`."""
        return await self._one(select(tariff).where(tariff.c.id == tariff_id))

    async def get_for_change(self, tariff_id: int) -> TariffRecord:
        """As `get`, and nobody else changes it, or assigns it, until the transaction ends."""
        return await self._one(select(tariff).where(tariff.c.id == tariff_id).with_for_update())

    async def add(self, new: Tariff, now: datetime) -> TariffRecord:
        values = {"version": 1, "state": new, "created_at": now, "updated_at": now}
        return _record((await self._connection.execute(insert(tariff).values(values).returning(tariff))).one())

    async def replace(self, tariff_id: int, new: Tariff, now: datetime) -> TariffRecord:
        values = {"version": tariff.c.version + 1, "state": new, "updated_at": now}
        changed = update(tariff).where(tariff.c.id == tariff_id).values(values)
        return _record((await self._connection.execute(changed.returning(tariff))).one())

    async def remove(self, tariff_id: int) -> None:
        """Raises `Conflict`."""
        used = select(exists().where(assignment.c.tariff_id == tariff_id))
        if await self._connection.scalar(used):
            raise Conflict("The tariff is assigned: remove its assignments first.")
        await self._connection.execute(delete(tariff).where(tariff.c.id == tariff_id))

    async def by_id(self, tariff_ids: Collection[int]) -> Mapping[int, Tariff]:
        rows = await self._connection.execute(select(tariff.c.id, tariff.c.state).where(tariff.c.id.in_(tariff_ids)))
        return {row.id: row.state for row in rows}

    async def assignments(self, *conditions: ColumnElement[bool]) -> Sequence[TariffAssignment]:
        rows = await self._connection.execute(select(assignment).where(*conditions).order_by(assignment.c.id))
        return [_assignment(row) for row in rows]

    async def assign(self, tariff_id: int, target: Target, **days: object) -> TariffAssignment:
        """Raises `Conflict`."""
        values = {"tariff_id": tariff_id, **_columns(target), **days}
        try:
            async with self._connection.begin_nested():
                row = (await self._connection.execute(insert(assignment).values(values).returning(assignment))).one()
        except IntegrityError as error:
            raise Conflict("Something has been assigned from that day on already.") from error
        return _assignment(row)

    async def unassign(self, assignment_id: int) -> TariffAssignment:
        """Raises `NotFound`."""
        gone = delete(assignment).where(assignment.c.id == assignment_id).returning(assignment)
        row = (await self._connection.execute(gone)).one_or_none()
        if row is None:
            raise NotFound("There is no such assignment.")
        return _assignment(row)

    async def forget(self, user_id: UUID) -> None:
        await self._connection.execute(delete(assignment).where(assignment.c.user_id == user_id))

    async def members(self, targets: Collection[Target]) -> Sequence[Device]:
        """The devices that belong to any of `targets`."""
        theirs = select(access.c.device_id).where(
            access.c.user_id.in_([each.user_id for each in targets if isinstance(each, OfUser)]),
            access.c.level == AccessLevel.OWNER,
        )
        belongs = or_(
            device.c.id.in_([each.device_id for each in targets if isinstance(each, OfDevice)]),
            device.c.site_id.in_([each.site_id for each in targets if isinstance(each, OfSite)]),
            device.c.id.in_(theirs),
        )
        statement = select(device.c.state).where(~device.c.deleted, belongs).order_by(device.c.id)
        return (await self._connection.scalars(statement)).all()

    async def _one(self, statement: Select[Any]) -> TariffRecord:
        row = (await self._connection.execute(statement)).one_or_none()
        if row is None:
            raise NotFound("There is no such tariff.")
        return _record(row)


def concerning(targets: Collection[Target]) -> ColumnElement[bool]:
    """Assignments to any of `targets`."""
    return or_(
        assignment.c.device_id.in_([each.device_id for each in targets if isinstance(each, OfDevice)]),
        assignment.c.site_id.in_([each.site_id for each in targets if isinstance(each, OfSite)]),
        assignment.c.user_id.in_([each.user_id for each in targets if isinstance(each, OfUser)]),
    )


def _columns(target: Target) -> dict[str, object]:
    match target:
        case OfDevice(device_id):
            return {"device_id": device_id}
        case OfSite(site_id):
            return {"site_id": site_id}
        case OfUser(user_id):
            return {"user_id": user_id}


def _target(row: Row[Any]) -> Target:
    if row.device_id is not None:
        return OfDevice(row.device_id)
    return OfSite(row.site_id) if row.site_id is not None else OfUser(row.user_id)


def _assignment(row: Row[Any]) -> TariffAssignment:
    return TariffAssignment(id=row.id, tariff_id=row.tariff_id, target=_target(row), since=row.since, until=row.until)


def _record(row: Row[Any]) -> TariffRecord:
    return TariffRecord(
        id=row.id, version=row.version, tariff=row.state, created_at=row.created_at, updated_at=row.updated_at
    )
