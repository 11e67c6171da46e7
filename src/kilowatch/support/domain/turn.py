"""A turn of the bot: one message of a client that it is to answer, and afterwards what came of it and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

#: A turn that has taken its replica with it so often is answered with "no answer".
MOST_ATTEMPTS: Final = 3
#: Turns of a conversation that may wait; who writes faster than the bot answers is told to wait.
MOST_OPEN: Final = 10


class TurnOutcome(StrEnum):
    ANSWERED = "answered"
    SUGGESTED = "suggested"  #: "did you mean …"
    HANDED_OVER = "handed_over"
    UNANSWERED = "unanswered"
    STOPPED = "stopped"  #: by the client
    OVERTAKEN = "overtaken"  #: the conversation went to a person meanwhile, or was resolved


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    id: UUID  #: the answer, when there is one, is the message of this id
    conversation_id: UUID
    sequence: int  #: of the message to answer
    period: int
    client_id: UUID
    asked_at: datetime
    attempts: int = 0
    correlation_id: str = ""  #: of the request that brought the message
    traceparent: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of a turn, and why."""

    outcome: TurnOutcome
    decision: Mapping[str, Any] | None = None  #: of the rules
    generation: Mapping[str, Any] | None = None  #: of the language model
