"""What the balancer does, one use case each."""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.balancer.store import ProjectionStore
from kilowatch.contracts.events import CredentialChanged, DeviceChanged, Event, UserDeleted
from kilowatch.kit.audit import erase_person

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
