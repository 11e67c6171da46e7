"""What this service holds about a person, for the export of all of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter

from kilowatch.auth.api.api_keys import KeyAnswer, key_answer
from kilowatch.auth.api.context import Auth
from kilowatch.auth.api.sessions import SessionAnswer, session_answer
from kilowatch.auth.store import accounts, api_keys, factors, sessions
from kilowatch.contracts.accounts import User
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    """Everything but secrets: a hash or a key is of use to nobody but a thief."""

    account: User | None
    password_changed_at: datetime | None
    second_factor_since: datetime | None
    sessions: list[SessionAnswer]
    api_keys: list[KeyAnswer]
    audit: list[AuditEntry]


@router.get("/internal/auth/personal-data/{user_id}")
async def personal_data(auth: Auth, _: PeerService, user_id: UUID) -> PersonalData:
    async with auth.database.transaction() as connection:
        password = await accounts.password_of(connection, user_id)
        enrolment = await factors.lock(connection, user_id)
        return PersonalData(
            account=await accounts.get(connection, user_id),
            password_changed_at=password.changed_at if password else None,
            second_factor_since=enrolment.confirmed_at if enrolment else None,
            sessions=[session_answer(each) for each in await sessions.of_user(connection, user_id, auth.clock())],
            api_keys=[key_answer(key) for key in await api_keys.of_user(connection, user_id)],
            audit=list(await entries_of_person(connection, f"user/{user_id}")),
        )
