"""The devices, for the write path's picture of them."""

from dataclasses import dataclass, field

from sqlalchemy import select

from kilowatch.contracts.metering import Device
from kilowatch.kit.database import Database
from kilowatch.monitoring.store.tables import device


@dataclass
class FleetSource:
    """All devices that are not deleted, brought up to date by what has changed since it last looked."""

    database: Database
    devices: dict[int, Device] = field(default_factory=dict)
    _seen: int = 0

    async def refresh(self) -> bool:
        """Read what has changed; says whether anything has. Raises `Unavailable`."""
        statement = select(device.c.changed, device.c.state).where(device.c.changed > self._seen)
        async with self.database.transaction() as connection:
            changes = (await connection.execute(statement.order_by(device.c.changed))).all()
        for change in changes:
            self._apply(change.state)
            self._seen = change.changed
        return bool(changes)

    def _apply(self, changed: Device) -> None:
        if changed.deleted:
            self.devices.pop(changed.id, None)
        else:
            self.devices[changed.id] = changed
