"""A conversation and its life: `bot → waiting → assigned → resolved`, and back to `bot` when the client writes again.

Every rule takes the conversation as it is and gives the one that it becomes, or raises `Conflict`.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kilowatch.contracts.chat import Author, ConversationState
from kilowatch.kit.errors import Conflict


class Side(StrEnum):
    """The two ends of a conversation; each has its own marks of what has arrived and what has been read."""

    CLIENT = "client"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one side: the last message that has arrived, and the last that somebody has read."""

    delivered: int = 0
    read: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    score: int  #: 1 to 5
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    id: UUID
    version: int
    client_id: UUID
    subject: str
    language: str
    state: ConversationState
    period: int  #: counts how often it came to the bot; what the bot says belongs to one period
    created_at: datetime
    active_at: datetime  #: of the last message or change of state
    assigned_to: UUID | None = None
    waiting_since: datetime | None = None
    resolved_at: datetime | None = None
    last_sequence: int = 0  #: notes included
    last_message: int = 0  #: the newest that the client may see
    last_author: Author | None = None
    client_marks: Marks = Marks()
    staff_marks: Marks = Marks()
    labels: tuple[str, ...] = ()
    rating: Rating | None = None


def handed_over(conversation: Conversation, now: datetime) -> Conversation:
    """Put it into the queue."""
    _require(conversation, ConversationState.BOT, ConversationState.RESOLVED)
    return _became(conversation, ConversationState.WAITING, now, waiting_since=now, resolved_at=None)


def claimed(conversation: Conversation, administrator: UUID, now: datetime) -> Conversation:
    """A second claim is a conflict, whoever makes it."""
    _require(conversation, ConversationState.WAITING)
    return _became(conversation, ConversationState.ASSIGNED, now, assigned_to=administrator, waiting_since=None)


def transferred(conversation: Conversation, to: UUID, now: datetime) -> Conversation:
    _require(conversation, ConversationState.ASSIGNED)
    if conversation.assigned_to == to:
        raise Conflict("The conversation is theirs already.")
    return _became(conversation, ConversationState.ASSIGNED, now, assigned_to=to)


def queued_again(conversation: Conversation, now: datetime) -> Conversation:
    """Whoever had it is gone: it waits for another."""
    _require(conversation, ConversationState.ASSIGNED)
    return _became(conversation, ConversationState.WAITING, now, assigned_to=None, waiting_since=now)


def returned_to_bot(conversation: Conversation, now: datetime) -> Conversation:
    """From the queue or from a person, or because the client writes again after it was resolved."""
    _require(conversation, ConversationState.WAITING, ConversationState.ASSIGNED, ConversationState.RESOLVED)
    period = conversation.period + 1
    nobody = {"assigned_to": None, "waiting_since": None, "resolved_at": None}
    return replace(_became(conversation, ConversationState.BOT, now, **nobody), period=period)


def resolved(conversation: Conversation, now: datetime) -> Conversation:
    _require(conversation, ConversationState.BOT, ConversationState.WAITING, ConversationState.ASSIGNED)
    return _became(conversation, ConversationState.RESOLVED, now, assigned_to=None, waiting_since=None, resolved_at=now)


def rated(conversation: Conversation, rating: Rating) -> Conversation:
    return replace(conversation, version=conversation.version + 1, rating=rating)


def labelled(conversation: Conversation, labels: tuple[str, ...]) -> Conversation:
    """Labels in order, each once."""
    return replace(conversation, version=conversation.version + 1, labels=tuple(sorted(set(labels))))


def spoken(conversation: Conversation, author: Author, now: datetime) -> Conversation:
    """With one message more. Who writes has read what was there."""
    sequence = conversation.last_sequence + 1
    marks = Marks(delivered=sequence, read=sequence)
    changes: dict[str, object] = {
        "last_sequence": sequence,
        "last_message": sequence,
        "last_author": author,
        "active_at": now,
    }
    match author:
        case Author.CLIENT:
            changes["client_marks"] = marks
        case Author.ADMINISTRATOR:
            changes["staff_marks"] = marks
        case Author.BOT | Author.SYSTEM:
            pass
    return _with(conversation, changes)


def noted(conversation: Conversation) -> Conversation:
    """With one note more, which moves nothing that the client can see."""
    return _with(conversation, {"last_sequence": conversation.last_sequence + 1})


def marked(conversation: Conversation, side: Side, marks: Marks) -> Conversation:
    """Marks only move forwards, never past the last message; what is read has arrived."""
    field = _marks_of(side)
    before: Marks = getattr(conversation, field)
    last = conversation.last_sequence
    read = max(before.read, min(marks.read, last))
    after = Marks(delivered=max(before.delivered, min(marks.delivered, last), read), read=read)
    return conversation if after == before else _with(conversation, {field: after})


def may_speak(conversation: Conversation, period: int) -> bool:
    """Whether the bot may still say what it began to think of in this period."""
    return conversation.state is ConversationState.BOT and conversation.period == period


def _marks_of(side: Side) -> str:
    return "client_marks" if side is Side.CLIENT else "staff_marks"


def _became(conversation: Conversation, state: ConversationState, now: datetime, **changes: object) -> Conversation:
    return _with(conversation, {"state": state, "active_at": now, **changes})


def _with(conversation: Conversation, changes: dict[str, object]) -> Conversation:
    return replace(conversation, version=conversation.version + 1, **changes)  # type: ignore[arg-type]


def _require(conversation: Conversation, *states: ConversationState) -> None:
    if conversation.state not in states:
        raise Conflict(_HINTS[conversation.state])


_HINTS = {
    ConversationState.BOT: "The conversation is with the bot now.",
    ConversationState.WAITING: "The conversation is waiting for a person already.",
    ConversationState.ASSIGNED: "Somebody has taken this conversation already.",
    ConversationState.RESOLVED: "The conversation has been resolved.",
}
