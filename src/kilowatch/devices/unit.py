"""Builds what a use case works with, around one transaction."""

import secrets
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.credentials import Holder
from kilowatch.devices.domain.credential import Issued, new_credential
from kilowatch.devices.handlers.work import Work
from kilowatch.devices.store.access import AccessStore
from kilowatch.devices.store.inventory import DeviceStore
from kilowatch.devices.store.people import PeopleStore
from kilowatch.devices.store.senders import CredentialStore, GatewayStore
from kilowatch.devices.store.sites import SiteStore
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.outbox import Outbox

#: The service itself, when nobody has asked it.
ITSELF: Final = Origin("service/devices", "")
SECRET_BYTES: Final = 32


def work_on(connection: AsyncConnection, clock: Clock, origin: Origin = ITSELF) -> Work:
    now = clock()
    return Work(
        devices=DeviceStore(connection),
        sites=SiteStore(connection),
        access=AccessStore(connection),
        people=PeopleStore(connection),
        gateways=GatewayStore(connection),
        credentials=CredentialStore(connection),
        outbox=Outbox(connection, source="devices", clock=clock),
        audit=Audit(connection, origin, now),
        mint=lambda holder: _mint(holder, now, origin.actor),
        actor=origin.actor,
        now=now,
    )


def _mint(holder: Holder, now: datetime, actor: str) -> Issued:
    return new_credential(uuid4(), holder, secrets.token_urlsafe(SECRET_BYTES), now=now, actor=actor)
