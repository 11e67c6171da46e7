"""The energy of a day or a month beside its budget."""

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import Budget
from kilowatch.monitoring.domain.usage import MWH_PER_KWH


def judge_budget(period: Span, energy: int, budget: Budget) -> Finding | None:
    """The highest share of the budget that `energy` (mWh) has passed. It is over with the period."""
    whole = round(budget.kwh * MWH_PER_KWH)
    if energy > whole:
        share = 100
    elif energy * 100 > whole * budget.warn_percent:
        share = budget.warn_percent
    else:
        return None
    return Finding(period.start, period.end, Measured(energy=energy, threshold=whole, share_percent=share))
