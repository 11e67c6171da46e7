"""Messages and notes: read, write, search; stop an answer; say whether one was helpful."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints

from kilowatch.contracts.chat import MAX_TEXT, Author
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin
from kilowatch.support.api.answers import MessageAnswer, message_answers
from kilowatch.support.api.context import MAX_SEQUENCE, Body, PathSequence, Support
from kilowatch.support.domain.conversation import Marks
from kilowatch.support.domain.message import MAX_ATTACHMENTS, Draft
from kilowatch.support.handlers import conversations, messages
from kilowatch.support.handlers.timeline import newest, that_follow

router = APIRouter(tags=["support"])

MOST = 200


class NewMessageBody(Body):
    """`client_message_id` is chosen by the sender; the same again is the same message, however often it is sent."""

    text: Annotated[Text, StringConstraints(max_length=MAX_TEXT)] = ""
    client_message_id: UUID | None = None
    attachment_ids: Annotated[list[UUID], Field(max_length=MAX_ATTACHMENTS, default_factory=list)]

    def draft(self) -> Draft:
        return Draft(
            text=self.text.strip(), client_message_id=self.client_message_id, attachment_ids=self.attachment_ids
        )


class NoteBody(Body):
    text: Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TEXT)]
    client_message_id: UUID | None = None


class VoteBody(Body):
    helpful: bool


@dataclass(frozen=True, slots=True)
class FoundMessage:
    conversation_id: UUID
    sequence: int
    author: Author
    text: str
    at: datetime


@router.get("/api/support/conversations/{conversation_id}/messages")
async def list_messages(
    support: Support,
    who: SignedIn,
    conversation_id: UUID,
    after: Annotated[int | None, Query(ge=0, le=MAX_SEQUENCE, description="Those that follow this sequence")] = None,
    before: Annotated[int | None, Query(ge=0, le=MAX_SEQUENCE, description="The last ones before it")] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> list[MessageAnswer]:
    """In order. Neither `after` nor `before`: the newest. Administrators see notes among them, operators do not.

    What is listed is delivered.
    """
    async with support.working() as work:
        conversation = await conversations.find(work, who, conversation_id)
        if after is None:
            found = await newest(work, conversation, who, limit, before)
        else:
            found = await that_follow(work, conversation, who, after, limit)
        if found:
            marks = Marks(delivered=found[-1].sequence)
            conversation, _ = await conversations.mark(work, who, conversation_id, marks)
        return await message_answers(work, conversation, found)


@router.post("/api/support/conversations/{conversation_id}/messages", status_code=HTTPStatus.CREATED)
async def write_message(
    support: Support, who: SignedIn, origin: SignedInOrigin, conversation_id: UUID, body: NewMessageBody
) -> MessageAnswer:
    async with support.working(origin) as work:
        conversation = await conversations.find_for_change(work, who, conversation_id)
        message = await messages.write(work, who, conversation, body.draft())
        [answer] = await message_answers(work, await work.conversations.get(conversation_id), [message])
    support.wake_bot()
    return answer


@router.post("/api/support/conversations/{conversation_id}/notes", status_code=HTTPStatus.CREATED)
async def write_note(
    support: Support, who: Administrator, origin: SignedInOrigin, conversation_id: UUID, body: NoteBody
) -> MessageAnswer:
    """Among administrators: no client or operator ever sees it."""
    async with support.working(origin) as work:
        conversation = await conversations.find_for_change(work, who, conversation_id)
        draft = Draft(text=body.text, client_message_id=body.client_message_id)
        note = await messages.write_note(work, who, conversation, draft)
        return (await message_answers(work, conversation, [note]))[0]


@router.post("/api/support/conversations/{conversation_id}/stop", status_code=HTTPStatus.NO_CONTENT)
async def stop_answer(support: Support, who: SignedIn, conversation_id: UUID) -> None:
    """Stop the answer that is being written; what is there of it stays."""
    async with support.working() as work:
        await messages.stop(work, who, conversation_id)
    support.wake_bot()


@router.post("/api/support/conversations/{conversation_id}/messages/{sequence}/vote", status_code=HTTPStatus.NO_CONTENT)
async def vote(
    support: Support,
    who: SignedIn,
    origin: SignedInOrigin,
    conversation_id: UUID,
    sequence: PathSequence,
    body: VoteBody,
) -> None:
    """Whether an answer of the bot was of help."""
    async with support.working(origin) as work:
        await messages.vote(work, who, conversation_id, sequence, body.helpful)


@router.get("/api/support/messages")
async def search_messages(
    support: Support,
    me: SignedIn,
    search: Annotated[Text, StringConstraints(min_length=1, max_length=200)],
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
) -> list[FoundMessage]:
    """In my own conversations, the newest first. Staff searches all: GET /api/support/conversations?search=…"""
    async with support.working() as work:
        found = await work.messages.search(me.user_id, search, limit)
    return [FoundMessage(each.conversation_id, each.sequence, each.author, each.text, each.at) for each in found]
