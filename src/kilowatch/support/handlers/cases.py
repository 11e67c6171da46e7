"""What is noted of a case as a conversation goes its way."""

from dataclasses import replace
from uuid import UUID

from kilowatch.support.domain.cases import Case, Ending, Reason
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.handlers.work import Work


async def begin_case(work: Work, conversation: Conversation, reason: Reason, summary: str) -> None:
    case = Case(id=work.new_id(), conversation_id=conversation.id, asked_at=work.now, reason=reason, summary=summary)
    await work.cases.save(case)


async def note_claim(work: Work, conversation: Conversation, administrator: UUID) -> None:
    """The first claim is the one that counts; the administrator is whoever has it last."""
    if case := await work.cases.open_of(conversation.id):
        claimed_at = case.claimed_at or work.now
        await work.cases.save(replace(case, claimed_at=claimed_at, administrator_id=administrator))


async def note_response(work: Work, conversation: Conversation) -> None:
    case = await work.cases.open_of(conversation.id)
    if case and case.first_response_at is None:
        await work.cases.save(replace(case, first_response_at=work.now))


async def end_case(work: Work, conversation: Conversation, ending: Ending) -> None:
    if case := await work.cases.open_of(conversation.id):
        await work.cases.save(replace(case, ended_at=work.now, ending=ending))
