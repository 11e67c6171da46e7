"""What the energy of an alert costs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.cost import slot_costs
from kilowatch.monitoring.domain.rules import Rule, UnusualUse
from kilowatch.monitoring.domain.tariff import MICRO
from kilowatch.monitoring.domain.usage import SLOT_US, Ints
from kilowatch.monitoring.handlers.judging import energy_over_usual
from kilowatch.monitoring.handlers.tariffs import find_contracts
from kilowatch.monitoring.store.news import NewsStore
from kilowatch.monitoring.store.tariffs import TariffStore
from kilowatch.monitoring.store.watching import WatchStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Pricing:
    """Where it is looked up what was used, and at which price."""

    tariffs: TariffStore
    news: NewsStore
    watch: WatchStore


async def priced(alert: AlertRecord, device: Device, rule: Rule, pricing: Pricing) -> AlertRecord:
    """With the cost of what is over the limit or the usual, or, of a budget, of all that was used; as it is where none
    applies."""
    if not alert.energy:
        return alert
    contracts = (await find_contracts(pricing.tariffs, [device])).get(device.id, ())
    contract = _in_force(contracts, alert, device)
    if contract is None:
        return alert
    slots, energy = await _charged(alert, device, rule, pricing)
    costs = slot_costs(slots, energy, device, contracts)
    if not costs.priced.any():
        return alert
    return replace(alert, cost=int(costs.cost.sum()) / MICRO, currency=contract.tariff.currency)


def _in_force(contracts: Sequence[Contract], alert: AlertRecord, device: Device) -> Contract | None:
    day = alert.since.astimezone(ZoneInfo(device.time_zone)).date()
    return next((each for each in contracts if each.since <= day < each.until), None)


async def _charged(alert: AlertRecord, device: Device, rule: Rule, pricing: Pricing) -> tuple[Ints, Ints]:
    """Slots (numbers since 1970), and the energy of each that would not have been used otherwise."""
    match alert.kind:
        case AlertKind.DAILY_BUDGET | AlertKind.MONTHLY_BUDGET:
            return await pricing.news.slots(alert)
        case AlertKind.UNUSUAL_USE:
            if (alert.energy or 0) < (alert.usual or 0):  # nobody pays for what was not used
                return _by_slot({})
            assert isinstance(rule.condition, UnusualUse)
            return _by_slot(await energy_over_usual(pricing.watch, device, rule.condition, alert.since, alert.until))
        case AlertKind.HOURLY_LIMIT:
            return _by_slot({alert.since: max(0, (alert.energy or 0) - (alert.threshold or 0))})
        case _:
            return _by_slot({alert.since: alert.energy or 0})


def _by_slot(energy: Mapping[datetime, int]) -> tuple[Ints, Ints]:
    """What begins at a moment, at the rate of that moment."""
    slots = [microseconds(moment) // SLOT_US for moment in energy]
    return np.array(slots, np.int64), np.array(list(energy.values()), np.int64)
