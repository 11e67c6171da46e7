"""Gateways, and the credentials of devices and gateways."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.devices.domain.credential import CredentialRecord
from kilowatch.devices.domain.gateway import GatewayRecord, GatewaySummary
from kilowatch.devices.store.tables import among, credentials, gateway_devices, gateways
from kilowatch.kit.errors import NotFound

_EXISTS: Final = gateways.c.deleted_at.is_(None)
_DEVICE_COUNT: Final = (
    select(func.count())
    .select_from(gateway_devices)
    .where(gateway_devices.c.gateway_id == gateways.c.id)
    .scalar_subquery()
)
_SUMMARY: Final = select(
    gateways.c.id,
    gateways.c.version,
    gateways.c.name,
    gateways.c.description,
    gateways.c.created_at,
    gateways.c.updated_at,
    _DEVICE_COUNT.label("device_count"),
)
_NOT_REVOKED: Final = credentials.c.revoked_at.is_(None)


class GatewayStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def get(self, gateway_id: int) -> GatewayRecord:
        """Raises `NotFound`."""
        found = await self._records(gateways.c.id == gateway_id)
        if not found:
            raise NotFound("There is no such gateway.")
        return found[0]

    async def listing(self, device_id: int) -> list[GatewayRecord]:
        """The gateways that may send for a device."""
        mine = select(gateway_devices.c.gateway_id).where(gateway_devices.c.device_id == device_id)
        return await self._records(gateways.c.id.in_(mine))

    async def page(self, search: str, offset: int, limit: int) -> tuple[list[GatewaySummary], int]:
        condition = gateways.c.name.icontains(search, autoescape=True)
        rows = _SUMMARY.where(_EXISTS, condition).order_by(func.lower(gateways.c.name), gateways.c.id)
        found = await self._connection.execute(rows.offset(offset).limit(limit))
        total = await self._connection.scalar(select(func.count()).select_from(gateways).where(_EXISTS, condition))
        return [GatewaySummary(**row._mapping) for row in found], total or 0

    async def add(self, name: str, description: str, now: datetime) -> GatewayRecord:
        new = insert(gateways).values(name=name, description=description, version=1, created_at=now, updated_at=now)
        gateway_id = await self._connection.scalar(new.returning(gateways.c.id))
        assert gateway_id is not None
        return await self.get(gateway_id)

    async def save(self, record: GatewayRecord) -> None:
        """Everything but the list of devices."""
        values = {
            "version": record.version,
            "name": record.name,
            "description": record.description,
            "updated_at": record.updated_at,
        }
        await self._connection.execute(update(gateways).where(gateways.c.id == record.id).values(values))

    async def mark_deleted(self, gateway_id: int, now: datetime) -> None:
        await self.set_devices(gateway_id, ())
        deleted = update(gateways).where(gateways.c.id == gateway_id)
        await self._connection.execute(deleted.values(deleted_at=now, updated_at=now, version=gateways.c.version + 1))

    async def set_devices(self, gateway_id: int, device_ids: Collection[int]) -> None:
        await self._connection.execute(delete(gateway_devices).where(gateway_devices.c.gateway_id == gateway_id))
        await self.add_devices(gateway_id, device_ids)

    async def add_devices(self, gateway_id: int, device_ids: Collection[int]) -> None:
        rows = [{"gateway_id": gateway_id, "device_id": device_id} for device_id in device_ids]
        if rows:
            await self._connection.execute(insert(gateway_devices), rows)

    async def remove_device(self, device_id: int) -> None:
        await self._connection.execute(delete(gateway_devices).where(gateway_devices.c.device_id == device_id))

    async def lists(self, gateway_id: int, device_id: int) -> bool:
        listed = select(gateway_devices).where(
            gateway_devices.c.gateway_id == gateway_id, gateway_devices.c.device_id == device_id
        )
        return (await self._connection.execute(listed)).first() is not None

    async def device_lists(self, gateway_ids: Collection[int]) -> dict[int, list[int]]:
        """Of each gateway that has one. An array a gateway: one with 100,000 devices would be as many rows."""
        gateway_id, device_id = gateway_devices.c
        listed = select(gateway_id, func.array_agg(aggregate_order_by(device_id, device_id)).label("device_ids"))
        found = await self._connection.execute(listed.where(among(gateway_id, gateway_ids)).group_by(gateway_id))
        return {row.gateway_id: row.device_ids for row in found}

    async def _records(self, condition: ColumnElement[bool]) -> list[GatewayRecord]:
        found = select(gateways).where(_EXISTS, condition).order_by(gateways.c.id)
        return await self._with_devices((await self._connection.execute(found)).all())

    async def _with_devices(self, rows: Sequence[Row[Any]]) -> list[GatewayRecord]:
        lists = await self.device_lists([row.id for row in rows])
        return [
            GatewayRecord(
                id=row.id,
                version=row.version,
                name=row.name,
                description=row.description,
                device_ids=tuple(lists.get(row.id, ())),
                created_at=row.created_at,
                updated_at=row.updated_at,
            )
            for row in rows
        ]


class CredentialStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def of_holder(self, holder: Holder) -> list[CredentialRecord]:
        """All of them, the revoked ones too, the newest first."""
        return await self._records(_held_by(holder))

    async def open_of_holder(self, holder: Holder) -> list[CredentialRecord]:
        return await self._records(_held_by(holder), _NOT_REVOKED)

    async def find(self, holder: Holder, sha256: bytes) -> CredentialRecord | None:
        found = await self._records(_held_by(holder), credentials.c.sha256 == sha256)
        return found[0] if found else None

    async def due(self, now: datetime, limit: int) -> list[CredentialRecord]:
        """Credentials whose time is over and that are not revoked yet."""
        return (await self._records(_NOT_REVOKED, credentials.c.valid_until <= now))[:limit]

    async def after(self, credential_id: UUID | None, limit: int) -> list[CredentialRecord]:
        """Credentials by id, the revoked ones too."""
        page = select(credentials).order_by(credentials.c.id).limit(limit)
        if credential_id is not None:
            page = page.where(credentials.c.id > credential_id)
        return [_credential(row) for row in await self._connection.execute(page)]

    async def add(self, records: Iterable[CredentialRecord]) -> None:
        if rows := [_credential_row(record) for record in records]:
            await self._connection.execute(insert(credentials), rows)

    async def save(self, record: CredentialRecord) -> None:
        values = {
            "version": record.version,
            "valid_until": record.valid_until,
            "revoked_at": record.revoked_at,
        }
        await self._connection.execute(update(credentials).where(credentials.c.id == record.id).values(values))

    async def touch(self, records: Iterable[CredentialRecord]) -> list[CredentialRecord]:
        """Raise the version of credentials whose published state changed elsewhere, and give them."""
        touched = [replace(record, version=record.version + 1) for record in records]
        for record in touched:
            await self.save(record)
        return touched

    async def _records(self, *conditions: ColumnElement[bool]) -> list[CredentialRecord]:
        newest_first = (credentials.c.created_at.desc(), credentials.c.id)
        found = select(credentials).where(*conditions).order_by(*newest_first)
        return [_credential(row) for row in await self._connection.execute(found)]


def _held_by(holder: Holder) -> ColumnElement[bool]:
    column = credentials.c.device_id if holder.kind is HolderKind.DEVICE else credentials.c.gateway_id
    return column == holder.id


def _credential_row(record: CredentialRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "version": record.version,
        "device_id": record.holder.id if record.holder.kind is HolderKind.DEVICE else None,
        "gateway_id": record.holder.id if record.holder.kind is HolderKind.GATEWAY else None,
        "sha256": record.sha256,
        "hint": record.hint,
        "created_at": record.created_at,
        "created_by": record.created_by,
        "valid_until": record.valid_until,
        "revoked_at": record.revoked_at,
    }


def _credential(row: Row[Any]) -> CredentialRecord:
    values = dict(row._mapping)
    device_id, gateway_id = values.pop("device_id"), values.pop("gateway_id")
    holder = Holder(HolderKind.DEVICE, device_id) if device_id else Holder(HolderKind.GATEWAY, gateway_id)
    return CredentialRecord(holder=holder, **values)
