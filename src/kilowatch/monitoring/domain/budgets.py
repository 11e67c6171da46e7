"""The energy of a day or a month beside its budget."""

from collections.abc import Sequence

import numpy as np

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import Budget
from kilowatch.monitoring.domain.trial import Sighting, end_of, slots_of_each, sums_passing
from kilowatch.monitoring.domain.usage import MWH_PER_KWH, Rows


def judge_budget(period: Span, energy: int, budget: Budget) -> Finding | None:
    """The highest share of the budget that `energy` (mWh) has passed. It is over with the period."""
    whole = round(budget.kwh * MWH_PER_KWH)
    passed = [share for share in _shares(budget) if energy > whole * share // 100]
    if not passed:
        return None
    return Finding(period.start, period.end, Measured(energy=energy, threshold=whole, share_percent=passed[-1]))


def steps_passed(periods: Sequence[Span], slots: Rows, budget: Budget) -> Sequence[Sighting]:
    """All shares of the budget that SLOT_ENERGY rows pass in each period, from the slot that does until the one that
    passes the next. Of those that one slot passes together the highest counts."""
    return [step for period, own in slots_of_each(periods, slots) for step in _steps(period, own, budget)]


def _steps(period: Span, slots: Rows, budget: Budget) -> list[Sighting]:
    whole = round(budget.kwh * MWH_PER_KWH)
    sums = np.cumsum(slots["energy"])
    found: list[Sighting] = []
    past = len(slots)  # the slot from which on a higher share counts
    for share in reversed(_shares(budget)):
        passing = sums_passing(sums, whole * share // 100)
        if passing is not None and passing < past:
            measured = Measured(energy=int(sums[past - 1]), threshold=whole, share_percent=share)
            over = found[0].seen if found else period.end
            found.insert(0, Sighting(Finding(period.start, period.end, measured), end_of(slots["slot"][passing]), over))
            past = passing
    return found


def _shares(budget: Budget) -> list[int]:
    return sorted({budget.warn_percent, 100})
