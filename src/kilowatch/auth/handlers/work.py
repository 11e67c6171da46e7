"""What every use case works with."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.auth.domain.sessions import Lifetimes
from kilowatch.auth.domain.signing import signer
from kilowatch.auth.settings import AuthSettings
from kilowatch.auth.store import keys
from kilowatch.auth.tokens import Signer
from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.outbox import Outbox
from kilowatch.kit.vault import Vault

#: The service itself, when nobody has asked it.
ITSELF: Final = Origin("service/auth", "")


@dataclass(frozen=True, slots=True)
class Work:
    """The effects that a use case may have, all in one transaction, and the moment it happens at."""

    connection: AsyncConnection
    outbox: Outbox
    audit: Audit
    origin: Origin
    vault: Vault
    settings: AuthSettings
    now: datetime

    def audit_as(self, actor: str) -> Audit:
        """For somebody who has just proven who they are."""
        return Audit(self.connection, Origin(actor, self.origin.address), self.now)

    @property
    def lifetimes(self) -> Lifetimes:
        return Lifetimes(self.settings.session_idle, self.settings.session_longest)

    async def signer(self) -> Signer:
        return Signer(signer(await keys.list_keys(self.connection), self.now), self.vault, self.now)


def work_on(connection: AsyncConnection, origin: Origin, clock: Clock, vault: Vault, settings: AuthSettings) -> Work:
    """Work inside the transaction of `connection`."""
    now = clock()
    outbox = Outbox(connection, source="auth", clock=clock)
    return Work(connection, outbox, Audit(connection, origin, now), origin, vault, settings, now)
