"""What is watched in the demo, beside the hourly limits of its meters."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.kit.account import Account

QUIET_NIGHT: Final = {"start": "22:00", "end": "07:00"}

#: By meter, as `PUT /api/alert-rules/devices/{id}` takes them.
RULES: Final[Mapping[str, Sequence[dict[str, Any]]]] = {
    # Its cooling is laid out for less than it draws, day and night: within minutes there is an alert to look at.
    "Server room": [
        {
            "kind": AlertKind.POWER_LIMIT,
            "limit_w": 1200,
            "for_s": 120,
            "severity": Severity.CRITICAL,
            "escalate_after_s": 1800,
        },
    ],
    "Electric car": [{"kind": AlertKind.POWER_LIMIT, "limit_w": 7000, "for_s": 600, "severity": Severity.INFO}],
    "Home mains": [
        {"kind": AlertKind.DAILY_BUDGET, "kwh": 25, "quiet": QUIET_NIGHT},
        {"kind": AlertKind.MONTHLY_BUDGET, "kwh": 600, "quiet": QUIET_NIGHT},
        {"kind": AlertKind.UNUSUAL_USE, "severity": Severity.INFO, "cooldown_s": 6 * 3600, "quiet": QUIET_NIGHT},
    ],
    "Office mains": [
        {"kind": AlertKind.UNUSUAL_USE, "severity": Severity.INFO, "cooldown_s": 3 * 3600},
        {"kind": AlertKind.MONTHLY_BUDGET, "kwh": 2500},
    ],
    "Adelaide mains": [{"kind": AlertKind.DAILY_BUDGET, "kwh": 15, "quiet": QUIET_NIGHT}],
}


async def set_rules(administrator: Account, device_ids: Mapping[str, int]) -> None:
    """What has been set by somebody stays so."""
    for name, rules in RULES.items():
        if device_id := device_ids.get(name):
            path = f"/api/alert-rules/devices/{device_id}"
            own = {each["rule"]["kind"] for each in await administrator.get(path) if each["origin"] == "device"}
            for rule in rules:
                if rule["kind"] not in own:
                    await administrator.put(path, rule)
