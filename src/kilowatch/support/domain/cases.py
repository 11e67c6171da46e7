"""A case: from the wish for a person until it is resolved or given back. The figures of support are made of cases."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from kilowatch.support.domain.business_hours import BusinessHours, business_time


class Reason(StrEnum):
    """Why a conversation went to a person."""

    ASKED = "asked"  #: the client pressed the button
    RULES = "rules"  #: the client wrote that they want a person
    MODEL = "model"  #: the language model could not help
    UNANSWERED = "unanswered"  #: nothing had an answer, again and again


class Ending(StrEnum):
    RESOLVED = "resolved"
    RELEASED = "released"  #: back to the bot


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: UUID
    conversation_id: UUID
    asked_at: datetime
    reason: Reason
    summary: str  #: for the administrator who takes it
    claimed_at: datetime | None = None
    first_response_at: datetime | None = None
    ended_at: datetime | None = None
    ending: Ending | None = None
    administrator_id: UUID | None = None  #: who has it, or had it last


@dataclass(frozen=True, slots=True)
class CaseTimes:
    """In business hours; None: not yet."""

    first_response_s: float | None
    resolution_s: float | None


def times_of(case: Case, hours: BusinessHours) -> CaseTimes:
    def since_asked(moment: datetime | None) -> float | None:
        return None if moment is None else business_time(hours, case.asked_at, moment).total_seconds()

    return CaseTimes(
        first_response_s=since_asked(case.first_response_at),
        resolution_s=since_asked(case.ended_at) if case.ending is Ending.RESOLVED else None,
    )
