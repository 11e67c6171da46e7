"""How support does: a row for each conversation, and the figures of a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import mean, median
from typing import Final

from kilowatch.support.domain.business_hours import BusinessHours
from kilowatch.support.domain.cases import Case, times_of
from kilowatch.support.domain.conversation import Conversation
from kilowatch.support.handlers.work import Work, names_of

COLUMNS: Final = (
    "conversation",
    "client",
    "subject",
    "state",
    "assigned_to",
    "created_at",
    "active_at",
    "resolved_at",
    "messages",
    "hand_overs",
    "first_response_business_s",
    "resolution_business_s",
    "rating",
    "rating_comment",
    "labels",
)
MOST_CASES: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the cases that began in a time; seconds are business hours, None where there is nothing to measure."""

    cases: int
    answered: int
    resolved: int
    first_response_median_s: float | None
    first_response_mean_s: float | None
    resolution_median_s: float | None
    resolution_mean_s: float | None
    waiting_now: int
    ratings: list[int]  #: how many conversations were rated 1, 2, 3, 4 and 5 in that time


async def table_rows(work: Work, conversations: Sequence[Conversation]) -> list[Sequence[object]]:
    """As `COLUMNS`. Times are those of the last case."""
    hours = await work.settings.hours()
    ids = [each.id for each in conversations]
    cases, counts = await work.cases.of(ids), await work.messages.counts(ids)
    names = await names_of(work, {who for each in conversations for who in (each.client_id, each.assigned_to) if who})
    return [
        _row(each, cases.get(each.id, ()), counts.get(each.id, 0), names.get(each.client_id, ""), hours)
        for each in conversations
    ]


async def figures(work: Work, start: datetime, end: datetime) -> Figures:
    hours = await work.settings.hours()
    cases = await work.cases.asked_between(start, end, MOST_CASES)
    times = [times_of(case, hours) for case in cases]
    ratings = await work.conversations.ratings(start, end)
    responses = [each.first_response_s for each in times if each.first_response_s is not None]
    resolutions = [each.resolution_s for each in times if each.resolution_s is not None]
    return Figures(
        cases=len(cases),
        answered=len(responses),
        resolved=len(resolutions),
        first_response_median_s=median(responses) if responses else None,
        first_response_mean_s=mean(responses) if responses else None,
        resolution_median_s=median(resolutions) if resolutions else None,
        resolution_mean_s=mean(resolutions) if resolutions else None,
        waiting_now=len(await work.conversations.queue(MOST_CASES)),
        ratings=[ratings.get(score, 0) for score in range(1, 6)],
    )


def _row(
    conversation: Conversation, cases: Sequence[Case], messages: int, client: str, hours: BusinessHours
) -> Sequence[object]:
    times = times_of(cases[-1], hours) if cases else None
    rating = conversation.rating
    return (
        conversation.id,
        client,
        conversation.subject,
        conversation.state.value,
        conversation.assigned_to or "",
        conversation.created_at.isoformat(),
        conversation.active_at.isoformat(),
        conversation.resolved_at.isoformat() if conversation.resolved_at else "",
        messages,
        len(cases),
        _seconds(times.first_response_s if times else None),
        _seconds(times.resolution_s if times else None),
        rating.score if rating else "",
        rating.comment if rating else "",
        " ".join(conversation.labels),
    )


def _seconds(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.0f}"
