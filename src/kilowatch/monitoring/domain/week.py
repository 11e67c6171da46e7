"""A typical week: what each hour of it uses on average."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from kilowatch.contracts.metering import Direction
from kilowatch.monitoring.domain.bill import where_known
from kilowatch.monitoring.domain.calendar import SLOTS_PER_HOUR, local_clock
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows
from kilowatch.monitoring.domain.visibility import VisibleMeter

HOURS: Final = 24
#: 1970 began on a Thursday.
_FIRST_WEEKDAY: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TypicalWeek:
    direction: Direction
    device_ids: Sequence[int]
    #: Mean kWh of an hour, by weekday (Monday first) and local hour; null where nothing is known.
    mean_kwh: Sequence[Sequence[float | None]]


def typical_week(
    direction: Direction, meters: Sequence[VisibleMeter], slots: Mapping[int, Rows], zone: ZoneInfo
) -> TypicalWeek:
    """Of `meters` together: the sum of what each uses on average. `slots` are SLOT_ENERGY by device."""
    means, known = np.zeros(7 * HOURS), np.zeros(7 * HOURS, np.bool_)
    for meter in meters:
        rows = slots.get(meter.device.id)
        if rows is None:
            continue
        day, quarter = local_clock(rows["slot"], zone)
        cell = (day + _FIRST_WEEKDAY) % 7 * HOURS + quarter // SLOTS_PER_HOUR
        count = np.bincount(cell, minlength=7 * HOURS)
        energy = np.bincount(cell, rows["energy"] / MWH_PER_KWH, minlength=7 * HOURS)
        means += energy * SLOTS_PER_HOUR / np.maximum(count, 1)
        known |= count > 0
    hours = where_known(known, means.round(6))
    week = [hours[day * HOURS : (day + 1) * HOURS] for day in range(7)]
    return TypicalWeek(direction=direction, device_ids=[meter.device.id for meter in meters], mean_kwh=week)
