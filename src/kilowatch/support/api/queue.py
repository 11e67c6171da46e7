"""Conversations that wait for a person, and what administrators do with them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from kilowatch.contracts.chat import MAX_TEXT
from kilowatch.kit.fields import Text
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.support.api.answers import (
    ConversationAnswer,
    ConversationDetail,
    conversation_answers,
    conversation_detail,
)
from kilowatch.support.api.context import Body, Limit, Support
from kilowatch.support.api.conversations import Label
from kilowatch.support.domain.conversation import Side
from kilowatch.support.handlers import queue

router = APIRouter(tags=["support"])


class TransferBody(Body):
    to: UUID
    note: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=MAX_TEXT)] = ""


class LabelsBody(Body):
    labels: Annotated[list[Label], Field(max_length=20)]


@router.get("/api/support/queue")
async def show_queue(support: Support, _: Staff, limit: Limit = 50) -> list[ConversationAnswer]:
    """Who waits, the longest first."""
    async with support.working() as work:
        return await conversation_answers(work, await work.conversations.queue(limit), Side.STAFF)


@router.post("/api/support/conversations/{conversation_id}/claim")
async def claim(
    support: Support, who: Administrator, origin: SignedInOrigin, conversation_id: UUID
) -> ConversationDetail:
    """Take a conversation that waits. Of two who do so, one gets 409."""
    async with support.working(origin) as work:
        conversation = await queue.claim(work, who, conversation_id, support.settings.support_conversations_each)
        return await conversation_detail(work, conversation, Side.STAFF)


@router.post("/api/support/conversations/{conversation_id}/transfer")
async def transfer(
    support: Support, who: Administrator, origin: SignedInOrigin, conversation_id: UUID, body: TransferBody
) -> ConversationDetail:
    async with support.working(origin) as work:
        most = support.settings.support_conversations_each
        conversation = await queue.transfer(work, who, conversation_id, body.to, body.note, most)
        return await conversation_detail(work, conversation, Side.STAFF)


@router.post("/api/support/conversations/{conversation_id}/release")
async def release(
    support: Support, _: Administrator, origin: SignedInOrigin, conversation_id: UUID
) -> ConversationDetail:
    """Give it back to the bot."""
    async with support.working(origin) as work:
        return await conversation_detail(work, await queue.release(work, conversation_id), Side.STAFF)


@router.post("/api/support/conversations/{conversation_id}/resolve")
async def resolve(
    support: Support, _: Administrator, origin: SignedInOrigin, conversation_id: UUID
) -> ConversationDetail:
    async with support.working(origin) as work:
        return await conversation_detail(work, await queue.close(work, conversation_id), Side.STAFF)


@router.put("/api/support/conversations/{conversation_id}/labels")
async def set_labels(
    support: Support, _: Administrator, origin: SignedInOrigin, conversation_id: UUID, body: LabelsBody
) -> ConversationDetail:
    async with support.working(origin) as work:
        return await conversation_detail(work, await queue.label(work, conversation_id, body.labels), Side.STAFF)


@router.get("/api/support/labels")
async def list_labels(support: Support, _: Staff) -> list[str]:
    """All that are in use."""
    async with support.working() as work:
        return list(await work.conversations.labels())
