"""What the energy of an alert costs."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.contract import Contract
from kilowatch.monitoring.domain.cost import slot_costs
from kilowatch.monitoring.domain.tariff import MICRO
from kilowatch.monitoring.domain.usage import SLOT_US, Ints
from kilowatch.monitoring.handlers.tariffs import find_contracts
from kilowatch.monitoring.ledger.columns import microseconds
from kilowatch.monitoring.store.news import NewsStore
from kilowatch.monitoring.store.tariffs import TariffStore

BUDGETS: Final = (AlertKind.DAILY_BUDGET, AlertKind.MONTHLY_BUDGET)


async def priced(alert: AlertRecord, device: Device, tariffs: TariffStore, store: NewsStore) -> AlertRecord:
    """With the cost of what is over the limit, or, of a budget, of all that was used; as it is where none applies."""
    if not alert.energy:
        return alert
    contracts = (await find_contracts(tariffs, [device])).get(device.id, ())
    contract = _in_force(contracts, alert, device)
    if contract is None:
        return alert
    slots, energy = await store.slots(alert) if alert.kind in BUDGETS else _over(alert)
    costs = slot_costs(slots, energy, device, contracts)
    if not costs.priced.any():
        return alert
    return replace(alert, cost=int(costs.cost.sum()) / MICRO, currency=contract.tariff.currency)


def _in_force(contracts: Sequence[Contract], alert: AlertRecord, device: Device) -> Contract | None:
    day = alert.since.astimezone(ZoneInfo(device.time_zone)).date()
    return next((each for each in contracts if each.since <= day < each.until), None)


def _over(alert: AlertRecord) -> tuple[Ints, Ints]:
    """The energy that would not have been used otherwise, at the rate of when it began."""
    within = {
        AlertKind.HOURLY_LIMIT: alert.threshold,
        AlertKind.UNUSUAL_USE: alert.usual,
    }.get(alert.kind) or 0
    slot = microseconds(alert.since) // SLOT_US
    return np.array([slot], np.int64), np.array([max(0, (alert.energy or 0) - within)], np.int64)
