"""What becomes of the bot's turns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kilowatch.contracts.chat import Author, Source
from kilowatch.support.domain.cases import Reason
from kilowatch.support.domain.conversation import Conversation, may_speak
from kilowatch.support.domain.markdown import limited_markdown
from kilowatch.support.domain.message import MessageRecord
from kilowatch.support.domain.turn import Turn, TurnOutcome, Verdict
from kilowatch.support.handlers.conversations import hand_over
from kilowatch.support.handlers.work import Work, next_message, post


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the bot wants to say."""

    text: str
    suggestions: Sequence[str] = ()
    sources: Sequence[Source] = ()


async def finish(work: Work, turn: Turn, verdict: Verdict, reply: Reply | None) -> MessageRecord | None:
    """Say the reply and note what came of the turn; None when nothing is said.

    Whether the bot may still speak is looked at here, with the conversation locked, in the transaction that inserts
    the message: what came too late is dropped.
    """
    conversation = await _locked(work, turn, verdict)
    if conversation is None:
        return None
    text = limited_markdown(reply.text) if reply else ""
    if reply is None or not text:
        await work.turns.end(turn.id, verdict, None, work.now)
        return None
    message = _bot_message(work, conversation, turn, replace(reply, text=text))
    await post(work, conversation, message)
    await work.turns.end(turn.id, verdict, message.sequence, work.now)
    return message


async def finish_with_hand_over(work: Work, turn: Turn, verdict: Verdict, reason: Reason, summary: str) -> bool:
    """Give the conversation to a person. False when it is too late for that as well."""
    conversation = await _locked(work, turn, verdict)
    if conversation is None:
        return False
    await work.turns.end(turn.id, verdict, None, work.now)
    await hand_over(work, conversation, reason, summary)
    return True


async def _locked(work: Work, turn: Turn, verdict: Verdict) -> Conversation | None:
    """The conversation, if the bot may still speak in it; else the decision is kept, and nothing is said.

    Locked in the order in which everybody locks.
    """
    conversation = await work.conversations.get_for_change(turn.conversation_id)
    if not await work.turns.lock_open(turn.id):
        await work.turns.explain(turn.id, verdict)
        return None
    if not may_speak(conversation, turn.period):
        await work.turns.end(turn.id, replace(verdict, outcome=TurnOutcome.OVERTAKEN), None, work.now)
        return None
    return conversation


def _bot_message(work: Work, conversation: Conversation, turn: Turn, reply: Reply) -> MessageRecord:
    said = next_message(work, conversation, Author.BOT, None, reply.text)
    return replace(said, id=turn.id, suggestions=tuple(reply.suggestions), sources=tuple(reply.sources))
