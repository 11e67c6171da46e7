"""Writing: what clients and administrators say, and what administrators note."""

from dataclasses import replace
from uuid import UUID

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import Author, ConversationState
from kilowatch.kit.errors import Conflict, Forbidden, Throttled
from kilowatch.kit.security import UserPrincipal
from kilowatch.kit.telemetry import correlation_id
from kilowatch.kit.tracing import traceparent
from kilowatch.support.domain.conversation import Conversation, Side, noted
from kilowatch.support.domain.message import MESSAGES_PER_MINUTE, Draft, MessageRecord, require_patience
from kilowatch.support.domain.turn import MOST_OPEN, Turn
from kilowatch.support.handlers.cases import note_response
from kilowatch.support.handlers.conversations import find, reopen, sees_notes, side_of
from kilowatch.support.handlers.work import Work, next_message, note_deed, post, tell_message, under_id
from kilowatch.support.store.messages import OTHER_UNDER_ID


async def write(work: Work, who: UserPrincipal, conversation: Conversation, draft: Draft) -> MessageRecord:
    """Store a message; one that comes again under its id is the one that is there.

    `conversation` is locked. Raises `Forbidden`, `Conflict`, `Invalid`, `Throttled`.
    """
    side = side_of(who, conversation)
    if draft.client_message_id is not None:
        known = await work.messages.by_client_message_id(who.user_id, draft.client_message_id)
        if known is not None:
            return _the_same(known, conversation, draft)
    match side:
        case Side.CLIENT:
            return await _write_as_client(work, who, conversation, draft)
        case Side.STAFF:
            return await _write_as_administrator(work, who, conversation, draft)


async def write_note(work: Work, who: UserPrincipal, conversation: Conversation, draft: Draft) -> MessageRecord:
    """Raises `Forbidden`; for a client of it, whatever their role, too."""
    if not sees_notes(who, conversation):
        raise Forbidden("Notes are among administrators.")
    if draft.client_message_id is not None:
        known = await work.notes.by_client_message_id(who.user_id, draft.client_message_id)
        if known is not None:
            return _the_same(known, conversation, draft)
    message = next_message(work, conversation, Author.ADMINISTRATOR, who.user_id, draft.text)
    note = replace(under_id(message, draft.client_message_id), internal=True)
    after = noted(conversation)
    await work.conversations.save(after)
    await work.notes.add(note)
    await note_deed(work, "noted", conversation.id, note=str(note.id))
    await tell_message(work, after, note)
    return note


async def stop(work: Work, who: UserPrincipal, conversation_id: UUID) -> None:
    """Stop the answers that are being written. Raises `NotFound`, `Forbidden`."""
    conversation = await find(work, who, conversation_id)
    if side_of(who, conversation) is not Side.CLIENT:
        raise Forbidden("Only the client can stop an answer.")
    await work.turns.ask_to_stop(conversation_id)


async def vote(work: Work, who: UserPrincipal, conversation_id: UUID, sequence: int, helpful: bool) -> None:
    """Whether an answer of the bot was helpful, says the client. Raises `NotFound`, `Forbidden`."""
    conversation = await find(work, who, conversation_id)
    if side_of(who, conversation) is not Side.CLIENT:
        raise Forbidden("Only the client can say whether an answer was helpful.")
    await work.turns.vote(conversation_id, sequence, 1 if helpful else -1)


def _the_same(known: MessageRecord, conversation: Conversation, draft: Draft) -> MessageRecord:
    if (known.conversation_id, known.text) != (conversation.id, draft.text):
        raise Conflict(OTHER_UNDER_ID)
    return known


async def _write_as_client(work: Work, who: UserPrincipal, conversation: Conversation, draft: Draft) -> MessageRecord:
    await _require_patience(work, who, conversation)
    if conversation.state is ConversationState.RESOLVED:
        conversation = await reopen(work, conversation)
    message, after = await _store(work, who, conversation, draft, Author.CLIENT)
    if after.state is ConversationState.BOT:
        await _let_bot_answer(work, after, message)
    return message


async def _write_as_administrator(
    work: Work, who: UserPrincipal, conversation: Conversation, draft: Draft
) -> MessageRecord:
    if who.role is not Role.ADMINISTRATOR:
        raise Forbidden("Your role does not allow this.")
    if conversation.state is not ConversationState.ASSIGNED or conversation.assigned_to != who.user_id:
        raise Conflict("Take the conversation first; then you can answer in it.")
    await _require_patience(work, who, conversation)
    message, after = await _store(work, who, conversation, draft, Author.ADMINISTRATOR)
    await note_response(work, after)
    return message


async def _store(
    work: Work, who: UserPrincipal, conversation: Conversation, draft: Draft, author: Author
) -> tuple[MessageRecord, Conversation]:
    message = under_id(next_message(work, conversation, author, who.user_id, draft.text), draft.client_message_id)
    after = await post(work, conversation, message, draft.attachment_ids)
    stored = await work.messages.at(after.id, message.sequence)  # with its files
    assert stored is not None
    return stored, after


async def _require_patience(work: Work, who: UserPrincipal, conversation: Conversation) -> None:
    times = await work.messages.times_of(conversation.id, who.user_id, MESSAGES_PER_MINUTE)
    require_patience(times, work.now)


async def _let_bot_answer(work: Work, conversation: Conversation, message: MessageRecord) -> None:
    if await work.turns.count_open(conversation.id) >= MOST_OPEN:
        raise Throttled("Wait for the answers to what you have asked.", retry_after_s=5)
    turn = Turn(
        id=work.new_id(),
        conversation_id=conversation.id,
        sequence=message.sequence,
        period=conversation.period,
        client_id=conversation.client_id,
        asked_at=work.now,
        correlation_id=correlation_id.get(),
        traceparent=traceparent(),
    )
    await work.turns.add(turn)
