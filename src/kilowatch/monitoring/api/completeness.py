"""Which devices lack data in a period."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final, TypeAlias
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Response

from kilowatch.kit.errors import Invalid
from kilowatch.kit.fields import ZoneName
from kilowatch.kit.http import Staff
from kilowatch.monitoring.api.context import Limit, Monitoring, MonitoringContext, QueryId, json_answer
from kilowatch.monitoring.api.export import TABLE_TOO, Cell, Column, Format, WantedFormat, table_answer
from kilowatch.monitoring.domain.asking import asked_span
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.store.completeness import CompletenessStore, Incomplete

router = APIRouter(tags=["usage"])

LONGEST: Final = timedelta(days=400)
PART: Final = 500
COLUMNS: Final = (
    Column("device_id", Cell.COUNT),
    Column("name", Cell.TEXT),
    Column("coverage", Cell.NUMBER),
    Column("missing_hours", Cell.NUMBER),
    Column("readings", Cell.COUNT),
    Column("last_reading_at", Cell.MOMENT),
)


@dataclass(frozen=True, slots=True)
class CompletenessAnswer:
    start: datetime
    end: datetime  #: the end of what was asked for, or now
    below: float
    items: Sequence[Incomplete]
    next: int | None  #: `after` of the following page


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    start: str | None
    end: str | None
    zone: str

    def until_now(self, now: datetime) -> Span:
        """Raises `Invalid`."""
        asked = asked_span(self.start, self.end, ZoneInfo(self.zone), now)
        span = Span(asked.start, min(asked.end, now))
        if not timedelta() < span.end - span.start <= LONGEST:
            raise Invalid(f"Ask for a time that has begun, of {LONGEST.days} days at most.")
        return span


def _period(
    start: Annotated[str | None, Query(alias="from", max_length=40)] = None,
    end: Annotated[str | None, Query(alias="to", max_length=40, description="Up to, not including")] = None,
    zone: Annotated[ZoneName, Query(description="Of times without an offset")] = "UTC",
) -> AskedPeriod:
    return AskedPeriod(start, end, zone)


Asked: TypeAlias = Annotated[AskedPeriod, Depends(_period)]


@router.get("/api/completeness", response_model=CompletenessAnswer, responses=TABLE_TOO)
async def list_incomplete(
    monitoring: Monitoring,
    _: Staff,
    asked: Asked,
    wanted: WantedFormat,
    below: Annotated[float, Query(gt=0, le=1, description="Devices whose coverage is less")] = 0.95,
    after: QueryId | None = None,
    limit: Limit = 100,
) -> Response:
    """By id. Coverage is the part of the period that readings account for; today where no period is given."""
    span = asked.until_now(monitoring.clock())
    if wanted is not Format.JSON:
        return table_answer(wanted, "completeness", COLUMNS, _parts(monitoring, span, below))
    found = await _page(monitoring, span, below, after or 0, limit)
    following = found[-1].device_id if len(found) == limit else None
    return json_answer(CompletenessAnswer(span.start, span.end, below, found, following))


async def _page(
    monitoring: MonitoringContext, span: Span, below: float, after: int, limit: int
) -> Sequence[Incomplete]:
    async with monitoring.database.transaction() as connection:
        return await CompletenessStore(connection).incomplete(span, below, after, limit)


async def _parts(monitoring: MonitoringContext, span: Span, below: float) -> AsyncIterator[Iterable[Sequence[object]]]:
    after = 0
    while found := await _page(monitoring, span, below, after, PART):
        yield [tuple(getattr(each, column.name) for column in COLUMNS) for each in found]
        after = found[-1].device_id
