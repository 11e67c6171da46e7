"""Conversations: mine, everybody's for staff, and what a client does with one."""

from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import ConversationState
from kilowatch.kit.fields import Moment, Text
from kilowatch.kit.http import SignedIn, SignedInOrigin, Staff
from kilowatch.kit.paging import Page
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.api.answers import (
    ConversationAnswer,
    ConversationDetail,
    conversation_answers,
    conversation_detail,
)
from kilowatch.support.api.context import MAX_SEQUENCE, Body, Limit, Offset, Support
from kilowatch.support.domain.conversation import Conversation, Marks, Side
from kilowatch.support.handlers import conversations
from kilowatch.support.handlers.work import Work
from kilowatch.support.store.conversations import Wanted

router = APIRouter(tags=["support"])

Language: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Subject: TypeAlias = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)]
Label: TypeAlias = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


class NewConversationBody(Body):
    subject: Subject = ""
    language: Language = "en"


class WantedQuery(Body):
    search: Annotated[Text, StringConstraints(max_length=200)] = ""
    state: ConversationState | None = None
    assigned_to: UUID | None = None
    client_id: UUID | None = None
    label: Label | None = None
    unread: bool | None = None
    since: Moment | None = None
    before: Moment | None = None
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Query(ge=1, le=200)] = 50

    def by(self, who: UserPrincipal) -> Wanted:
        """What a search finds by a note would tell what the note says."""
        return Wanted(**self.model_dump(), notes_for=who.user_id if who.role is Role.ADMINISTRATOR else None)


class MarksBody(Body):
    """Up to which message everything has arrived, and been read, here."""

    delivered: Annotated[int, Field(ge=0, le=MAX_SEQUENCE)] = 0
    read: Annotated[int, Field(ge=0, le=MAX_SEQUENCE)] = 0


class RatingBody(Body):
    score: Annotated[int, Field(ge=1, le=5)]
    comment: Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)] = ""


@router.get("/api/support/conversations")
async def list_conversations(
    support: Support, who: Staff, query: Annotated[WantedQuery, Query()]
) -> Page[ConversationAnswer]:
    async with support.working() as work:
        found, total = await work.conversations.page(query.by(who))
        return Page(await conversation_answers(work, found, Side.STAFF), total)


@router.get("/api/support/conversations/mine")
async def list_my_conversations(
    support: Support, me: SignedIn, offset: Offset = 0, limit: Limit = 50
) -> Page[ConversationAnswer]:
    """The most recently active first."""
    async with support.working() as work:
        wanted = Wanted(client_id=me.user_id, offset=offset, limit=limit)
        found, total = await work.conversations.page(wanted)
        return Page(await conversation_answers(work, found, Side.CLIENT), total)


@router.post("/api/support/conversations", status_code=HTTPStatus.CREATED)
async def start_conversation(
    support: Support, me: SignedIn, origin: SignedInOrigin, body: NewConversationBody, response: Response
) -> ConversationDetail:
    async with support.working(origin) as work:
        conversation = await conversations.start(work, me, body.subject, body.language)
        response.headers["Location"] = f"/api/support/conversations/{conversation.id}"
        return await conversation_detail(work, conversation, Side.CLIENT)


@router.get("/api/support/conversations/{conversation_id}")
async def show_conversation(support: Support, who: SignedIn, conversation_id: UUID) -> ConversationDetail:
    async with support.working() as work:
        return await _detail(work, who, await conversations.find(work, who, conversation_id))


@router.post("/api/support/conversations/{conversation_id}/hand-over")
async def hand_over(
    support: Support, who: SignedIn, origin: SignedInOrigin, conversation_id: UUID
) -> ConversationDetail:
    """Talk to a person. It works at any time; asking again changes nothing."""
    async with support.working(origin) as work:
        conversation = await conversations.find_for_change(work, who, conversation_id)
        return await _detail(work, who, await conversations.ask_for_person(work, who, conversation))


@router.post("/api/support/conversations/{conversation_id}/leave-queue")
async def leave_queue(
    support: Support, who: SignedIn, origin: SignedInOrigin, conversation_id: UUID
) -> ConversationDetail:
    """Go on with the bot instead of waiting for a person."""
    async with support.working(origin) as work:
        return await _detail(work, who, await conversations.leave_queue(work, who, conversation_id))


@router.post("/api/support/conversations/{conversation_id}/marks")
async def set_marks(
    support: Support, who: SignedIn, origin: SignedInOrigin, conversation_id: UUID, body: MarksBody
) -> ConversationDetail:
    """They only move forwards."""
    async with support.working(origin) as work:
        marks = Marks(delivered=body.delivered, read=body.read)
        conversation, has_read = await conversations.mark(work, who, conversation_id, marks)
        answer = await _detail(work, who, conversation)
    if has_read:
        await support.frames.read(conversation, conversations.side_of(who, conversation))
    return answer


@router.post("/api/support/conversations/{conversation_id}/rating")
async def rate(
    support: Support, who: SignedIn, origin: SignedInOrigin, conversation_id: UUID, body: RatingBody
) -> ConversationDetail:
    async with support.working(origin) as work:
        rated = await conversations.rate(work, who, conversation_id, body.score, body.comment)
        return await _detail(work, who, rated)


async def _detail(work: Work, who: UserPrincipal, conversation: Conversation) -> ConversationDetail:
    return await conversation_detail(work, conversation, conversations.side_of(who, conversation))
