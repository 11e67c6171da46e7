"""Devices and their configurations."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.metering import Direction, MeterConfiguration, MeterKind
from kilowatch.devices.domain.device import DeviceRecord, Particulars
from kilowatch.devices.domain.hierarchy import Parents
from kilowatch.devices.store.access import assigned_to_device, assigned_to_site
from kilowatch.devices.store.tables import among, configurations, devices, gateway_devices, sites
from kilowatch.kit.errors import NotFound
from kilowatch.kit.locks import take_turns


class DeviceSort(StrEnum):
    ID = "id"
    NAME = "name"
    SERIAL_NUMBER = "serial_number"
    SITE = "site"
    HOURLY_LIMIT = "hourly_limit_kwh"
    CREATED_AT = "created_at"


class Order(StrEnum):
    ASCENDING = "ascending"
    DESCENDING = "descending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which devices of a list, in which order."""

    search: str = ""  #: occurs in the name, serial number, location or description
    kind: MeterKind | None = None
    direction: Direction | None = None
    active: bool | None = None
    site_id: int | None = None
    gateway_id: int | None = None
    user_id: UUID | None = None  #: may see it, by an assignment of its own or of its site
    assigned: bool | None = None  #: whether anybody may see it
    sort: DeviceSort = DeviceSort.NAME
    order: Order = Order.ASCENDING
    offset: int = 0
    limit: int = 50


_SITE_NAME: Final = select(func.lower(sites.c.name)).where(sites.c.id == devices.c.site_id).scalar_subquery()
_SORTED_BY: Final[dict[DeviceSort, ColumnElement[Any]]] = {
    DeviceSort.ID: devices.c.id,
    DeviceSort.NAME: func.lower(devices.c.name),
    DeviceSort.SERIAL_NUMBER: devices.c.serial_number,
    DeviceSort.SITE: _SITE_NAME,
    DeviceSort.HOURLY_LIMIT: devices.c.hourly_limit_kwh,
    DeviceSort.CREATED_AT: devices.c.created_at,
}
_PARTICULARS: Final = [field.name for field in fields(Particulars)]
_EXISTS: Final = devices.c.deleted_at.is_(None)


class DeviceStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take_turns(self) -> None:
        """Let one transaction at a time change the inventory, until it ends.

        Changes are rare, and one often touches many rows: a site, its devices, the gateways that list them. Taking
        turns rules out deadlocks, cycles closed by two edits at once, and versions out of order. Readers never wait.
        """
        await take_turns(self._connection, "inventory")

    async def get(self, device_id: int) -> DeviceRecord:
        """Raises `NotFound`, also for one that was deleted."""
        found = await self.existing([device_id])
        if not found:
            raise NotFound("There is no such device.")
        return found[0]

    async def existing(self, device_ids: Collection[int]) -> list[DeviceRecord]:
        return await self._records(_EXISTS, among(devices.c.id, device_ids))

    async def at_site(self, site_id: int) -> list[DeviceRecord]:
        return await self._records(_EXISTS, devices.c.site_id == site_id)

    async def behind(self, parent_id: int) -> list[DeviceRecord]:
        return await self._records(_EXISTS, devices.c.parent_id == parent_id)

    async def seen_by(self, user_id: UUID, moment: datetime) -> list[DeviceRecord]:
        return await self._records(_EXISTS, _seen_by(user_id, moment))

    async def page(self, wanted: Wanted, moment: datetime) -> tuple[list[DeviceRecord], int]:
        """A page of devices, and how many there are on all pages."""
        conditions = _conditions(wanted, moment)
        page = select(devices).where(*conditions).order_by(*_order(wanted))
        rows = (await self._connection.execute(page.offset(wanted.offset).limit(wanted.limit))).all()
        total = await self._connection.scalar(select(func.count()).select_from(devices).where(*conditions))
        return await self._with_configurations(rows), total or 0

    async def ids(self, wanted: Wanted, moment: datetime) -> list[int]:
        """All ids of the list, in its order."""
        found = select(devices.c.id).where(*_conditions(wanted, moment)).order_by(*_order(wanted))
        return list((await self._connection.scalars(found)).all())

    async def after(self, device_id: int, limit: int) -> list[DeviceRecord]:
        """Devices by id, tombstones included."""
        page = select(devices).where(devices.c.id > device_id).order_by(devices.c.id).limit(limit)
        return await self._with_configurations((await self._connection.execute(page)).all())

    async def ids_by_serial_number(self, serial_numbers: Collection[str]) -> dict[str, int]:
        found = select(devices.c.serial_number, devices.c.id).where(
            _EXISTS, among(devices.c.serial_number, serial_numbers)
        )
        return {row.serial_number: row.id for row in await self._connection.execute(found)}

    async def parents_at_site(self, site_id: int | None) -> Parents:
        found = select(devices.c.id, devices.c.parent_id).where(
            _EXISTS, devices.c.site_id.is_not_distinct_from(site_id), devices.c.parent_id.is_not(None)
        )
        return {row.id: row.parent_id for row in await self._connection.execute(found)}

    async def reserve_ids(self, count: int) -> list[int]:
        """Ids for devices to come, so that many can be made in one statement."""
        sequence = func.pg_get_serial_sequence("devices", "id")
        numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, literal(count)))
        return sorted((await self._connection.scalars(numbers)).all())

    async def add(self, records: Sequence[DeviceRecord]) -> None:
        if not records:
            return
        await self._connection.execute(insert(devices), [_columns(record) for record in records])
        await self._connection.execute(insert(configurations), _configuration_rows(records))

    async def save(self, record: DeviceRecord) -> None:
        await self._connection.execute(update(devices).where(devices.c.id == record.id).values(_columns(record)))
        await self._connection.execute(delete(configurations).where(configurations.c.device_id == record.id))
        await self._connection.execute(insert(configurations), _configuration_rows([record]))

    async def touch(self, device_ids: Collection[int], now: datetime) -> list[DeviceRecord]:
        """Raise the version of devices whose published state changed elsewhere, and give them."""
        changed = update(devices).where(among(devices.c.id, device_ids), _EXISTS)
        await self._connection.execute(changed.values(version=devices.c.version + 1, updated_at=now))
        return await self.existing(device_ids)

    async def _records(self, *conditions: ColumnElement[bool]) -> list[DeviceRecord]:
        found = await self._connection.execute(select(devices).where(*conditions).order_by(devices.c.id))
        return await self._with_configurations(found.all())

    async def _with_configurations(self, rows: Sequence[Row[Any]]) -> list[DeviceRecord]:
        dated = await self._connection.execute(
            select(configurations)
            .where(among(configurations.c.device_id, [row.id for row in rows]))
            .order_by(configurations.c.device_id, configurations.c.valid_from)
        )
        timelines = {
            device_id: tuple(_configuration(row) for row in group)
            for device_id, group in groupby(dated, key=lambda row: int(row.device_id))
        }
        return [_record(row, timelines[row.id]) for row in rows]


