"""When people are there to answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, TypeAlias

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from kilowatch.kit.fields import ZoneName
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin
from kilowatch.support.api.context import Body, Support
from kilowatch.support.domain.business_hours import BusinessHours, Interval, is_open, next_opening

router = APIRouter(tags=["support"])

TimeOfDay: TypeAlias = Annotated[str, StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]


class IntervalBody(Body):
    """From `start` up to, not including, `end`; `24:00` is midnight at the end of the day."""

    start: TimeOfDay
    end: TimeOfDay

    def interval(self) -> Interval:
        return Interval(_minutes(self.start), _minutes(self.end))


class HoursBody(Body):
    time_zone: ZoneName
    week: Annotated[list[Annotated[list[IntervalBody], Field(max_length=8)]], Field(min_length=7, max_length=7)]
    holidays: Annotated[list[date], Field(max_length=1000, default_factory=list)]

    def hours(self) -> BusinessHours:
        week = tuple(tuple(sorted(each.interval() for each in day)) for day in self.week)
        return BusinessHours(self.time_zone, week, frozenset(self.holidays))


@dataclass(frozen=True, slots=True)
class IntervalAnswer:
    start: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursAnswer:
    time_zone: str
    week: list[list[IntervalAnswer]]  #: seven days, Monday first
    holidays: list[date]
    open_now: bool
    opens_at: datetime | None  #: now, when it is open; None: not within a year


@router.get("/api/support/business-hours")
async def show_hours(support: Support, _: SignedIn) -> HoursAnswer:
    async with support.working() as work:
        return _answer(await work.settings.hours(), work.now)


@router.put("/api/support/business-hours")
async def set_hours(support: Support, _: Administrator, origin: SignedInOrigin, body: HoursBody) -> HoursAnswer:
    hours = body.hours()
    async with support.working(origin) as work:
        await work.settings.set_hours(hours)
        await work.audit.record("business_hours.set", "business-hours")
        return _answer(hours, work.now)


def _answer(hours: BusinessHours, now: datetime) -> HoursAnswer:
    return HoursAnswer(
        time_zone=hours.time_zone,
        week=[[IntervalAnswer(_text(each.start), _text(each.end)) for each in day] for day in hours.week],
        holidays=sorted(hours.holidays),
        open_now=is_open(hours, now),
        opens_at=next_opening(hours, now),
    )


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
