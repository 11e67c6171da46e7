"""What the balancer holds about a person, for the export of all of it: what administrators have done here."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter

from kilowatch.balancer.api.context import Balancer
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    audit: list[AuditEntry]


@router.get("/internal/balancer/personal-data/{user_id}")
async def personal_data(balancer: Balancer, _: PeerService, user_id: UUID) -> PersonalData:
    async with balancer.database.transaction() as connection:
        return PersonalData(audit=list(await entries_of_person(connection, f"user/{user_id}")))
