"""What the routes work with."""

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias

import msgspec
from fastapi import Depends, Path, Query, Response

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.http import provided
from kilowatch.kit.service import Peers
from kilowatch.monitoring.consumers import DeviceSnapshot

MAX_ID: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class MonitoringContext:
    database: Database
    clock: Clock
    peers: Peers
    snapshot: DeviceSnapshot


Monitoring: TypeAlias = Annotated[MonitoringContext, Depends(provided(MonitoringContext))]
PathId: TypeAlias = Annotated[int, Path(ge=1, le=MAX_ID)]
QueryId: TypeAlias = Annotated[int, Query(ge=1, le=MAX_ID)]
Offset: TypeAlias = Annotated[int, Query(ge=0, le=10_000_000)]
Limit: TypeAlias = Annotated[int, Query(ge=1, le=200)]


def json_answer(content: object) -> Response:
    """For long answers: ten times as fast as by way of pydantic, which still describes them."""
    return Response(msgspec.json.encode(content), media_type="application/json")
