"""What every use case works with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.events import (
    Credential,
    CredentialChanged,
    DeviceAssigned,
    DeviceDeleted,
    DeviceRegistered,
    DeviceUnassigned,
    DeviceUpdated,
)
from kilowatch.devices.domain.credential import CredentialRecord, Issued, published_credential
from kilowatch.devices.domain.device import DeviceRecord, published
from kilowatch.devices.store.access import AccessStore
from kilowatch.devices.store.inventory import DeviceStore
from kilowatch.devices.store.people import PeopleStore
from kilowatch.devices.store.senders import CredentialStore, GatewayStore
from kilowatch.devices.store.sites import SiteStore
from kilowatch.kit.audit import Audit
from kilowatch.kit.outbox import Outbox

DeviceEvent: TypeAlias = (
    type[DeviceRegistered] | type[DeviceUpdated] | type[DeviceAssigned] | type[DeviceUnassigned] | type[DeviceDeleted]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The effects that a use case may have, all in one transaction; who asks for it, and when."""

    devices: DeviceStore
    sites: SiteStore
    access: AccessStore
    people: PeopleStore
    gateways: GatewayStore
    credentials: CredentialStore
    outbox: Outbox
    audit: Audit
    mint: Callable[[Holder], Issued]  #: makes a credential, random
    actor: str
    now: datetime


async def tell(work: Work, event: DeviceEvent, records: Sequence[DeviceRecord]) -> None:
    """Publish devices with everybody who may see them."""
    assignments = await work.access.effective(records, work.now)
    await work.outbox.add(*(event(published(record, assignments[record.id])) for record in records))


async def tell_credentials(work: Work, records: Sequence[CredentialRecord]) -> None:
    """Publish credentials with the devices that they are good for."""
    await work.outbox.add(*(CredentialChanged(credential) for credential in await published_credentials(work, records)))


async def published_credentials(work: Work, records: Sequence[CredentialRecord]) -> list[Credential]:
    holders = {record.holder for record in records}
    lists = await work.gateways.device_lists([holder.id for holder in holders if holder.kind is HolderKind.GATEWAY])
    return [published_credential(record, lists.get(record.holder.id, ())) for record in records]
