"""What every use case works with, and what most of them do: say something, and tell others of it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from kilowatch.contracts import chat
from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import Author
from kilowatch.kit.audit import Audit
from kilowatch.kit.outbox import Outbox
from kilowatch.support.domain.conversation import Conversation, spoken
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.store.attachments import AttachmentStore
from kilowatch.support.store.cases import CaseStore
from kilowatch.support.store.conversations import ConversationStore
from kilowatch.support.store.messages import MessageStore, NoteStore
from kilowatch.support.store.people import PeopleStore
from kilowatch.support.store.settings import CannedReplyStore, KnowledgeStore, SettingsStore
from kilowatch.support.store.spending import SpendingStore
from kilowatch.support.store.turns import TurnStore

NAME_OF_BOT: Final = "Kilowatch"
NOBODY_KNOWN: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The effects that a use case may have, all in one transaction, and the moment it happens at."""

    conversations: ConversationStore
    messages: MessageStore
    notes: NoteStore
    attachments: AttachmentStore
    cases: CaseStore
    turns: TurnStore
    people: PeopleStore
    settings: SettingsStore
    canned: CannedReplyStore
    knowledge: KnowledgeStore
    spending: SpendingStore
    outbox: Outbox
    audit: Audit
    new_id: Callable[[], UUID]
    now: datetime


async def post(
    work: Work, conversation: Conversation, message: MessageRecord, attachment_ids: Sequence[UUID] = ()
) -> Conversation:
    """Add the message to the conversation, which is saved with it, and tell everybody whom it concerns.

    Raises `Invalid` for files that the author has not uploaded.
    """
    after = spoken(conversation, message.author, work.now)
    await work.conversations.save(after)
    await work.messages.add(message)
    if message.author_id and attachment_ids:
        files = await work.attachments.attach(message.id, conversation.id, message.author_id, attachment_ids)
        message = replace(message, attachments=files)
    await tell_message(work, after, message)
    return after


async def say(work: Work, conversation: Conversation, text: str) -> Conversation:
    """A message of the system."""
    return await post(work, conversation, next_message(work, conversation, Author.SYSTEM, None, text))


async def note_deed(work: Work, deed: str, conversation_id: UUID, **detail: str) -> None:
    """An administrator's, for the audit log. Without words, which would outlive the conversation there."""
    await work.audit.record(f"conversation.{deed}", f"conversation/{conversation_id}", **detail)


def next_message(
    work: Work, conversation: Conversation, author: Author, author_id: UUID | None, text: str
) -> MessageRecord:
    return MessageRecord(
        conversation_id=conversation.id,
        sequence=conversation.last_sequence + 1,
        id=work.new_id(),
        author=author,
        author_id=author_id,
        client_message_id=None,
        text=text,
        at=work.now,
    )


async def tell_message(work: Work, conversation: Conversation, message: MessageRecord) -> None:
    names = await names_of(work, [message.author_id] if message.author_id else [])
    await work.outbox.add(chat.MessagePosted(published_message(message, names), user_id=conversation.client_id))


async def tell(work: Work, event: type[chat.ConversationChanged], *conversations: Conversation) -> None:
    """Publish conversations as they are now."""
    people = {who for each in conversations for who in (each.client_id, each.assigned_to) if who}
    names = await names_of(work, people)
    for each in conversations:
        position = await work.conversations.position(each)
        await work.outbox.add(event(published(each, names, position)))  # type: ignore[arg-type]


async def tell_queue(work: Work) -> None:
    """Somebody has left the queue: those who wait hear where they are now."""
    await tell(work, chat.ConversationUpdated, *await work.conversations.queue())


async def names_of(work: Work, people: Collection[UUID]) -> dict[UUID, str]:
    return {who: shown_name(person) for who, person in (await work.people.find_all(people)).items()}


def shown_name(person: User) -> str:
    return person.name or NOBODY_KNOWN


def published(conversation: Conversation, names: dict[UUID, str], position: int | None) -> chat.Conversation:
    assigned_to = conversation.assigned_to
    return chat.Conversation(
        id=conversation.id,
        version=conversation.version,
        user_id=conversation.client_id,
        user_name=names.get(conversation.client_id, NOBODY_KNOWN),
        state=conversation.state,
        assigned_to=assigned_to,
        assigned_name=names.get(assigned_to, NOBODY_KNOWN) if assigned_to else None,
        waiting_since=conversation.waiting_since,
        position=position,
        last_sequence=conversation.last_message,
        labels=conversation.labels,
        updated_at=conversation.active_at,
    )


def published_message(message: MessageRecord, names: dict[UUID, str]) -> chat.Message:
    return chat.Message(
        id=message.id,
        conversation_id=message.conversation_id,
        sequence=message.sequence,
        author=message.author,
        author_id=message.author_id,
        author_name=_author_name(message, names),
        text=message.text,
        at=message.at,
        internal=message.internal,
        attachments=message.attachments,
        suggestions=message.suggestions,
        sources=message.sources,
    )


def _author_name(message: MessageRecord, names: dict[UUID, str]) -> str:
    if message.author_id is not None:
        return names.get(message.author_id, NOBODY_KNOWN)
    return NAME_OF_BOT


def under_id(message: MessageRecord, client_message_id: UUID | None) -> MessageRecord:
    """As what the writer's program calls it."""
    return replace(message, client_message_id=client_message_id)
