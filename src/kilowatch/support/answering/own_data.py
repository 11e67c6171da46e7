"""Answers that hold the person's own figures, through functions that the service names and supplies."""

import re
from collections.abc import Mapping
from typing import Final

#: The functions, and the placeholders that each fills. Whoever writes an answer may use these and no others.
FUNCTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "today": ("today_kwh", "yesterday_kwh"),  # so far, and yesterday up to the same time
    "past": ("whole_yesterday_kwh", "last_week_kwh", "last_month_kwh"),  # a week begins on Monday
    "month": ("month_kwh", "month_projection_kwh", "month_daily_kwh"),  # so far, at its end, a day on average
    "cost": ("month_cost", "month_projection_cost"),
    "largest_device": ("largest_device", "largest_device_kwh", "largest_device_share"),  # of this month
    "live_power": ("power_now",),
    "alerts": ("open_alerts", "last_alerts"),  # how many; a list in Markdown, the newest first
    "limits": ("limits",),  # a list in Markdown
    "devices": ("device_count", "device_list", "silent_devices"),  # a number; lists in Markdown
}

_PLACEHOLDER: Final = re.compile(r"\{([a-z_]+)\}")


def placeholders(answer: str) -> set[str]:
    return set(_PLACEHOLDER.findall(answer))


def functions_of(answer: str) -> set[str]:
    """Names of the functions that have to be asked before `fill`."""
    needed = placeholders(answer)
    return {name for name, gives in FUNCTIONS.items() if needed.intersection(gives)}


def fill(answer: str, values: Mapping[str, str]) -> str | None:
    """None when a placeholder has no value: say `without_data` instead. What the values hold is not looked into."""
    if not placeholders(answer) <= values.keys():
        return None
    return _PLACEHOLDER.sub(lambda found: values[found[1]], answer)
