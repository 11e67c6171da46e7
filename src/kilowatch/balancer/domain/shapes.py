"""The shapes that a table of readings may have, each taken apart column by column.

A call for each line would take longer than all the rest of an import.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, zip_longest
from typing import Final, TypeAlias

import numpy as np

from kilowatch.balancer.domain.decoding import Malformed
from kilowatch.balancer.domain.instants import Bools, Ints
from kilowatch.contracts.batch import RejectionReason

#: A line of a table: its number in the file, and its cells.
Line: TypeAlias = tuple[int, Sequence[str]]

RAW_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a table, as columns."""

    numbers: Ints  #: of each line in the file
    columns: Sequence[Sequence[str]]  #: empty where a line has ended before
    widths: Ints  #: cells of each line

    @classmethod
    def of(cls, lines: Sequence[Line]) -> "Lines":
        numbers = np.array([number for number, _ in lines], np.int64)
        widths = np.array([len(cells) for _, cells in lines], np.int64)
        return cls(numbers, list(zip_longest(*(cells for _, cells in lines), fillvalue="")), widths)

    def __len__(self) -> int:
        return len(self.numbers)

    def part(self, fits: Bools, needed: int) -> "tuple[Lines, list[Malformed]]":
        """The lines that fit, and what is to be said of the others."""
        if fits.all():
            return self, []
        columns = [list(compress(column, fits.tolist())) for column in self.columns]
        broken = [self._malformed(int(place), needed) for place in np.flatnonzero(~fits)]
        return Lines(self.numbers[fits], columns, self.widths[fits]), broken

    def _malformed(self, place: int, needed: int) -> Malformed:
        width = int(self.widths[place])
        detail = f"The line has {width} cells, and {needed} are needed."
        raw = ",".join(column[place] for column in self.columns[:width])
        return Malformed(int(self.numbers[place]), RejectionReason.MALFORMED, raw[:RAW_LENGTH], detail)


@dataclass(frozen=True, slots=True)
class Cells:
    """Readings as text, column by column."""

    lines: Ints
    names: Sequence[str]
    who: Ints  #: index into `names`, of each reading
    times: Sequence[str]
    values: Sequence[str]
    broken: Sequence[Malformed]  #: whole lines
    unreadable: dict[int, str] = field(default_factory=dict)  #: by place in the columns, why


@dataclass(frozen=True, slots=True)
class Long:
    """A line is a reading."""

    time: tuple[int, ...]  #: columns, joined by a space
    value: int
    device: int | None  #: column; None: all lines are of `name`
    name: str = ""
    day_first: bool = False

    readings_per_line = 1

    def cells(self, lines: Lines) -> Cells:
        width = max(*self.time, self.value, self.device or 0) + 1
        whole, broken = lines.part(lines.widths >= width, width)
        names, who = _devices(whole, self.device, self.name)
        return Cells(whole.numbers, names, who, self._times(whole), _column(whole, self.value), broken)

    def _times(self, lines: Lines) -> list[str]:
        columns = [_column(lines, column) for column in self.time]
        times = columns[0] if len(columns) == 1 else [" ".join(parts) for parts in zip(*columns, strict=True)]
        return [_year_first(time) for time in times] if self.day_first else times


@dataclass(frozen=True, slots=True)
class Matrix:
    """A line is a moment, a column is a device."""

    names: Sequence[str]  #: of the columns after the first, which is the time

    @property
    def readings_per_line(self) -> int:
        return max(1, len(self.names))

    def cells(self, lines: Lines) -> Cells:
        width = len(self.names) + 1
        whole, broken = lines.part(lines.widths == width, width)
        return Cells(
            lines=np.repeat(whole.numbers, len(self.names)),
            names=self.names,
            who=np.tile(np.arange(len(self.names)), len(whole)),
            times=[time for time in _column(whole, 0) for _ in self.names],
            values=_line_by_line([_column(whole, place) for place in range(1, width)]),
            broken=broken,
        )


@dataclass(frozen=True, slots=True)
class Days:
    """A line is a device and day, a column is a time of day; or a line is a device, a column is a moment."""

    device: int | None  #: column; None: all lines are of `name`
    date: int | None  #: column of the day; None: the headers are whole moments
    moments: Sequence[tuple[int, str]]  #: column and its time of day (or moment)
    name: str = ""

    @property
    def readings_per_line(self) -> int:
        return len(self.moments)

    def cells(self, lines: Lines) -> Cells:
        width = max(column for column, _ in self.moments) + 1
        whole, broken = lines.part(lines.widths >= width, width)
        names, who = _devices(whole, self.device, self.name)
        return Cells(
            lines=np.repeat(whole.numbers, len(self.moments)),
            names=names,
            who=np.repeat(who, len(self.moments)),
            times=_line_by_line([self._times(whole, moment) for _, moment in self.moments]),
            values=_line_by_line([_column(whole, column) for column, _ in self.moments]),
            broken=broken,
        )

    def _times(self, lines: Lines, moment: str) -> list[str]:
        if self.date is None:
            return [moment] * len(lines)
        hour, _, rest = moment.partition(":")
        clock = rest if ":" in rest else f"{rest}:00"
        days = _column(lines, self.date)
        if hour == "24":  # the end of the day
            return [f"{_day_after(day)} 00:{clock}" for day in days]
        return [f"{day[:10]} {hour:0>2}:{clock}" for day in days]


def _devices(lines: Lines, column: int | None, name: str) -> tuple[Sequence[str], Ints]:
    """The names in a column, each once, and which of them each line has."""
    if column is None:
        return [name], np.zeros(len(lines), np.int64)
    names = _column(lines, column)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
    return list(numbers), np.array([numbers[name] for name in names], np.int64)


def _column(lines: Lines, column: int) -> list[str]:
    return [cell.strip() for cell in lines.columns[column]] if len(lines) else []


def _line_by_line(columns: Sequence[Sequence[str]]) -> list[str]:
    return list(chain.from_iterable(zip(*columns, strict=True)))


def _year_first(time: str) -> str:
    """`16/12/2006 17:24:00` → `2006-12-16 17:24:00`; what is otherwise stays, to be refused."""
    day, _, clock = time.partition(" ")
    match day.split("/"):
        case [day_of_month, month, year]:
            return f"{year}-{month:0>2}-{day_of_month:0>2} {clock}"
        case _:
            return time


def _day_after(day: str) -> str:
    try:
        return str(np.datetime64(day[:10], "D") + 1)
    except ValueError:
        return day  # to be refused
