"""Conversations as their client, and whoever is with them, move them on."""

from uuid import UUID

from kilowatch.contracts import chat
from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import ConversationState
from kilowatch.kit.errors import Forbidden, NotFound, Throttled
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.cases import Ending, Reason
from kilowatch.support.domain.conversation import (
    Conversation,
    Marks,
    Rating,
    Side,
    handed_over,
    marked,
    rated,
    resolved,
    returned_to_bot,
)
from kilowatch.support.domain.phrases import Phrase, phrase, queue_notice
from kilowatch.support.handlers.cases import begin_case, end_case
from kilowatch.support.handlers.work import Work, say, tell, tell_queue
from kilowatch.support.store.conversations import NO_SUCH

#: Somebody who needs more than these at once does not write them by hand.
MOST_OPEN: int = 10


def side_of(who: UserPrincipal, conversation: Conversation) -> Side:
    """Raises `NotFound` for what is not theirs to see."""
    if conversation.client_id == who.user_id:
        return Side.CLIENT
    if who.role is Role.CLIENT:
        raise NotFound(NO_SUCH)
    return Side.STAFF


def sees_notes(who: UserPrincipal, conversation: Conversation) -> bool:
    """Administrators alone do, and not those of whom it is the conversation. Raises `NotFound`."""
    return side_of(who, conversation) is Side.STAFF and who.role is Role.ADMINISTRATOR


async def find(work: Work, who: UserPrincipal, conversation_id: UUID) -> Conversation:
    """Raises `NotFound`."""
    conversation = await work.conversations.get(conversation_id)
    side_of(who, conversation)
    return conversation


async def find_for_change(work: Work, who: UserPrincipal, conversation_id: UUID) -> Conversation:
    """As `find`, and nobody else changes it meanwhile."""
    conversation = await work.conversations.get_for_change(conversation_id)
    side_of(who, conversation)
    return conversation


async def start(work: Work, who: UserPrincipal, subject: str, language: str) -> Conversation:
    """A new conversation, with the bot. Raises `Throttled`."""
    if await work.conversations.count_open_of(who.user_id) >= MOST_OPEN:
        raise Throttled(f"You have {MOST_OPEN} open conversations; go on with one of them.", retry_after_s=60)
    conversation = Conversation(
        id=work.new_id(),
        version=1,
        client_id=who.user_id,
        subject=subject,
        language=language,
        state=ConversationState.BOT,
        period=1,
        created_at=work.now,
        active_at=work.now,
    )
    await work.conversations.save(conversation)
    await tell(work, chat.ConversationStarted, conversation)
    return conversation


async def current(work: Work, who: UserPrincipal, language: str) -> Conversation:
    """The person's own conversation, the one they had last or a new one; nobody else changes it meanwhile."""
    await work.conversations.lock_client(who.user_id)
    found = await work.conversations.current_of(who.user_id)
    if found is None:
        return await start(work, who, "", language)
    return await work.conversations.get_for_change(found)


async def ask_for_person(work: Work, who: UserPrincipal, conversation: Conversation) -> Conversation:
    """It works at any time; asking again changes nothing. Staff cannot ask for a client."""
    if side_of(who, conversation) is not Side.CLIENT:
        raise Forbidden("Only the client can ask for a person.")
    return await hand_over(work, conversation, Reason.ASKED, "")


async def hand_over(work: Work, conversation: Conversation, reason: Reason, summary: str) -> Conversation:
    """Into the queue. The client gets exactly one message of it; the administrators hear the event."""
    if conversation.state in {ConversationState.WAITING, ConversationState.ASSIGNED}:
        return conversation
    waiting = handed_over(conversation, work.now)
    await work.turns.overtake(waiting.id, work.now)
    await begin_case(work, waiting, reason, summary)
    notice = queue_notice(await work.settings.hours(), work.now, waiting.language)
    waiting = await say(work, waiting, notice)
    await tell(work, chat.ConversationHandedOver, waiting)
    return waiting


async def leave_queue(work: Work, who: UserPrincipal, conversation_id: UUID) -> Conversation:
    """The client would rather go on with the bot."""
    conversation = await find_for_change(work, who, conversation_id)
    if side_of(who, conversation) is not Side.CLIENT:
        raise Forbidden("Only the client can leave the queue.")
    if conversation.state is not ConversationState.WAITING:
        return conversation
    return await give_to_bot(work, conversation)


async def give_to_bot(work: Work, conversation: Conversation) -> Conversation:
    was_waiting = conversation.state is ConversationState.WAITING
    await end_case(work, conversation, Ending.RELEASED)
    with_bot = returned_to_bot(conversation, work.now)
    with_bot = await say(work, with_bot, phrase(Phrase.RETURNED, with_bot.language))
    await tell(work, chat.ConversationReleased, with_bot)
    if was_waiting:
        await tell_queue(work)
    return with_bot


async def reopen(work: Work, conversation: Conversation) -> Conversation:
    """The client writes again after it was resolved: the bot answers first, as at the beginning."""
    with_bot = returned_to_bot(conversation, work.now)
    await tell(work, chat.ConversationReleased, with_bot)
    return with_bot


async def resolve(work: Work, conversation: Conversation, why: Phrase | None) -> Conversation:
    was_waiting = conversation.state is ConversationState.WAITING
    done = resolved(conversation, work.now)
    await work.turns.overtake(done.id, work.now)
    await end_case(work, done, Ending.RESOLVED)
    if why is not None:
        done = await say(work, done, phrase(why, done.language))
    else:
        await work.conversations.save(done)
    await tell(work, chat.ConversationResolved, done)
    if was_waiting:
        await tell_queue(work)
    return done


async def rate(work: Work, who: UserPrincipal, conversation_id: UUID, score: int, comment: str) -> Conversation:
    """By the client, whenever they like; the last one counts."""
    conversation = await find_for_change(work, who, conversation_id)
    if side_of(who, conversation) is not Side.CLIENT:
        raise Forbidden("Only the client can rate a conversation.")
    after = rated(conversation, Rating(score=score, comment=comment, at=work.now))
    await work.conversations.save(after)
    await tell(work, chat.ConversationUpdated, after)
    return after


async def mark(work: Work, who: UserPrincipal, conversation_id: UUID, marks: Marks) -> tuple[Conversation, bool]:
    """Move the marks of whoever looks; of staff, only administrators who may answer. Also whether something is read."""
    conversation = await find_for_change(work, who, conversation_id)
    side = side_of(who, conversation)
    if side is Side.STAFF and who.role is not Role.ADMINISTRATOR:
        return conversation, False
    after = marked(conversation, side, marks)
    if after == conversation:
        return conversation, False
    await work.conversations.save(after)
    was, now = (each.client_marks if side is Side.CLIENT else each.staff_marks for each in (conversation, after))
    return after, now.read > was.read
