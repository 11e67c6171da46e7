"""What the balancer does, one use case each."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.balancer.store import ProjectionStore
from kilowatch.contracts.events import Credential, CredentialChanged, DeviceChanged, Event, UserDeleted
from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import erase_person
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.service import Peers
from kilowatch.kit.snapshots import snapshot_pages

#: Events that the projection is made of, and the one that ends what the audit log knows of a person.
PATTERNS: Final = ("device.*", CredentialChanged.type, UserDeleted.type)


async def apply_event(connection: AsyncConnection, event: Event) -> None:
    store = ProjectionStore(connection)
    match event.payload:
        case DeviceChanged(device):
            await store.save_devices([device])
        case CredentialChanged(credential):
            await store.save_credentials([credential])
        case UserDeleted() as deleted:
            await erase_person(connection, deleted.subject)


async def build_projection(database: Database, peers: Peers, clock: Clock) -> None:
    """Take in everything that `devices` has published. Raises `Unavailable` when it does not answer.

    A page is a transaction; events that come meanwhile are newer than it or older, which their versions tell.
    """
    async for devices in snapshot_pages(peers, "devices", "/internal/devices", Device):
        async with database.transaction() as connection:
            await ProjectionStore(connection).save_devices(devices)
    async for credentials in snapshot_pages(peers, "devices", "/internal/credentials", Credential):
        async with database.transaction() as connection:
            await ProjectionStore(connection).save_credentials(credentials)
    async with database.transaction() as connection:
        await ProjectionStore(connection).mark_built(clock())
