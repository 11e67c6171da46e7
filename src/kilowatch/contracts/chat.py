"""Conversations with customer support, as they travel between browsers and `support`: over the broker alone.

    browser ── frame over the socket ──▶ realtime ── ChatCommand, queue `chat.commands` ──▶ support
    browser ◀── frame of the person's stream ── realtime ◀── events `conversation.*`, `message.posted` ── support
    browser ◀── passing frame ── realtime ◀── `Passing`, exchange `frames` (may be lost) ── support

`realtime` says who sends a command and looks no further into it: whether they may do it is for `support` to decide,
object by object. What is refused after it was taken off the queue is told by a passing `command.refused`.

A command is published until it is confirmed and may come twice; `ChatCommand.id`, which the browser chose, tells.
Typing alone is told without a confirm.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

import msgspec

from kilowatch.contracts.accounts import Role

#: Longer texts are refused at the socket.
MAX_TEXT: Final = 8_000


# -- what people do ---------------------------------------------------------------------------------------------------


class _Command(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """What is in a command depends on its `type`."""


class SendMessage(_Command, tag="message.send", frozen=True, kw_only=True):
    """Write a message. Its id is the command's."""

    conversation_id: UUID | None = None  #: None: the person's own open conversation, or a new one
    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT)]
    #: A note among administrators that nobody else ever sees; refused when somebody else writes it.
    internal: bool = False
    attachment_ids: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=10)] = ()  #: uploaded over HTTP before


class AskForPerson(_Command, tag="conversation.hand_over", frozen=True, kw_only=True):
    """Talk to a person: it works at any time."""

    conversation_id: UUID | None = None


class StopGeneration(_Command, tag="generation.stop", frozen=True, kw_only=True):
    """Stop the answer that is being written; what is there of it stays."""

    conversation_id: UUID


class MarkRead(_Command, tag="message.read", frozen=True, kw_only=True):
    """Everything up to the message with this number has been seen."""

    conversation_id: UUID
    sequence: Annotated[int, msgspec.Meta(ge=0)]


class ShowTyping(_Command, tag="typing", frozen=True, kw_only=True):
    conversation_id: UUID
    active: bool = True  #: repeated every few seconds while it lasts


Command = SendMessage | AskForPerson | StopGeneration | MarkRead | ShowTyping


class ChatCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command with who gives it, as the socket has proven it. Body of a message of the queue `chat.commands`."""

    id: UUID  #: chosen by the browser; the same when it is repeated after a broken link
    user_id: UUID
    role: Role
    session_id: UUID
    at: datetime
    command: Command


# -- what becomes of it, for good -------------------------------------------------------------------------------------


class ConversationState(StrEnum):
    BOT = "bot"
    WAITING = "waiting"  #: for a person of staff
    ASSIGNED = "assigned"
    RESOLVED = "resolved"


class Author(StrEnum):
    CLIENT = "client"
    BOT = "bot"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """The published state of a conversation."""

    id: UUID
    version: int
    user_id: UUID  #: the client
    user_name: str
    state: ConversationState
    assigned_to: UUID | None = None
    assigned_name: str | None = None
    waiting_since: datetime | None = None
    position: int | None = None  #: in the queue, from 1
    last_sequence: int = 0  #: of the newest message that the client may see
    labels: tuple[str, ...] = ()
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    id: UUID
    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What an answer of the bot stands on."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    id: UUID
    conversation_id: UUID
    sequence: int  #: grows within the conversation, internal notes included
    author: Author
    author_id: UUID | None = None
    author_name: str = ""
    text: str
    at: datetime
    internal: bool = False
    attachments: tuple[Attachment, ...] = ()
    suggestions: tuple[str, ...] = ()  #: what the person may ask next, at one touch
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class ConversationChanged:
    """Goes to the client and to all of staff."""

    conversation: Conversation

    @property
    def subject(self) -> str:
        return f"conversation/{self.conversation.id}"


@dataclass(frozen=True, slots=True)
class ConversationStarted(ConversationChanged):
    type: ClassVar[str] = "conversation.started"


@dataclass(frozen=True, slots=True)
class ConversationHandedOver(ConversationChanged):
    """It waits for a person now."""

    type: ClassVar[str] = "conversation.handed_over"


@dataclass(frozen=True, slots=True)
class ConversationAssigned(ConversationChanged):
    """Claimed, or transferred to somebody else."""

    type: ClassVar[str] = "conversation.assigned"


@dataclass(frozen=True, slots=True)
class ConversationReleased(ConversationChanged):
    """Back with the bot."""

    type: ClassVar[str] = "conversation.released"


@dataclass(frozen=True, slots=True)
class ConversationResolved(ConversationChanged):
    type: ClassVar[str] = "conversation.resolved"


@dataclass(frozen=True, slots=True)
class ConversationUpdated(ConversationChanged):
    """Something else of it: labels, the place in the queue."""

    type: ClassVar[str] = "conversation.updated"


@dataclass(frozen=True, slots=True)
class MessagePosted:
    """Goes to the client and to all of staff; when it is internal, to administrators alone."""

    message: Message
    user_id: UUID  #: the client of the conversation
    type: ClassVar[str] = "message.posted"

    @property
    def subject(self) -> str:
        return f"conversation/{self.message.conversation_id}"


# -- what passes ------------------------------------------------------------------------------------------------------


class _Passing(msgspec.Struct, frozen=True, tag_field="type"):
    """Shown to who is there now, and kept nowhere."""


class MessageToken(_Passing, tag="message.token", frozen=True, kw_only=True):
    """A piece of an answer that is being written. The whole of it comes as `message.posted` under the same id."""

    conversation_id: UUID
    message_id: UUID
    index: int  #: 0, 1, 2 …: who misses one waits for the whole
    text: str


class GenerationEnded(_Passing, tag="generation.ended", frozen=True, kw_only=True):
    """No more pieces come, and perhaps no `message.posted` either: stopped, handed over, failed."""

    conversation_id: UUID
    message_id: UUID


class Typing(_Passing, tag="typing", frozen=True, kw_only=True):
    conversation_id: UUID
    author: Author
    name: str
    active: bool


class Read(_Passing, tag="message.read", frozen=True, kw_only=True):
    conversation_id: UUID
    author: Author  #: which side has read
    sequence: int


class CommandRefused(_Passing, tag="command.refused", frozen=True, kw_only=True):
    """Told to who gave the command."""

    command_id: UUID
    code: str  #: `forbidden`, `not_found`, `conflict`, `invalid`, `throttled`
    detail: str  #: for the person


PassingFrame = MessageToken | GenerationEnded | Typing | Read | CommandRefused


class Passing(msgspec.Struct, frozen=True, kw_only=True):
    """A passing frame and to whom it goes: body of a message of the exchange `frames`."""

    frame: PassingFrame
    user_ids: tuple[UUID, ...] = ()
    staff: bool = False  #: also to every administrator and operator who has the conversations open


#: Routing key of a `Passing`.
PASSING_KEY: Final = "passing"
