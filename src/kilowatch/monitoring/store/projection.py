"""The devices and who may see them, as the devices service last said."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.metering import Device
from kilowatch.kit.locks import take_turns
from kilowatch.monitoring.store.tables import access, departed_user, device, device_changed, projection, recomputation

#: NOTIFY: the devices have changed. The write path then reads those whose `changed` is new to it.
FLEET_CHANNEL: Final = "fleet"


class ProjectionStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def take_turn(self) -> None:
        """Nobody else changes the projection until the transaction ends: `changed` grows in the order of commits."""
        await take_turns(self._connection, "fleet")

    async def devices(self, device_ids: Collection[int]) -> Mapping[int, Device]:
        """Those of `device_ids` that are known, tombstones included."""
        rows = await self._connection.execute(select(device.c.id, device.c.state).where(device.c.id.in_(device_ids)))
        return {row.id: row.state for row in rows}

    async def save(self, devices: Sequence[Device]) -> None:
        statement = postgresql.insert(device)
        new = {name: statement.excluded[name] for name in ("version", "deleted", "site_id", "parent_id", "state")}
        statement = statement.values(changed=device_changed.next_value()).on_conflict_do_update(
            index_elements=[device.c.id], set_=new | {"changed": device_changed.next_value()}
        )
        await self._connection.execute(statement, [_row(each) for each in devices])
        await self._replace_access(devices)

    async def ask_recomputation(self, since: Mapping[int, datetime], reason: str) -> None:
        """Have the slots of devices computed again, each from its moment on."""
        rows = [{"device_id": device_id, "since": moment, "reason": reason} for device_id, moment in since.items()]
        if rows:
            await self._connection.execute(insert(recomputation), rows)

    async def end_access(self, user_id: UUID) -> None:
        """Somebody has left: no device is theirs any more, whatever a late event says."""
        departed = postgresql.insert(departed_user).values(user_id=user_id).on_conflict_do_nothing()
        await self._connection.execute(departed)
        lost = delete(access).where(access.c.user_id == user_id).returning(access.c.device_id)
        device_ids = set(await self._connection.scalars(lost))
        touched = update(device).where(device.c.id.in_(device_ids)).values(changed=device_changed.next_value())
        await self._connection.execute(touched)

    async def tell_fleet(self) -> None:
        await self._connection.execute(text(f"NOTIFY {FLEET_CHANNEL}"))

    async def built_at(self, name: str) -> datetime | None:
        return await self._connection.scalar(select(projection.c.built_at).where(projection.c.name == name))

    async def note_built(self, name: str, at: datetime) -> None:
        statement = postgresql.insert(projection).values(name=name, built_at=at)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=[projection.c.name], set_={"built_at": at})
        )

    async def _replace_access(self, devices: Sequence[Device]) -> None:
        await self._connection.execute(delete(access).where(access.c.device_id.in_([each.id for each in devices])))
        rows = [row for each in devices if not each.deleted for row in _access_rows(each)]
        departed = await self._departed(row["user_id"] for row in rows)
        if rows := [row for row in rows if row["user_id"] not in departed]:
            await self._connection.execute(insert(access), rows)

    async def _departed(self, user_ids: Iterable[UUID]) -> Collection[UUID]:
        statement = select(departed_user.c.user_id).where(departed_user.c.user_id.in_(set(user_ids)))
        return set(await self._connection.scalars(statement))

    async def changed_after(self, seen: int, limit: int) -> Sequence[tuple[int, Device]]:
        """Devices that have come, changed or gone, with when: the first first."""
        statement = select(device.c.changed, device.c.state).where(device.c.changed > seen)
        rows = await self._connection.execute(statement.order_by(device.c.changed).limit(limit))
        return [(row.changed, row.state) for row in rows]

    async def known(self, device_ids: Collection[int]) -> Collection[int]:
        statement = select(device.c.id).where(device.c.id == func.any(list(device_ids)))
        return set(await self._connection.scalars(statement))


def _row(each: Device) -> dict[str, Any]:
    return {
        "id": each.id,
        "version": each.version,
        "deleted": each.deleted,
        "site_id": each.site_id,
        "parent_id": each.parent_id,
        "state": each,
    }


def _access_rows(each: Device) -> list[dict[str, Any]]:
    return [
        {
            "user_id": given.user_id,
            "device_id": each.id,
            "level": given.level.value,
            "since": given.since,
            "until": given.until,
        }
        for given in each.assignments
    ]
