"""What was said, in order: for administrators with the notes between it."""

from collections.abc import Sequence

from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.handlers.conversations import sees_notes
from kilowatch.support.handlers.work import Work


async def newest(
    work: Work, conversation: Conversation, who: UserPrincipal, limit: int, before: int | None
) -> Sequence[MessageRecord]:
    """The last ones, or the last ones before a sequence."""
    found = await work.messages.newest(conversation.id, limit, before)
    if not sees_notes(who, conversation):
        return found
    first = found[0].sequence - 1 if len(found) == limit else 0
    notes = await work.notes.between(conversation.id, first, None if before is None else before - 1)
    return _merged(found, notes)[-limit:]


async def that_follow(
    work: Work, conversation: Conversation, who: UserPrincipal, after: int, limit: int
) -> Sequence[MessageRecord]:
    found = await work.messages.after(conversation.id, after, limit)
    if not sees_notes(who, conversation):
        return found
    last = found[-1].sequence if len(found) == limit else None
    return _merged(found, await work.notes.between(conversation.id, after, last))[:limit]


def _merged(messages: Sequence[MessageRecord], notes: Sequence[MessageRecord]) -> list[MessageRecord]:
    return sorted((*messages, *notes), key=lambda message: message.sequence)
