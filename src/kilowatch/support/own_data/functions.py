"""The named functions that answers of the knowledge base may use: placeholder → text, ready to be shown.

A function that has nothing to tell leaves its placeholders out; the answer then says that it cannot read them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.contracts.metering import Direction
from kilowatch.kit.errors import KilowatchError
from kilowatch.support.answering.own_data import FUNCTIONS
from kilowatch.support.own_data.calendar import Today
from kilowatch.support.own_data.person import OwnAlert, OwnDevice, Person

Values: TypeAlias = Mapping[str, str]

MOST_LISTED: Final = 10
#: Devices that are asked one by one for their share, or their power.
MOST_ASKED: Final = 30
_NONE: Final = {"en": "none", "ro": "niciunul"}
_NO_READINGS: Final = {"en": "no readings", "ro": "fără citiri"}
_REST: Final = {"en": "{device}, without the meters behind it", "ro": "{device}, fără contoarele din spatele lui"}
_PER_HOUR: Final = {"en": "{limit} an hour", "ro": "{limit} pe oră"}
_ALERT: Final = {
    AlertKind.HOURLY_LIMIT: {
        "en": "{device}: {energy} on {when}, above {limit}",
        "ro": "{device}: {energy} la {when}, peste {limit}",
    },
    AlertKind.OFFLINE: {"en": "{device}: silent since {when}", "ro": "{device}: tace din {when}"},
}
_OTHER_ALERT: Final = {"en": "{text}", "ro": "{device}, {when}: {text}"}


@dataclass(frozen=True, slots=True)
class OwnFunctions:
    person: Person
    now: datetime
    language: str

    async def values(self, names: Sequence[str]) -> Values:
        """Of all these functions. What cannot be had is not there."""
        asked = await asyncio.gather(*(self._asked(name) for name in names))
        return {placeholder: text for values in asked for placeholder, text in values.items()}

    async def _asked(self, name: str) -> Values:
        function = self._functions().get(name)
        if function is None:
            return {}
        try:
            return await function()
        except KilowatchError:
            return {}

    def _functions(self) -> Mapping[str, Callable[[], Awaitable[Values]]]:
        return {
            "today": self.today,
            "past": self.past,
            "month": self.month,
            "cost": self.cost,
            "largest_device": self.largest_device,
            "live_power": self.live_power,
            "alerts": self.alerts,
            "limits": self.limits,
            "devices": self.devices,
        }

    async def today(self) -> Values:
        today = self._today(await self.person.devices())
        so_far, yesterday = await asyncio.gather(
            self.person.usage(today.start, today.end, "day"),
            self._usage_until(today.midnight(-1), today.this_time_yesterday),
        )
        return self._energies(today_kwh=so_far.total_kwh(), yesterday_kwh=yesterday)

    async def past(self) -> Values:
        today = self._today(await self.person.devices())
        yesterday, week, month = await asyncio.gather(
            self.person.usage(today.midnight(-1), today.start, "day"),
            self.person.usage(today.last_week_start, today.week_start, "week"),
            self.person.usage(today.last_month_start, today.month_start, "month"),
        )
        known = self._energies(
            whole_yesterday_kwh=yesterday.total_kwh(),
            last_week_kwh=week.total_kwh(),
            last_month_kwh=month.total_kwh(),
        )
        return {**dict.fromkeys(FUNCTIONS["past"], _NO_READINGS[self._spoken]), **known} if known else {}

    async def month(self) -> Values:
        today = self._today(await self.person.devices())
        usage, month = await asyncio.gather(
            self.person.usage(today.month_start, today.end, "month"), self.person.month()
        )
        energy, expected = usage.total_kwh(), month.expected_kwh()
        if energy is None or today.days_gone <= 0:
            return {}
        daily = energy / today.days_gone
        projection = daily * today.days_in_month if expected is None else expected
        return self._energies(month_kwh=energy, month_daily_kwh=daily, month_projection_kwh=projection)

    async def cost(self) -> Values:
        today = self._today(await self.person.devices())
        usage, month = await asyncio.gather(
            self.person.usage(today.month_start, today.end, "month"), self.person.month()
        )
        net, expected = usage.net, month.expected_cost()
        if net is None or today.days_gone <= 0:
            return {}
        projected = net.total / today.days_gone * today.days_in_month if expected is None else expected
        return {
            "month_cost": f"{self._number(net.total, 2)} {net.currency}",
            "month_projection_cost": f"{self._number(projected, 2)} {net.currency}",
        }

    async def largest_device(self) -> Values:
        """A meter with others behind it counts with the rest that these leave."""
        devices = _consuming(await self.person.devices())[:MOST_ASKED]
        today = self._today(devices)
        energies = await asyncio.gather(*(self._month_of(device, today) for device in devices))
        known = {device.id: energy or 0.0 for device, energy in zip(devices, energies, strict=True)}
        total = sum(known[device.id] for device in _foremost(devices))
        if not total:
            return {}
        rests = dict(known)
        for device in devices:
            if device.parent_id in rests:
                rests[device.parent_id] -= known[device.id]
        largest = max(devices, key=lambda device: rests[device.id])
        is_whole = rests[largest.id] == known[largest.id]
        return {
            "largest_device": largest.name if is_whole else _REST[self._spoken].format(device=largest.name),
            "largest_device_kwh": self._energy(rests[largest.id]),
            "largest_device_share": f"{rests[largest.id] / total:.0%}",
        }

    async def live_power(self) -> Values:
        """What is used: not what is produced, and not again what a meter before it has measured."""
        devices = _foremost([each for each in _consuming(await self.person.devices()) if each.active])
        powers = await asyncio.gather(*(self.person.power(device.id) for device in devices[:MOST_ASKED]))
        known = [each.power_w for each in powers if each.power_w is not None and not each.is_old]
        return {"power_now": self._number(sum(known), 0) + " W"} if known else {}

    async def alerts(self) -> Values:
        zone = self._today(await self.person.devices()).zone
        (newest, _), (_, open_ones) = await asyncio.gather(
            self.person.alerts(MOST_LISTED), self.person.alerts(1, AlertState.RAISED)
        )
        return {"open_alerts": str(open_ones), "last_alerts": self._list([self._alert(each, zone) for each in newest])}

    async def limits(self) -> Values:
        limited = [device for device in await self.person.devices() if device.hourly_limit_kwh is not None]
        lines = [f"{device.name}: {self._per_hour(device.hourly_limit_kwh)}" for device in limited]
        return {"limits": self._list(lines)}

    async def devices(self) -> Values:
        devices = await self.person.devices()
        silent, _ = await self.person.alerts(MOST_LISTED, AlertState.RAISED)
        names = [alert.device_name for alert in silent if alert.kind is AlertKind.OFFLINE]
        return {
            "device_count": str(len(devices)),
            "device_list": self._list([device.name for device in devices]),
            "silent_devices": self._list(names),
        }

    def _today(self, devices: Sequence[OwnDevice]) -> Today:
        """Where the first meter is."""
        return Today(self.now, ZoneInfo(devices[0].time_zone if devices else "UTC"))

    async def _usage_until(self, start: datetime, moment: datetime) -> float | None:
        return None if moment <= start else (await self.person.usage(start, moment, "slot")).kwh_until(moment)

    async def _month_of(self, device: OwnDevice, today: Today) -> float | None:
        return (await self.person.usage(today.month_start, today.end, "month", device.id)).total_kwh()

    def _energies(self, **energies: float | None) -> Values:
        return {name: self._energy(energy) for name, energy in energies.items() if energy is not None}

    def _energy(self, kwh: float | None) -> str:
        return "" if kwh is None else self._number(kwh, 2) + " kWh"

    def _per_hour(self, kwh: float | None) -> str:
        return _PER_HOUR[self._spoken].format(limit=self._energy(kwh))

    def _number(self, value: float, digits: int) -> str:
        text = f"{value:,.{digits}f}"
        return text.translate(_ROMANIAN_NUMBERS) if self._spoken == "ro" else text

    def _alert(self, alert: OwnAlert, zone: ZoneInfo) -> str:
        form = _ALERT.get(alert.kind, _OTHER_ALERT)[self._spoken]
        return form.format(
            device=alert.device_name,
            text=alert.text,
            when=f"{alert.since.astimezone(zone):%Y-%m-%d %H:%M}",
            energy=self._energy(alert.energy_kwh),
            limit=self._energy(alert.limit_kwh),
        )

    def _list(self, lines: Sequence[str]) -> str:
        """In Markdown."""
        if not lines:
            return _NONE[self._spoken]
        more = [f"… {len(lines) - MOST_LISTED}"] if len(lines) > MOST_LISTED else []
        return "\n".join(f"- {line}" for line in [*lines[:MOST_LISTED], *more])

    @property
    def _spoken(self) -> str:
        return self.language if self.language in _NONE else "en"


def _consuming(devices: Sequence[OwnDevice]) -> Sequence[OwnDevice]:
    return [device for device in devices if device.direction is Direction.CONSUMPTION]


def _foremost(devices: Sequence[OwnDevice]) -> Sequence[OwnDevice]:
    """Those behind no other of them: together they measure everything, and nothing twice."""
    present = {device.id for device in devices}
    return [device for device in devices if device.parent_id not in present]


_ROMANIAN_NUMBERS: Final = str.maketrans(",.", ".,")
