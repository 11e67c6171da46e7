"""The export of a person's data: for the person, and for an administrator on the person's behalf."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import APIRouter, Response

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.audit import AuditEntry, Origin, entries_of_person
from kilowatch.kit.http import Administrator, PeerService, SignedIn, SignedInOrigin
from kilowatch.users.api import Users, UsersContext
from kilowatch.users.collecting import personal_data
from kilowatch.users.domain import Account
from kilowatch.users.export import zipped
from kilowatch.users.store import UserStore

router = APIRouter(tags=["users"])

ZIP: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"application/zip": {}}, "description": "A zip with a JSON file for each service"}
}


@dataclass(frozen=True, slots=True)
class PersonalData:
    account: Account
    audit: list[AuditEntry]


@router.get("/api/users/me/export", response_class=Response, responses=ZIP)
async def export_mine(users: Users, me: SignedIn, origin: SignedInOrigin) -> Response:
    return await _export(users, me.user_id, origin)


@router.get("/api/users/{user_id}/export", response_class=Response, responses=ZIP)
async def export_theirs(users: Users, _: Administrator, origin: SignedInOrigin, user_id: UUID) -> Response:
    return await _export(users, user_id, origin)


@router.get("/internal/users/personal-data/{user_id}", include_in_schema=False)
async def show_personal_data(users: Users, _: PeerService, user_id: UUID) -> PersonalData:
    async with users.database.transaction() as connection:
        account = await UserStore(connection).get(user_id)
        return PersonalData(account, list(await entries_of_person(connection, f"user/{user_id}")))


async def _export(users: UsersContext, user_id: UUID, origin: Origin) -> Response:
    async with users.working(origin) as work:
        await work.store.get(user_id)
        await work.audit.record("user.exported", f"user/{user_id}")
    held = await personal_data(users.peers, SERVICES, str(user_id))
    disposition = f'attachment; filename="kilowatch-{user_id}.zip"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    file = await asyncio.to_thread(zipped, held, users.clock())  # pictures take a second to pack
    return Response(file, media_type="application/zip", headers=headers)
