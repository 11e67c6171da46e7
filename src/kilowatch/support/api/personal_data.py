"""What support holds about a person, for the export of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import Author
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService
from kilowatch.support.api.context import Support
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.conversations import Wanted
from kilowatch.support.store.messages import MOST_MESSAGES
from kilowatch.support.unit import work_on

router = APIRouter(include_in_schema=False)

MOST_CONVERSATIONS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    sequence: int
    author: Author
    text: str
    at: datetime
    files: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldConversation:
    """Without the notes of the administrators, which are about their work."""

    conversation: Conversation
    messages: Sequence[HeldMessage]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    account: User | None
    conversations: Sequence[HeldConversation]
    audit: Sequence[AuditEntry]


@router.get("/internal/support/personal-data/{user_id}", response_model=PersonalData)
async def personal_data(support: Support, _: PeerService, user_id: UUID) -> Response:
    async with support.database.transaction() as connection:
        work = work_on(connection, support.clock)
        found, _total = await work.conversations.page(Wanted(client_id=user_id, limit=MOST_CONVERSATIONS))
        held = PersonalData(
            account=await work.people.find(user_id),
            conversations=[
                HeldConversation(conversation=each, messages=await _messages(work, each.id)) for each in found
            ],
            audit=await entries_of_person(connection, f"user/{user_id}"),
        )
    return Response(msgspec.json.encode(held), media_type="application/json")


async def _messages(work: Work, conversation_id: UUID) -> Sequence[HeldMessage]:
    return [
        HeldMessage(
            sequence=each.sequence,
            author=each.author,
            text=each.text,
            at=each.at,
            files=[file.name for file in each.attachments],
        )
        for each in await work.messages.after(conversation_id, 0, MOST_MESSAGES)
    ]
