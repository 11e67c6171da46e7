"""What the routes work with."""

from dataclasses import dataclass
from typing import Annotated, TypeAlias

from fastapi import Depends

from kilowatch.balancer.importing.work import Importer
from kilowatch.balancer.intake import Intake
from kilowatch.balancer.places import Places
from kilowatch.balancer.strangers import Strangers
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.database import Database
from kilowatch.kit.http import provided
from kilowatch.kit.service import Peers


@dataclass(frozen=True, slots=True, kw_only=True)
class BalancerContext:
    intake: Intake
    strangers: Strangers
    places: Places
    database: Database
    broker: Broker
    peers: Peers
    importer: Importer


Balancer: TypeAlias = Annotated[BalancerContext, Depends(provided(BalancerContext))]
