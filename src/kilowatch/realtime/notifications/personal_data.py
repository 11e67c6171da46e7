"""What this service holds about a person, for the export of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from kilowatch.kit.http import PeerService
from kilowatch.realtime.context import Realtime
from kilowatch.realtime.notifications.preferences import Preferences
from kilowatch.realtime.notifications.store import Kept, NotificationStore, Recipient

router = APIRouter(include_in_schema=False)

#: More than housekeeping leaves of anybody who can read what comes.
MOST_NOTIFICATIONS: Final = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    account: Recipient | None
    preferences: Preferences | None
    webhook: str | None  #: where to; the secret is the receiver's business
    notifications: Sequence[Kept]


@router.get("/internal/realtime/personal-data/{user_id}", response_model=PersonalData)
async def personal_data(realtime: Realtime, _: PeerService, user_id: UUID) -> Response:
    async with realtime.database.transaction() as connection:
        store = NotificationStore(connection)
        kept, _total, _unread = await store.page(user_id, unread=False, offset=0, limit=MOST_NOTIFICATIONS)
        hook = (await store.hooks([user_id])).get(user_id)
        held = PersonalData(
            account=next(iter(await store.recipients([user_id])), None),
            preferences=(await store.preferences([user_id])).get(user_id),
            webhook=hook.url if hook else None,
            notifications=kept,
        )
    return Response(msgspec.json.encode(held), media_type="application/json")
