"""How a service shows its audit log to the service that shows all of them together."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, StringConstraints

from kilowatch.kit.audit import AuditEntry, AuditFilter, list_entries
from kilowatch.kit.database import Database
from kilowatch.kit.fields import Moment, Text
from kilowatch.kit.http import PeerService, provided

MOST_ENTRIES = 1000


class AuditQuery(BaseModel):
    """`action` matches beginnings: `user.` is everything done to accounts."""

    model_config = ConfigDict(extra="forbid")

    actor: Annotated[Text, StringConstraints(max_length=100)] | None = None
    action: Annotated[Text, StringConstraints(max_length=100)] | None = None
    object: Annotated[Text, StringConstraints(max_length=200)] | None = None
    since: Moment | None = None
    before: Moment | None = None
    before_id: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100

    def filter(self) -> AuditFilter:
        return AuditFilter(**self.model_dump(exclude={"limit"}))


class HasDatabase(Protocol):
    @property
    def database(self) -> Database: ...


def audit_router(service: str, context_type: type[HasDatabase]) -> APIRouter:
    """`GET /internal/SERVICE/audit`, the newest entries first."""
    router = APIRouter(include_in_schema=False)

    @router.get(f"/internal/{service}/audit")
    async def list_audit(
        context: Annotated[HasDatabase, Depends(provided(context_type))],
        _: PeerService,
        query: Annotated[AuditQuery, Query()],
    ) -> list[AuditEntry]:
        async with context.database.transaction() as connection:
            return list(await list_entries(connection, query.filter(), query.limit))

    return router
