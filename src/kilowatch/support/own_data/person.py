"""The data of one person, as that person would see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import msgspec

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.contracts.metering import Direction, MeterKind
from kilowatch.kit.service import Peers

TIMEOUT_S: Final = 5.0
AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDevice:
    id: int
    name: str
    location: str
    kind: MeterKind
    time_zone: str
    direction: Direction
    hourly_limit_kwh: float | None
    parent_id: int | None  #: the meter that it is behind, whose energy holds its own
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPeriod:
    start: datetime
    end: datetime
    energy_kwh: float | None
    peak_w: float | None
    coverage: float
    complete: bool

    def kwh_until(self, moment: datetime) -> float:
        """Its energy spread evenly: no usage is kept that is finer."""
        share = (moment - self.start) / (self.end - self.start)
        return (self.energy_kwh or 0) * min(max(share, 0), 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSeries:
    direction: Direction
    periods: list[OwnPeriod]
    total: OwnPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCost:
    """What consumption costs, less what feed-in earns."""

    currency: str
    total: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnUsage:
    time_zone: str
    by: str
    start: datetime
    end: datetime
    series: list[OwnSeries]
    net: OwnCost | None = None  #: None: no tariff, or several currencies

    def total_kwh(self, direction: Direction = Direction.CONSUMPTION) -> float | None:
        """None: not known."""
        found = [each.total.energy_kwh for each in self.series if each.direction is direction]
        return found[0] if found else None

    def kwh_until(self, moment: datetime) -> float | None:
        """Of consumption. The last period that was asked for may end after that moment."""
        found = [each.periods for each in self.series if each.direction is Direction.CONSUMPTION]
        return sum(period.kwh_until(moment) for period in found[0]) if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEstimate:
    so_far: float
    expected: float | None  #: at the end of the month


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnForecast:
    direction: Direction
    energy_kwh: OwnEstimate
    cost: OwnEstimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMonth:
    series: list[OwnForecast]

    def expected_kwh(self) -> float | None:
        found = [each.energy_kwh.expected for each in self.series if each.direction is Direction.CONSUMPTION]
        return found[0] if found else None

    def expected_cost(self) -> float | None:
        """What consumption costs, less what feed-in earns."""
        costs = [each.cost.expected for each in self.series if each.cost]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if known and len(known) == len(costs) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAlert:
    kind: AlertKind
    state: AlertState
    text: str  #: in words, in English
    device_id: int
    device_name: str
    since: datetime
    energy_kwh: float | None
    limit_kwh: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPower:
    power_w: float | None  #: None: not known
    is_old: bool  #: by now there should have been a newer reading


@dataclass(frozen=True, slots=True)
class _Alerts:
    items: list[OwnAlert]
    total: int


@dataclass(frozen=True, slots=True)
class Person:
    """Asks in the name of one person. Every call raises `Unavailable`, or `NotFound` for what is not theirs."""

    user_id: UUID
    peers: Peers

    async def devices(self) -> list[OwnDevice]:
        return await self._ask("devices", f"/internal/devices/of/{self.user_id}", {}, list[OwnDevice])

    async def usage(self, start: datetime, end: datetime, by: str, device_id: int | None = None) -> OwnUsage:
        """Of one of their devices, or of all together."""
        of_device = f"/{device_id}" if device_id is not None else ""
        wanted = {"from": start.isoformat(), "to": end.isoformat(), "by": by, "cost": "true"}
        return await self._ask(
            "monitoring", f"/internal/monitoring/of/{self.user_id}/usage{of_device}", wanted, OwnUsage
        )

    async def month(self) -> OwnMonth:
        """How it will end."""
        return await self._ask("monitoring", f"/internal/monitoring/of/{self.user_id}/projection", {}, OwnMonth)

    async def power(self, device_id: int) -> OwnPower:
        """As its newest reading shows it."""
        return await self._ask("monitoring", f"/internal/monitoring/of/{self.user_id}/power/{device_id}", {}, OwnPower)

    async def alerts(self, limit: int, state: AlertState | None = None) -> tuple[list[OwnAlert], int]:
        """The newest, and how many there are."""
        wanted = {"limit": str(limit)} | ({"state": state.value} if state else {})
        found = await self._ask("monitoring", f"/internal/monitoring/of/{self.user_id}/alerts", wanted, _Alerts)
        return found.items, found.total

    async def tariffs(self) -> list[dict[str, Any]]:
        """Those of their meters, as `monitoring` describes them."""
        return await self._ask(
            "monitoring", f"/internal/monitoring/of/{self.user_id}/tariffs", {}, list[dict[str, Any]]
        )

    async def _ask(self, service: str, path: str, query: Mapping[str, str], answer: type[AnswerT]) -> AnswerT:
        found = await self.peers.get_json(service, f"{path}?{urlencode(query)}", timeout_s=TIMEOUT_S)
        return msgspec.convert(found, answer)
