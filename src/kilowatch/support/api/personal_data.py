"""What support holds about a person, for the export of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response

from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import Attachment, Author
from kilowatch.contracts.personal_data import HeldFile
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService
from kilowatch.support.api.context import Support
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.conversations import Wanted
from kilowatch.support.store.messages import MOST_MESSAGES
from kilowatch.support.unit import work_on

router = APIRouter(include_in_schema=False)

MOST_CONVERSATIONS: Final = 10_000
#: Of attachments. What does not fit is named; the person finds it in the conversation.
MOST_BYTES: Final = 25 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAttachment:
    name: str
    path: str | None  #: in the export; None: too much for it


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMessage:
    sequence: int
    author: Author
    text: str
    at: datetime
    attachments: Sequence[HeldAttachment]


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
    files: Sequence[HeldFile]


@router.get("/internal/support/personal-data/{user_id}", response_model=PersonalData)
async def personal_data(support: Support, _: PeerService, user_id: UUID) -> Response:
    async with support.database.transaction() as connection:
        work, files = work_on(connection, support.clock), _Files(MOST_BYTES)
        found, _total = await work.conversations.page(Wanted(client_id=user_id, limit=MOST_CONVERSATIONS))
        held = PersonalData(
            account=await work.people.find(user_id),
            conversations=[
                HeldConversation(conversation=each, messages=await _messages(work, each.id, files)) for each in found
            ],
            audit=await entries_of_person(connection, f"user/{user_id}"),
            files=files.taken,
        )
    return Response(msgspec.json.encode(held), media_type="application/json")


@dataclass(slots=True)
class _Files:
    """Attachments, as far as there is room for them."""

    room: int  #: bytes
    taken: list[HeldFile] = field(default_factory=list)

    async def take(self, work: Work, message: MessageRecord, attachment: Attachment) -> HeldAttachment:
        if attachment.size > self.room:
            return HeldAttachment(name=attachment.name, path=None)
        file = await work.attachments.get(message.conversation_id, attachment.id)
        self.room -= len(file.content)
        # Two files may have one name.
        path = f"support/{message.conversation_id}/{message.sequence}-{len(self.taken)}-{file.name}"
        self.taken.append(HeldFile(path=path, content=file.content))
        return HeldAttachment(name=file.name, path=path)


async def _messages(work: Work, conversation_id: UUID, files: _Files) -> Sequence[HeldMessage]:
    return [
        HeldMessage(
            sequence=each.sequence,
            author=each.author,
            text=each.text,
            at=each.at,
            attachments=[await files.take(work, each, attachment) for attachment in each.attachments],
        )
        for each in await work.messages.after(conversation_id, 0, MOST_MESSAGES)
    ]
