"""People and devices, as far as they decide who may hear what."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.metering import Device

_SAVE_USER: Final = text("""
    INSERT INTO account (id, version, role, active, deleted) VALUES (:id, :version, :role, :active, :deleted)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, role = excluded.role, active = excluded.active,
                                   deleted = excluded.deleted
    WHERE account.version < excluded.version
    RETURNING id
""")

_SAVE_DEVICE: Final = text("""
    INSERT INTO device (id, version, deleted) VALUES (:id, :version, :deleted)
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, deleted = excluded.deleted
    WHERE device.version < excluded.version
    RETURNING id
""")

_IN_FORCE: Final = "since <= :now AND (until IS NULL OR :now < until)"


async def role_of(connection: AsyncConnection, user_id: UUID) -> Role | None:
    role = await connection.scalar(text("SELECT role FROM account WHERE id = :id"), {"id": user_id})
    return None if role is None else Role(role)


async def save_user(connection: AsyncConnection, user: User) -> bool:
    """Whether it was news."""
    values = {
        "id": user.id,
        "version": user.version,
        "role": user.role.value,
        "active": user.active,
        "deleted": user.deleted,
    }
    return await connection.scalar(_SAVE_USER, values) is not None


async def save_device(connection: AsyncConnection, device: Device) -> None:
    values = {"id": device.id, "version": device.version, "deleted": device.deleted}
    if await connection.scalar(_SAVE_DEVICE, values) is None:
        return
    await connection.execute(text("DELETE FROM access WHERE device_id = :id"), {"id": device.id})
    rows = _access_rows(device)
    if rows:
        await connection.execute(text("INSERT INTO access VALUES (:device_id, :user_id, :since, :until)"), rows)


def _access_rows(device: Device) -> list[dict[str, Any]]:
    return [
        {"device_id": device.id, "user_id": given.user_id, "since": given.since, "until": given.until}
        for given in device.assignments
        if not device.deleted
    ]


async def active_staff(connection: AsyncConnection, roles: Collection[Role]) -> Sequence[UUID]:
    statement = text("SELECT id FROM account WHERE active AND NOT deleted AND role <> 'client' AND role = ANY(:roles)")
    return list(await connection.scalars(statement, {"roles": [role.value for role in roles]}))


async def active_among(connection: AsyncConnection, user_ids: Collection[UUID]) -> Collection[UUID]:
    """Those that are not known to have been deactivated or deleted: their event may still be on its way."""
    statement = text("SELECT id FROM account WHERE id = ANY(CAST(:ids AS uuid[])) AND (deleted OR NOT active)")
    gone = set(await connection.scalars(statement, {"ids": list(user_ids)}))
    return set(user_ids) - gone


async def lock_departed(connection: AsyncConnection, user_id: UUID) -> bool:
    """Whether they are known to have been deleted; if not, they are not until the transaction ends."""
    statement = text("SELECT deleted FROM account WHERE id = :id FOR SHARE")
    return bool(await connection.scalar(statement, {"id": user_id}))


async def devices_of_all(
    connection: AsyncConnection, user_ids: Collection[UUID], now: datetime
) -> Mapping[UUID, frozenset[int]]:
    """The devices that each may see now; those who see none are left out."""
    statement = text(
        "SELECT user_id, array_agg(device_id) FROM access"  # noqa: S608
        f" WHERE user_id = ANY(CAST(:users AS uuid[])) AND {_IN_FORCE} GROUP BY user_id"
    )
    rows = await connection.execute(statement, {"users": list(user_ids), "now": now})
    return {user_id: frozenset(device_ids) for user_id, device_ids in rows}


async def sees_device(connection: AsyncConnection, user_id: UUID, device_id: int, now: datetime) -> bool:
    statement = text(
        f"SELECT EXISTS (SELECT FROM access WHERE user_id = :user AND device_id = :device AND {_IN_FORCE})"  # noqa: S608
    )
    return bool(await connection.scalar(statement, {"user": user_id, "device": device_id, "now": now}))


async def device_exists(connection: AsyncConnection, device_id: int) -> bool:
    statement = text("SELECT EXISTS (SELECT FROM device WHERE id = :id AND NOT deleted)")
    return bool(await connection.scalar(statement, {"id": device_id}))


async def is_built(connection: AsyncConnection) -> bool:
    return bool(await connection.scalar(text("SELECT EXISTS (SELECT FROM account)")))
