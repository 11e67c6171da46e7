"""Times, durations and faults as people type them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from kilowatch.kit.errors import Invalid
from kilowatch.simulator.domain.faults import Chances, ClockDrift, Duplicates, Fault, Faults

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_CHANCES: Final = ("gaps", "resets", "glitches", "late")
_CERTAIN: Final[dict[str, Callable[[float], Fault]]] = {
    "duplicates": lambda share: Duplicates(share=share),
    "drift": lambda seconds: ClockDrift(seconds_per_day=seconds),
}
_DURATION: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([smhdw]?)")


def parse_duration(text: str) -> timedelta:
    """`90`, `90s`, `15m`, `2h`, `30d`, `2w`. Raises `Invalid`."""
    match = _DURATION.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"{text!r} is not a duration such as 90s, 15m, 2h or 30d.")
    try:
        return timedelta(**{_UNITS[match[2] or "s"]: float(match[1])})
    except OverflowError as error:
        raise Invalid(f"{text!r} is too long.") from error


def parse_moment(text: str, now: datetime) -> datetime:
    """`now`, `30d` (so long ago), `2026-01-31`, `2026-01-31T10:00` (UTC) or with a zone. Raises `Invalid`."""
    if text.strip() == "now":
        return now
    if _DURATION.fullmatch(text.strip()):
        return now - parse_duration(text)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise Invalid(f"{text!r} is not a time such as 2026-01-31, 2026-01-31T10:00Z or 30d (ago).") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def parse_faults(text: str) -> Faults:
    """`gaps=2,late=3,duplicates=0.01`. Raises `Invalid`."""
    try:
        figures = dict(_figure(part) for part in text.split(",") if part.strip())
        certain = tuple(_CERTAIN[name](figure) for name, figure in figures.items() if name in _CERTAIN)
    except ValueError as error:
        raise Invalid(f"--faults: {error}; write for instance gaps=2,duplicates=0.01.") from error
    return Faults(
        certain=certain,
        chances=Chances(**{name: figure for name, figure in figures.items() if name not in _CERTAIN}),
    )


def _figure(part: str) -> tuple[str, float]:
    name, _, figure = part.strip().partition("=")
    if name not in (*_CHANCES, *_CERTAIN):
        raise Invalid(f"There is no fault {name!r}; there are {', '.join((*_CHANCES, *_CERTAIN))}.")
    return name, float(figure)
