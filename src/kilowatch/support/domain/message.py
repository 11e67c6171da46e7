"""What is said in a conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from kilowatch.contracts.chat import Attachment, Author, Source
from kilowatch.kit.errors import Invalid, Throttled
from kilowatch.support.domain.conversation import Conversation

MAX_TEXT: Final = 4000  #: characters
MAX_ATTACHMENTS: Final = 5
#: A person does not write faster; a script is told to wait.
MESSAGES_PER_MINUTE: Final = 30


class DeliveryState(StrEnum):
    """How far a message has come on its way to the other side."""

    SENT = "sent"  #: stored
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRecord:
    """A message, or a note among administrators; the two are kept apart and share the conversation's sequence."""

    conversation_id: UUID
    sequence: int
    id: UUID
    author: Author
    author_id: UUID | None  #: None: the bot or the system
    client_message_id: UUID | None  #: what the writer's program calls it; the same again is the same message
    text: str
    at: datetime
    suggestions: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say."""

    text: str
    client_message_id: UUID | None = None
    attachment_ids: Sequence[UUID] = ()

    def __post_init__(self) -> None:
        """Raises `Invalid`."""
        if not self.text.strip() and not self.attachment_ids:
            raise Invalid("Say something, or attach a file.")
        if len(set(self.attachment_ids)) > MAX_ATTACHMENTS:
            raise Invalid(f"A message has at most {MAX_ATTACHMENTS} attachments.")


def delivery_state(message: MessageRecord, conversation: Conversation) -> DeliveryState:
    """As the writer sees it: what the other side has had. What the bot says goes to the client, as the system's."""
    marks = conversation.staff_marks if message.author is Author.CLIENT else conversation.client_marks
    if message.sequence <= marks.read:
        return DeliveryState.READ
    return DeliveryState.DELIVERED if message.sequence <= marks.delivered else DeliveryState.SENT


def require_patience(times: Sequence[datetime], now: datetime) -> None:
    """`times` of the writer's newest messages, at most `MESSAGES_PER_MINUTE`, the oldest last. Raises `Throttled`."""
    if len(times) < MESSAGES_PER_MINUTE:
        return
    wait_s = 60 - (now - times[-1]).total_seconds()
    if wait_s > 0:
        raise Throttled("That is a lot of messages; wait a moment.", retry_after_s=wait_s)