def _conditions(wanted: Wanted, moment: datetime) -> list[ColumnElement[bool]]:
    conditions = [_EXISTS, *(column == value for column, value in _exact(wanted) if value is not None)]
    if wanted.search:
        searched = (devices.c.name, devices.c.serial_number, devices.c.location, devices.c.description)
        conditions.append(or_(*(column.icontains(wanted.search, autoescape=True) for column in searched)))
    if wanted.kind is not None:
        conditions.append(_current_kind(moment) == wanted.kind)
    if wanted.gateway_id is not None:
        listed = select(gateway_devices.c.device_id).where(gateway_devices.c.gateway_id == wanted.gateway_id)
        conditions.append(devices.c.id.in_(listed))
    if wanted.user_id is not None:
        conditions.append(_seen_by(wanted.user_id, moment))
    if wanted.assigned is not None:
        anybody = or_(assigned_to_device(None, moment), assigned_to_site(None, moment))
        conditions.append(anybody if wanted.assigned else ~anybody)
    return conditions


def _order(wanted: Wanted) -> tuple[ColumnElement[Any], ...]:
    by = _SORTED_BY[wanted.sort]
    return (by.asc() if wanted.order is Order.ASCENDING else by.desc()).nulls_last(), devices.c.id


def _exact(wanted: Wanted) -> Iterable[tuple[ColumnElement[Any], object]]:
    return (
        (devices.c.direction, wanted.direction),
        (devices.c.active, wanted.active),
        (devices.c.site_id, wanted.site_id),
    )


def _current_kind(moment: datetime) -> ColumnElement[Any]:
    newest = select(configurations.c.kind).where(
        configurations.c.device_id == devices.c.id, configurations.c.valid_from <= moment
    )
    return newest.order_by(configurations.c.valid_from.desc()).limit(1).scalar_subquery()


def _seen_by(user_id: UUID, moment: datetime) -> ColumnElement[bool]:
    return or_(assigned_to_device(user_id, moment), assigned_to_site(user_id, moment))


def _columns(record: DeviceRecord) -> dict[str, Any]:
    return asdict(record.particulars) | {
        "id": record.id,
        "version": record.version,
        "site_since": record.site_since,
        "created_at": record.created_at,
        "updated_at": record.updated_at,
        "deleted_at": record.deleted_at,
    }


def _configuration_rows(records: Iterable[DeviceRecord]) -> list[dict[str, Any]]:
    return [
        {"device_id": record.id, **asdict(configuration)}
        for record in records
        for configuration in record.configurations
    ]


def _record(row: Row[Any], timeline: tuple[MeterConfiguration, ...]) -> DeviceRecord:
    values = dict(row._mapping)
    particulars = Particulars(**{name: values.pop(name) for name in _PARTICULARS})
    return DeviceRecord(particulars=particulars, configurations=timeline, **values)


def _configuration(row: Row[Any]) -> MeterConfiguration:
    values = dict(row._mapping)
    del values["device_id"]
    return MeterConfiguration(**values)
