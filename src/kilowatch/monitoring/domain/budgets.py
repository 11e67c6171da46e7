"""The energy of a day or a month beside its budget."""

from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.rules import Budget
from kilowatch.monitoring.domain.usage import MWH_PER_KWH


def judge_budget(period: Span, energy: int, budget: Budget) -> Finding | None:
    """The highest share of the budget that `energy` (mWh) has passed. It is over with the period."""
    return next(reversed(steps_passed(period, energy, budget)), None)


def steps_passed(period: Span, energy: int, budget: Budget) -> list[Finding]:
    """All shares of the budget that it has passed: each was told of when it was."""
    whole = round(budget.kwh * MWH_PER_KWH)
    return [
        Finding(period.start, period.end, Measured(energy=energy, threshold=whole, share_percent=share))
        for share in sorted({budget.warn_percent, 100})
        if energy * 100 > whole * share
    ]
