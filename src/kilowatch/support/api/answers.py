"""What is answered about conversations: to clients what they may see, to staff the rest as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import Attachment, Author, ConversationState, Source
from kilowatch.support.domain.conversation import Conversation, Marks, Rating, Side
from kilowatch.support.domain.message import DeliveryState, MessageRecord, delivery_state
from kilowatch.support.handlers.work import NAME_OF_BOT, Work, shown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAnswer:
    id: UUID
    sequence: int
    author: Author
    author_id: UUID | None
    author_name: str
    client_message_id: UUID | None  #: as the writer's program called it
    text: str  #: plain, or of the bot limited Markdown: no HTML, no images, links within the application only
    at: datetime
    state: DeliveryState
    internal: bool  #: a note among administrators
    helpful: bool | None  #: what the client has said of an answer of the bot; None: nothing
    attachments: tuple[Attachment, ...]
    suggestions: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnderWay:
    """What the bot is writing now; its message will have this id."""

    message_id: UUID
    text: str  #: so far


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationAnswer:
    id: UUID
    version: int
    subject: str
    language: str
    state: ConversationState
    position: int | None  #: in the queue, from 1
    waiting_since: datetime | None
    assigned_to: UUID | None
    assigned_name: str | None
    created_at: datetime
    active_at: datetime
    resolved_at: datetime | None
    last_sequence: int
    unread: int  #: by whoever asks
    client_marks: Marks
    staff_marks: Marks
    rating: Rating | None
    client_id: UUID
    client_name: str
    labels: tuple[str, ...]  #: empty for clients


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDetail(ConversationAnswer):
    answering: AnswerUnderWay | None
    summary: str  #: why it went to a person, for whoever takes it; empty for clients


async def conversation_answers(
    work: Work, conversations: Sequence[Conversation], side: Side
) -> list[ConversationAnswer]:
    people = await work.people.find_all(
        {who for each in conversations for who in (each.client_id, each.assigned_to) if who}
    )
    ids = [each.id for each in conversations]
    unread = await (work.messages.unread_by_client(ids) if side is Side.CLIENT else work.messages.unread_by_staff(ids))
    return [
        ConversationAnswer(
            **_plain(each, people, side),
            unread=unread.get(each.id, 0),
            position=await work.conversations.position(each),
        )
        for each in conversations
    ]


async def conversation_detail(work: Work, conversation: Conversation, side: Side) -> ConversationDetail:
    [answer] = await conversation_answers(work, [conversation], side)
    under_way = await work.turns.being_answered(conversation.id)
    case = await work.cases.open_of(conversation.id) if side is Side.STAFF else None
    return ConversationDetail(
        **{name: getattr(answer, name) for name in ConversationAnswer.__slots__},
        answering=AnswerUnderWay(message_id=under_way[0], text=under_way[1]) if under_way else None,
        summary=case.summary if case else "",
    )


async def message_answers(
    work: Work, conversation: Conversation, messages: Sequence[MessageRecord]
) -> list[MessageAnswer]:
    people = await work.people.find_all({message.author_id for message in messages if message.author_id})
    by_bot = [message.sequence for message in messages if message.author is Author.BOT]
    votes = await work.turns.votes(conversation.id, by_bot) if by_bot else {}
    return [_message(message, conversation, people, votes.get(message.sequence)) for message in messages]


def _message(
    message: MessageRecord, conversation: Conversation, people: Mapping[UUID, User], helpful: bool | None
) -> MessageAnswer:
    return MessageAnswer(
        id=message.id,
        sequence=message.sequence,
        author=message.author,
        author_id=message.author_id,
        author_name=_name(people, message.author_id) if message.author_id else NAME_OF_BOT,
        client_message_id=message.client_message_id,
        text=message.text,
        at=message.at,
        state=delivery_state(message, conversation),
        internal=message.internal,
        helpful=helpful,
        attachments=message.attachments,
        suggestions=message.suggestions,
        sources=message.sources,
    )


def _plain(conversation: Conversation, people: Mapping[UUID, User], side: Side) -> dict[str, Any]:
    names = (
        "id version subject language state waiting_since assigned_to created_at active_at resolved_at client_marks"
        " staff_marks rating client_id"
    )
    return {name: getattr(conversation, name) for name in names.split()} | {
        "assigned_name": _name(people, conversation.assigned_to) if conversation.assigned_to else None,
        "client_name": _name(people, conversation.client_id),
        "last_sequence": conversation.last_message,
        "labels": conversation.labels if side is Side.STAFF else (),
    }


def _name(people: Mapping[UUID, User], who: UUID | None) -> str:
    person = people.get(who) if who else None
    return shown_name(person) if person else ""
