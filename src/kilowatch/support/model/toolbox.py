"""The tools of the language model. They read, for the one person that the box was made for, and nothing else.

No tool has a parameter for a person. Where one takes a device, the service that has the data checks that this person
may see it, as it does for every request; a device of somebody else is one that does not exist.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec

from kilowatch.contracts.chat import Source
from kilowatch.kit.errors import Invalid, NotFound, Unavailable
from kilowatch.support.model.port import Tool
from kilowatch.support.own_data.calendar import Today
from kilowatch.support.own_data.person import OwnUsage, Person

JsonData: TypeAlias = dict[str, Any] | list[Any]

#: Of what a tool gives back, in characters of JSON: what is longer costs more than it tells.
LONGEST_RESULT: Final = 6000
MOST_DEVICES: Final = 50
MOST_ALERTS: Final = 20


class UsagePeriod(StrEnum):
    TODAY = "today"
    YESTERDAY = "yesterday"
    LAST_7_DAYS = "last_7_days"
    THIS_MONTH = "this_month"
    LAST_MONTH = "last_month"


class Detail(StrEnum):
    TOTAL = "total"
    HOURS = "hours"
    DAYS = "days"


@dataclass(slots=True)
class Toolbox:
    person: Person
    now: datetime
    used: list[dict[str, Any]] = field(default_factory=list)  #: for the trace: names and arguments, no results
    _sources: dict[str, Source] = field(default_factory=dict)

    @property
    def tools(self) -> Sequence[Tool]:
        return (self.devices, self.usage, self.alerts, self.limits, self.tariffs)

    @property
    def sources(self) -> tuple[Source, ...]:
        """What has really been read; the model has no say in it."""
        return tuple(self._sources.values())

    async def devices(self) -> JsonData:
        """The customer's own devices (meters): id, name, place, kind, time zone, hourly limit."""
        return await self._answer("devices", {}, Source(title="Your devices", url="/devices"), self._devices)

    async def usage(self, period: UsagePeriod, device_id: int | None = None, detail: Detail = Detail.TOTAL) -> JsonData:
        """Energy used in kWh, and its cost where a tariff is known. Without `device_id`: of all devices together.

        Args:
            period: which time
            device_id: an id that `devices` gave
            detail: the total alone, or also hour by hour or day by day
        """
        arguments = {"period": period.value, "device_id": device_id, "detail": detail.value}
        source = Source(title=f"Your usage, {period.value.replace('_', ' ')}", url="/consumption")
        return await self._answer("usage", arguments, source, lambda: self._usage(period, device_id, detail))

    async def alerts(self) -> JsonData:
        """The customer's newest alerts: what, which device, since when, whether still open."""
        return await self._answer("alerts", {}, Source(title="Your alerts", url="/alerts"), self._alerts)

    async def limits(self) -> JsonData:
        """The hourly limits of the customer's devices, in kWh."""
        return await self._answer("limits", {}, Source(title="Your limits", url="/devices"), self._limits)

    async def tariffs(self) -> JsonData:
        """The tariffs that apply to the customer's devices: prices by time of day, fees, currency."""
        return await self._answer("tariffs", {}, Source(title="Your tariffs", url="/consumption"), self.person.tariffs)

    async def _answer(
        self, name: str, arguments: dict[str, Any], source: Source, ask: Callable[[], Awaitable[object]]
    ) -> JsonData:
        self.used.append({"tool": name, "arguments": arguments})
        try:
            result = _bounded(await ask())
        except (NotFound, Invalid):
            return {"error": "There is nothing like that among this customer's data."}
        except Unavailable:
            return {"error": "These data cannot be had at the moment."}
        self._sources[source.title] = source
        return result

    async def _devices(self) -> object:
        return [
            {
                "id": device.id,
                "name": device.name,
                "place": device.location,
                "kind": device.kind,
                "direction": device.direction,
                "time_zone": device.time_zone,
                "hourly_limit_kwh": device.hourly_limit_kwh,
            }
            for device in (await self.person.devices())[:MOST_DEVICES]
        ]

    async def _usage(self, period: UsagePeriod, device_id: int | None, detail: Detail) -> object:
        devices = await self.person.devices()
        zone = next((each.time_zone for each in devices if device_id in {None, each.id}), "UTC")
        start, end = _span(period, Today(self.now, ZoneInfo(zone)))
        usage = await self.person.usage(start, end, _BY[detail](end - start), device_id)
        return {"time_zone": zone, "from": start, "to": end, "usage": _series(usage, detail), "cost": usage.net}

    async def _alerts(self) -> object:
        newest, total = await self.person.alerts(MOST_ALERTS)
        return {"alerts": newest, "how_many_ever": total}

    async def _limits(self) -> object:
        return [
            {"device": device.name, "id": device.id, "hourly_limit_kwh": device.hourly_limit_kwh}
            for device in (await self.person.devices())[:MOST_DEVICES]
        ]


_BY: Final[dict[Detail, Callable[[timedelta], str]]] = {
    Detail.TOTAL: lambda _: "day",
    Detail.DAYS: lambda _: "day",
    # A month of hours is more than anybody reads.
    Detail.HOURS: lambda length: "hour" if length <= timedelta(days=2) else "day",
}


def _span(period: UsagePeriod, today: Today) -> tuple[datetime, datetime]:
    match period:
        case UsagePeriod.TODAY:
            return today.start, today.end
        case UsagePeriod.YESTERDAY:
            return today.midnight(-1), today.start
        case UsagePeriod.LAST_7_DAYS:
            return today.midnight(-7), today.start
        case UsagePeriod.THIS_MONTH:
            return today.month_start, today.end
        case UsagePeriod.LAST_MONTH:
            return today.last_month_start, today.month_start


def _series(usage: OwnUsage, detail: Detail) -> list[dict[str, Any]]:
    return [
        {
            "direction": series.direction,
            "total_kwh": series.total.energy_kwh,
            "share_of_time_with_readings": series.total.coverage,
        }
        | (
            {}
            if detail is Detail.TOTAL
            else {"periods": [{"from": each.start, "kwh": each.energy_kwh} for each in series.periods]}
        )
        for series in usage.series
    ]


def _bounded(result: object) -> JsonData:
    """Plain JSON, cut where it is too long."""
    text = msgspec.json.encode(result).decode()
    if len(text) > LONGEST_RESULT:
        return {"cut_off_json": text[:LONGEST_RESULT]}
    plain: JsonData = json.loads(text)
    return plain
