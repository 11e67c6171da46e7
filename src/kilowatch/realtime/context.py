"""What the edges of this service work with."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends

from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.http import provided
from kilowatch.kit.security import Verifier
from kilowatch.kit.vault import Vault
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.openings import Openings
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.upkeep import Upkeep


@dataclass(frozen=True, slots=True, kw_only=True)
class RealtimeContext:
    database: Database
    broker: Broker
    clock: Clock
    verifier: Verifier
    hub: Hub
    upkeep: Upkeep
    openings: Openings
    settings: RealtimeSettings
    vault: Vault
    origins: frozenset[str]  #: whose pages may open sockets, beside those of the host that is asked


Realtime: TypeAlias = Annotated[RealtimeContext, Depends(provided(RealtimeContext))]
