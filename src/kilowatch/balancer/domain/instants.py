"""The time of a reading, as it comes, in microseconds: ISO 8601 text or a number since 1970."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, TypeAlias, cast

import numpy as np
import numpy.typing as npt

from kilowatch.kit.instants import microseconds

Bools: TypeAlias = npt.NDArray[np.bool_]
Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

#: Numbers from here on are milliseconds: as seconds they lie after the year 5138, as milliseconds from 1973 on.
FIRST_MILLISECONDS: Final = 1e11
#: Numbers are clipped to this many microseconds (the year 148,000), too far away to be accepted in any case.
FARTHEST_US: Final = 2.0**62

_US: Final = 1_000_000
_DAY_US: Final = 86_400 * _US
_USUAL: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Field:
    """A number within the usual spelling."""

    places: range
    lowest: int
    highest: int
    us: float = 0.0  #: what one of it adds to the time of day


_FIELDS: Final = (
    _Field(range(4), 1, 9999),
    _Field(range(5, 7), 1, 12),
    _Field(range(8, 10), 1, 31),
    _Field(range(11, 13), 0, 23, 3600e6),
    _Field(range(14, 16), 0, 59, 60e6),
    _Field(range(17, 19), 0, 59, 1e6),
)
_LOWEST: Final = np.array([field.lowest for field in _FIELDS])
_HIGHEST: Final = np.array([field.highest for field in _FIELDS])


def instants(moments: Sequence[str | float]) -> tuple[Ints, Bools]:
    """Microseconds of each moment, and which are local: without a zone, read as if it were UTC.

    Raises `ValueError`.
    """
    types = set(map(type, moments))
    if types == {str}:
        return _of_texts(cast("Sequence[str]", moments))
    if types <= {float}:
        return _of_numbers(cast("Sequence[float]", moments)), np.zeros(len(moments), np.bool_)
    return _columns([instant(moment) for moment in moments])


def instant(moment: str | float) -> tuple[int, bool]:
    """As `instants`, of one."""
    if isinstance(moment, float):
        return int(_of_numbers([moment])[0]), False
    if len(moment) < len("20261123T10"):
        raise ValueError(f"{moment!r} is a date at most; a reading has a time of day.")
    time = datetime.fromisoformat(moment)
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return microseconds(aware), time.tzinfo is None


def _of_numbers(numbers: Sequence[float]) -> Ints:
    given = np.array(numbers, np.float64)
    us = np.where(np.abs(given) < FIRST_MILLISECONDS, given * 1e6, given * 1e3)
    times: Ints = np.rint(np.clip(us, -FARTHEST_US, FARTHEST_US)).astype(np.int64)
    return times


def _of_texts(texts: Sequence[str]) -> tuple[Ints, Bools]:
    found = _all_alike(texts)
    return _columns([instant(text) for text in texts]) if found is None else found


def _columns(found: Sequence[tuple[int, bool]]) -> tuple[Ints, Bools]:
    return np.array([us for us, _ in found], np.int64), np.array([local for _, local in found], np.bool_)


def _all_alike(texts: Sequence[str]) -> tuple[Ints, Bools] | None:
    """The texts as a table of characters, if they are all in one usual spelling, at one offset; else None."""
    usual = _USUAL.fullmatch(texts[0])
    if usual is None or len(set(map(len, texts))) > 1:
        return None
    table = np.frombuffer("".join(texts).encode("latin-1", "replace"), np.uint8).reshape(len(texts), -1)
    zone = usual[1] or ""
    clock = table[:, : table.shape[1] - len(zone)]
    if (table[:, clock.shape[1] :] != table[0, clock.shape[1] :]).any():
        return None
    times = _of_table(clock)
    if times is None:
        return None
    return times - _offset_us(zone), np.full(len(texts), not zone)


def _of_table(clock: npt.NDArray[np.uint8]) -> Ints | None:
    """Microseconds of each row; None if one is not spelled like the first, or is not a time that exists."""
    lowest = _lowest_characters(clock[0])
    digits = clock - lowest  # wraps round: what is below the lowest becomes large
    if (digits > np.where(lowest == ord("0"), 9, 0)).any():
        return None
    numbers = (digits @ _weights(clock.shape[1])).T
    if (numbers[:6].min(axis=1) < _LOWEST).any() or (numbers[:6].max(axis=1) > _HIGHEST).any():
        return None
    year, month, day = numbers[:3].astype(np.int64)
    months = (year * 12 + month - (1970 * 12 + 1)).view("M8[M]")
    days = months.astype("M8[D]").view(np.int64) + day - 1
    if (days >= (months + 1).astype("M8[D]").view(np.int64)).any():
        return None  # the 30th of February
    times: Ints = days * _DAY_US + numbers[6].astype(np.int64)
    return times


def _lowest_characters(example: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """For each place of a row the lowest character that may stand there: `0` for a digit, else the very same."""
    is_digit = (example >= ord("0")) & (example <= ord("9"))
    return np.where(is_digit, np.uint8(ord("0")), example)


@lru_cache(maxsize=32)
def _weights(width: int) -> Floats:
    """The matrix that turns rows of digits into the fields and the microseconds since midnight."""
    weights = np.zeros((width, len(_FIELDS) + 1))
    for column, field in enumerate(_FIELDS):
        powers = 10.0 ** np.arange(len(field.places))[::-1]
        weights[field.places, column] = powers
        weights[field.places, -1] = powers * field.us
    fraction = range(20, min(width, 26))  # behind the dot; digits after the sixth are cut off
    weights[fraction, -1] = 10.0 ** (5 - np.arange(len(fraction)))
    return weights


def _offset_us(zone: str) -> int:
    if zone in {"", "Z"}:
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return (-minutes if zone[0] == "-" else minutes) * 60 * _US
