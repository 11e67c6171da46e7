"""Sites."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.devices.domain.site import SiteParticulars, SiteRecord
from kilowatch.devices.store.access import in_force
from kilowatch.devices.store.inventory import Order
from kilowatch.devices.store.tables import among, assignments, devices, sites
from kilowatch.kit.errors import NotFound


class SiteSort(StrEnum):
    ID = "id"
    NAME = "name"
    DEVICE_COUNT = "device_count"
    CREATED_AT = "created_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSites:
    search: str = ""  #: occurs in the name or the address
    user_id: UUID | None = None  #: is assigned to it
    sort: SiteSort = SiteSort.NAME
    order: Order = Order.ASCENDING
    offset: int = 0
    limit: int = 50


_DEVICE_COUNT: Final = (
    select(func.count())
    .select_from(devices)
    .where(devices.c.site_id == sites.c.id, devices.c.deleted_at.is_(None))
    .scalar_subquery()
)
_SITE: Final = select(sites, _DEVICE_COUNT.label("device_count")).where(sites.c.deleted_at.is_(None))
_SORTED_BY: Final[dict[SiteSort, ColumnElement[Any]]] = {
    SiteSort.ID: sites.c.id,
    SiteSort.NAME: func.lower(sites.c.name),
    SiteSort.DEVICE_COUNT: _DEVICE_COUNT,
    SiteSort.CREATED_AT: sites.c.created_at,
}
_PARTICULARS: Final = [field.name for field in fields(SiteParticulars)]


class SiteStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, site_id: int) -> SiteRecord:
        """Raises `NotFound`."""
        found = await self.existing([site_id])
        if not found:
            raise NotFound("There is no such site.")
        return found[0]

    async def existing(self, site_ids: Collection[int]) -> list[SiteRecord]:
        found = await self._connection.execute(_SITE.where(among(sites.c.id, site_ids)).order_by(sites.c.id))
        return [_record(row) for row in found]

    async def page(self, wanted: WantedSites, moment: datetime) -> tuple[list[SiteRecord], int]:
        conditions = _conditions(wanted, moment)
        by = _SORTED_BY[wanted.sort]
        page = _SITE.where(*conditions).order_by(by if wanted.order is Order.ASCENDING else by.desc(), sites.c.id)
        rows = await self._connection.execute(page.offset(wanted.offset).limit(wanted.limit))
        counted = select(func.count()).select_from(sites).where(sites.c.deleted_at.is_(None), *conditions)
        return [_record(row) for row in rows], await self._connection.scalar(counted) or 0

    async def add(self, particulars: SiteParticulars, now: datetime) -> SiteRecord:
        new = insert(sites).values(**asdict(particulars), version=1, created_at=now, updated_at=now)
        site_id = await self._connection.scalar(new.returning(sites.c.id))
        assert site_id is not None
        return await self.get(site_id)

    async def save(self, record: SiteRecord) -> None:
        values = asdict(record.particulars) | {"version": record.version, "updated_at": record.updated_at}
        await self._connection.execute(update(sites).where(sites.c.id == record.id).values(values))

    async def mark_deleted(self, site_id: int, now: datetime) -> None:
        deleted = update(sites).where(sites.c.id == site_id)
        await self._connection.execute(deleted.values(deleted_at=now, updated_at=now, version=sites.c.version + 1))


def _conditions(wanted: WantedSites, moment: datetime) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.search:
        searched = (sites.c.name, sites.c.address)
        conditions.append(or_(*(column.icontains(wanted.search, autoescape=True) for column in searched)))
    if wanted.user_id is not None:
        assigned = select(assignments.c.site_id).where(assignments.c.user_id == wanted.user_id, *in_force(moment))
        conditions.append(sites.c.id.in_(assigned.where(assignments.c.site_id.is_not(None))))
    return conditions


def _record(row: Row[Any]) -> SiteRecord:
    values = dict(row._mapping)
    del values["deleted_at"]
    particulars = SiteParticulars(**{name: values.pop(name) for name in _PARTICULARS})
    return SiteRecord(particulars=particulars, **values)
