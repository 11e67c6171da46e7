"""What administrators do with conversations that wait for a person."""

from collections.abc import Sequence
from uuid import UUID

from kilowatch.contracts import chat
from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import ConversationState
from kilowatch.kit.errors import Conflict, Forbidden, Invalid
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.conversation import Conversation, claimed, labelled, queued_again, transferred
from kilowatch.support.domain.message import Draft
from kilowatch.support.domain.phrases import Phrase, phrase
from kilowatch.support.handlers.cases import note_claim
from kilowatch.support.handlers.conversations import give_to_bot, resolve
from kilowatch.support.handlers.messages import write_note
from kilowatch.support.handlers.work import Work, note_deed, say, tell, tell_queue


async def claim(work: Work, who: UserPrincipal, conversation_id: UUID, most: int) -> Conversation:
    """Compare and set: of two who claim at once, one gets `Conflict`. So does who has `most` conversations already."""
    await work.conversations.lock_administrator(who.user_id)
    conversation = await work.conversations.get_for_change(conversation_id)
    if conversation.client_id == who.user_id:
        raise Forbidden("This is your own conversation; somebody else has to take it.")
    mine = claimed(conversation, who.user_id, work.now)
    if await work.conversations.count_assigned_to(who.user_id) >= most:
        raise Conflict(f"You have {most} conversations; resolve, transfer or release one first.")
    await note_deed(work, "claimed", conversation_id)
    return await _assign(work, mine, who.user_id)


async def transfer(
    work: Work, who: UserPrincipal, conversation_id: UUID, to: UUID, note: str, most: int
) -> Conversation:
    """To another administrator, who finds `note` among the notes. Any administrator may, say for one who is ill.

    Raises `Conflict` when the other has `most` conversations already.
    """
    await work.conversations.lock_administrator(to)  # before the conversation, as whoever claims does
    conversation = await work.conversations.get_for_change(conversation_id)
    await _require_receiver(work, conversation, to)
    theirs = transferred(conversation, to, work.now)
    if await work.conversations.count_assigned_to(to) >= most:
        raise Conflict(f"That administrator has {most} conversations already.")
    await note_deed(work, "transferred", conversation_id, to=str(to))
    if note:
        await work.conversations.save(theirs)
        await write_note(work, who, theirs, Draft(text=note))
        theirs = await work.conversations.get(conversation_id)
    return await _assign(work, theirs, to)


async def release(work: Work, conversation_id: UUID) -> Conversation:
    """Back to the bot."""
    conversation = await work.conversations.get_for_change(conversation_id)
    if conversation.state is not ConversationState.ASSIGNED:
        raise Conflict("Nobody has this conversation.")
    await note_deed(work, "released", conversation_id)
    return await give_to_bot(work, conversation)


async def close(work: Work, conversation_id: UUID) -> Conversation:
    done = await resolve(work, await work.conversations.get_for_change(conversation_id), Phrase.RESOLVED)
    await note_deed(work, "resolved", conversation_id)
    return done


async def label(work: Work, conversation_id: UUID, labels: Sequence[str]) -> Conversation:
    conversation = await work.conversations.get_for_change(conversation_id)
    after = labelled(conversation, tuple(labels))
    await work.conversations.save(after)
    await note_deed(work, "labelled", conversation_id)
    await tell(work, chat.ConversationUpdated, after)
    return after


async def queue_all_of(work: Work, administrator_id: UUID) -> None:
    """An administrator is gone: what they had waits for another."""
    for conversation_id in await work.conversations.assigned_to(administrator_id):
        conversation = await work.conversations.get_for_change(conversation_id)
        if conversation.assigned_to != administrator_id:
            continue
        waiting = queued_again(conversation, work.now)
        waiting = await say(work, waiting, phrase(Phrase.QUEUED_AGAIN, waiting.language))
        await tell(work, chat.ConversationHandedOver, waiting)


async def _require_receiver(work: Work, conversation: Conversation, to: UUID) -> None:
    """Raises `Invalid`."""
    receiver = await work.people.find(to)
    if receiver is None or receiver.deleted or not receiver.active or receiver.role is not Role.ADMINISTRATOR:
        raise Invalid("A conversation can be transferred to an active administrator only.")
    if conversation.client_id == to:
        raise Invalid("That administrator is the client of this conversation.")


async def _assign(work: Work, conversation: Conversation, administrator_id: UUID) -> Conversation:
    await note_claim(work, conversation, administrator_id)
    # Who it is, the conversation says: a name in a text would stay there when its owner is erased.
    conversation = await say(work, conversation, phrase(Phrase.CLAIMED, conversation.language))
    await tell(work, chat.ConversationAssigned, conversation)
    await tell_queue(work)
    return conversation
