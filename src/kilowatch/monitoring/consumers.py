"""The message edge: what monitoring hears of devices and people, and how it catches up when it has heard nothing."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import DeviceChanged, Event, UserDeleted
from kilowatch.contracts.metering import Device
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import EventHandler
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Peers
from kilowatch.kit.snapshots import snapshot_pages
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.monitoring.handlers.projection import forget_user, project_devices
from kilowatch.monitoring.store.alerts import AlertStore
from kilowatch.monitoring.store.projection import ProjectionStore
from kilowatch.monitoring.store.tariffs import TariffStore

log = logger(__name__)

SERVICE: Final = "monitoring"
PATTERNS: Final = ("device.*", "user.deleted")
DEVICES: Final = "devices"
PAGE: Final = 1000
RETRY_S: Final = 2.0


def apply_events(clock: Clock) -> EventHandler:
    async def apply(connection: AsyncConnection, event: Event) -> None:
        match event.payload:
            case DeviceChanged(device=device):
                await project_devices(ProjectionStore(connection), [device], clock())
            case UserDeleted(user=user):
                await _forget(connection, clock, user)

    return apply


async def _forget(connection: AsyncConnection, clock: Clock, user: User) -> None:
    audit = Audit(connection, Origin(f"service/{SERVICE}", ""), clock())
    stores = ProjectionStore(connection), AlertStore(connection), TariffStore(connection)
    await forget_user(*stores, audit, user.id)


@dataclass(frozen=True, slots=True)
class DeviceSnapshot:
    """Asks the devices service for what its events have not told, or not yet."""

    database: Database
    peers: Peers
    clock: Clock

    async def rebuild(self) -> int:
        """Forget who has left, and take over the state of every device; returns how many there are.

        Raises `Unavailable`.
        """
        await self._forget_who_left()
        return await self._take_over_devices()

    async def _take_over_devices(self) -> int:
        count, after = 0, "0"
        while True:
            page = await self._apply_page(after)
            count += len(page.items)
            if page.next is None:
                break
            after = page.next
        async with self.database.transaction() as connection:
            await ProjectionStore(connection).note_built(DEVICES, self.clock())
        log.info("devices_rebuilt", devices=count)
        return count

    async def build_once(self, stopping: asyncio.Event) -> None:
        """The job that builds the projection at the first start, as soon as the devices service answers."""
        while not stopping.is_set() and not await self._try_to_build():
            await wait_for_any(stopping, timeout_s=RETRY_S)

    async def ensure_devices(self, device_ids: Collection[int]) -> None:
        """Make sure that the devices are known if they exist: their event may still be on its way.

        Raises `Unavailable` when the devices service does not answer.
        """
        missing = sorted(set(device_ids) - set(await self._known(device_ids)))
        while missing:
            page = await self._apply_page(str(missing[0] - 1))
            reached = page.items[-1].id if page.items and page.next is not None else missing[-1]
            missing = [device_id for device_id in missing if device_id > reached]

    async def _apply_page(self, after: str) -> Snapshot[Device]:
        found = await self.peers.get_json("devices", f"/internal/devices?after={after}&limit={PAGE}", timeout_s=10.0)
        page = msgspec.convert(found, Snapshot[Device])
        async with self.database.transaction() as connection:
            await project_devices(ProjectionStore(connection), page.items, self.clock())
        return page

    async def _forget_who_left(self) -> None:
        async for users in snapshot_pages(self.peers, "users", "/internal/users", User):
            async with self.database.transaction() as connection:
                for user in users:
                    if user.deleted:
                        await _forget(connection, self.clock, user)

    async def _try_to_build(self) -> bool:
        try:
            if not await self._is_built():
                await self._take_over_devices()
        except Unavailable as error:
            log.info("devices_not_built_yet", reason=str(error))
            return False
        return True

    async def _is_built(self) -> bool:
        async with self.database.transaction() as connection:
            return await ProjectionStore(connection).built_at(DEVICES) is not None

    async def _known(self, device_ids: Collection[int]) -> Collection[int]:
        async with self.database.transaction() as connection:
            return await ProjectionStore(connection).known(device_ids)
