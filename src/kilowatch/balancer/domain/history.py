"""Files of history: which layout a file has, and what its lines say, as columns.

A file is a table of text, whatever it was stored as. Three shapes cover what people have:

    long      a line is a reading: device, time, value
    matrix    a line is a moment, a column is a device
    days      a line is a device and day, a column is a time of day; or a line is a device, a column is a moment

A line that cannot be read is named with its number; one whose value is missing (empty, `?`, `Null`) is only counted.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

import numpy as np

from kilowatch.balancer.domain.decoding import Decoded, Malformed
from kilowatch.balancer.domain.instants import Bools, Floats, Ints, instant, instants
from kilowatch.balancer.domain.local_time import place, told_by_order, zone_rules
from kilowatch.balancer.domain.shapes import RAW_LENGTH, Cells, Days, Lines, Long, Matrix
from kilowatch.contracts.batch import AMBIGUOUS_TIME, READING, RejectionReason
from kilowatch.contracts.metering import MeterKind

#: Gives the next lines of a table, as many as are asked for; none at its end.
Take: TypeAlias = Callable[[int], Lines]

BLOCK_READINGS: Final = 20_000
MISSING: Final = frozenset({"", "?", "null", "na", "n/a", "nan", "none", "-"})

_DEVICE_NAMES: Final = ("device", "device_id", "deviceid", "serial_number", "serial", "meter", "meter_id", "id")
_TIME_NAMES: Final = ("time", "timestamp", "datetime", "date_time", "tstp", "date")
_VALUE_NAMES: Final = ("value", "measurementvalue", "reading", "kwh", "energy", "w", "power", "kw")
_TIME_OF_DAY: Final = re.compile(r"\d{1,2}:\d\d(:\d\d)?")
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*")


class NotHistory(ValueError):
    """The file is in none of the layouts; the text says what was looked for."""


class FileFormat(StrEnum):
    AUTO = "auto"
    LONG = "long"
    WIDE = "wide"
    LCL = "lcl"  #: Low Carbon London: `LCLid,tstp,energy(kWh/hh)`
    UCI_POWER = "uci-power"  #: UCI household power: `Date;Time;Global_active_power;…`
    UCI_LOAD = "uci-load"  #: UCI ElectricityLoadDiagrams: a column a client, kW a quarter of an hour


class Unit(StrEnum):
    KWH = "kWh"
    WH = "Wh"
    KW = "kW"
    W = "W"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the person who imports says of the file. Nothing said: what the header and the format say."""

    format: FileFormat = FileFormat.AUTO
    device: str | None = None  #: all readings are of this one
    device_column: str | None = None
    time_column: str | None = None
    value_column: str | None = None
    unit: Unit | None = None  #: None: that of the device's kind
    zone: str | None = None  #: of times without an offset; None: the device's own
    shift_s: int = 0  #: added to each time: 1800 for a file that names half hours by their start
    names: Mapping[str, str] = field(default_factory=dict)  #: name in the file → id or serial number


@dataclass(frozen=True, slots=True)
class Named:
    """The device that a name in a file means."""

    id: int
    kind: MeterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    format: FileFormat
    shape: Long | Matrix | Days
    has_header: bool = True
    unit: Unit | None = None
    step_s: int | None = None  #: time that a value stands for, where the format says it
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """Some lines of a file, as columns."""

    names: Sequence[str]
    who: Ints  #: index into `names`, of each reading
    times: Ints  #: µs, UTC unless `local`
    local: Bools
    ambiguous: Bools
    values: Floats  #: in the unit of the file
    lines: Ints
    raw: Callable[[int], str]
    broken: Sequence[Malformed]
    missing: int
    last_line: int


# -- which layout --------------------------------------------------------------------------------------------------


def layout_of(first: Sequence[str], options: ImportOptions) -> Layout:
    """Of the file whose first line this is. Raises `NotHistory`."""
    header = [cell.strip() for cell in first]
    lower = [cell.lower() for cell in header]
    match options.format if options.format is not FileFormat.AUTO else _format_of(lower, options):
        case FileFormat.LCL:
            return _lcl(lower)
        case FileFormat.UCI_POWER:
            return _uci_power(lower, options)
        case FileFormat.UCI_LOAD:
            zone = options.zone or "Europe/Lisbon"
            shape = Matrix(header[1:])
            return Layout(format=FileFormat.UCI_LOAD, shape=shape, unit=Unit.KW, step_s=900, zone=zone)
        case FileFormat.WIDE:
            return _wide(header, lower, options)
        case _:
            return _long(lower, options)


def _format_of(lower: Sequence[str], options: ImportOptions) -> FileFormat:
    if "lclid" in lower:
        return FileFormat.LCL
    if {"date", "time", "global_active_power"} <= set(lower):
        return FileFormat.UCI_POWER
    if len(lower) > 1 and not lower[0] and not any(map(_is_moment, lower[1:])):
        return FileFormat.UCI_LOAD
    if sum(map(_is_moment, lower)) > (0 if options.device_column else 1):
        return FileFormat.WIDE
    return FileFormat.LONG


def _lcl(lower: Sequence[str]) -> Layout:
    time = _column(lower, None, ("tstp", "datetime"), "time")
    value = next((place for place, cell in enumerate(lower) if cell.startswith(("energy", "kwh"))), None)
    if value is None:
        raise NotHistory("A file of Low Carbon London has a column `energy(kWh/hh)` or `KWH/hh`.")
    shape = Long((time,), value, _column(lower, None, ("lclid",), "device"))
    return Layout(format=FileFormat.LCL, shape=shape, unit=Unit.KWH, step_s=1_800, zone="UTC")


def _uci_power(lower: Sequence[str], options: ImportOptions) -> Layout:
    if options.device is None:
        raise NotHistory("This file is of one household and names no device: say which (`device`).")
    date = _column(lower, None, ("date",), "date")
    time = _column(lower, options.time_column, ("time",), "time")
    value = _column(lower, options.value_column, ("global_active_power",), "value")
    shape = Long((date, time), value, None, options.device, day_first=True)
    return Layout(format=FileFormat.UCI_POWER, shape=shape, unit=Unit.KW, step_s=60, zone="Europe/Paris")


def _wide(header: Sequence[str], lower: Sequence[str], options: ImportOptions) -> Layout:
    moments = [(place, cell) for place, cell in enumerate(header) if _is_moment(cell)]
    if not moments:
        raise NotHistory("A wide file has a column for each time: `00:00`, `00:30`, … or whole moments.")
    of_day = bool(_TIME_OF_DAY.fullmatch(moments[0][1]))
    date = _column(lower, options.time_column, ("date", "day"), "date") if of_day else None
    device = None if options.device else _column(lower, options.device_column, (*_DEVICE_NAMES, "lclid"), "device")
    return Layout(format=FileFormat.WIDE, shape=Days(device, date, moments, options.device or ""))


def _long(lower: Sequence[str], options: ImportOptions) -> Layout:
    if not _has_header(lower):
        place = 0 if options.device else 1
        if len(lower) <= place + 1:
            raise NotHistory("A line is device, time, value.")
        shape = Long((place,), place + 1, None if options.device else 0, options.device or "")
        return Layout(format=FileFormat.LONG, shape=shape, has_header=False)
    time = _column(lower, options.time_column, _TIME_NAMES, "time")
    value = _column(lower, options.value_column, _VALUE_NAMES, "value")
    device = None if options.device else _column(lower, options.device_column, _DEVICE_NAMES, "device")
    return Layout(format=FileFormat.LONG, shape=Long((time,), value, device, options.device or ""))


def _has_header(lower: Sequence[str]) -> bool:
    """A line of data has a time and a number behind it."""
    return not any(_MOMENT.fullmatch(cell) for cell in lower[:2])


def _column(lower: Sequence[str], asked: str | None, usual: Sequence[str], what: str) -> int:
    wanted = (asked.strip().lower(),) if asked else usual
    found = next((name for name in wanted if name in lower), None)
    if found is None:
        columns = ", ".join(lower[:8])
        raise NotHistory(f"No column for the {what}: looked for {', '.join(wanted)} among {columns}.")
    return lower.index(found)


def _is_moment(cell: str) -> bool:
    return bool(_TIME_OF_DAY.fullmatch(cell) or _MOMENT.fullmatch(cell))


# -- what its lines say --------------------------------------------------------------------------------------------


def read_blocks(take: Take, options: ImportOptions) -> Iterator[tuple[Layout, Block]]:
    """Raises `NotHistory`."""
    first = take(1)
    if not len(first):
        raise NotHistory("There is nothing in the file.")
    layout = layout_of([cell for (cell,) in first.columns], options)
    if not layout.has_header:
        yield layout, read_block(layout, options, first)
    count = max(1, BLOCK_READINGS // layout.shape.readings_per_line)
    while len(taken := take(count)):
        yield layout, read_block(layout, options, taken)


def read_block(layout: Layout, options: ImportOptions, lines: Lines) -> Block:
    cells = layout.shape.cells(lines)
    values, missing = _numbers(cells)
    times, local = _instants(cells, ~missing)
    good = np.flatnonzero(~missing & ~np.isin(np.arange(len(cells.lines)), list(cells.unreadable)))
    who = cells.who[good]
    times, local, ambiguous = _placed(who, times[good] + options.shift_s * 1_000_000, local[good], options, layout)
    return Block(
        names=cells.names,
        who=who,
        times=times,
        local=local,
        ambiguous=ambiguous,
        values=values[good],
        lines=cells.lines[good],
        raw=lambda position: _raw(cells, int(good[position])),
        broken=[*cells.broken, *_unreadable(cells)],
        missing=int(missing.sum()),
        last_line=int(lines.numbers[-1]),
    )


def _numbers(cells: Cells) -> tuple[Floats, Bools]:
    """The values, and which are missing. What is no number is added to the broken ones."""
    try:
        values = np.array(list(map(float, cells.values)), np.float64)
    except ValueError:
        values = np.array([_number(cells, place, text) for place, text in enumerate(cells.values)], np.float64)
        return values, np.array([text.lower() in MISSING for text in cells.values], np.bool_)
    return values, np.isnan(values)


def _number(cells: Cells, place: int, text: str) -> float:
    if text.lower() in MISSING:
        return np.nan
    try:
        return float(text.replace(",", "."))
    except ValueError:
        cells.unreadable[place] = f"{text[:40]!r} is not a number."
        return np.nan


def _instants(cells: Cells, wanted: Bools) -> tuple[Ints, Bools]:
    """The times, and which are local. What is no time is added to the broken ones."""
    times: list[str | float] = list(cells.times)
    if times and cells.times[0].replace(".", "", 1).isdigit():
        times = [_epoch(text) for text in cells.times]
    try:
        return instants(times)
    except (ValueError, OverflowError):
        found = [_instant(cells, place, time, bool(wanted[place])) for place, time in enumerate(times)]
    return np.array([us for us, _ in found], np.int64), np.array([local for _, local in found], np.bool_)


def _instant(cells: Cells, place: int, time: str | float, wanted: bool) -> tuple[int, bool]:
    try:
        return instant(time)
    except (ValueError, OverflowError):
        if wanted:
            cells.unreadable[place] = f"{str(time)[:40]!r} is not a time."
        return 0, False


def _epoch(text: str) -> str | float:
    try:
        return float(text)
    except ValueError:
        return text


def _placed(who: Ints, times: Ints, local: Bools, options: ImportOptions, layout: Layout) -> tuple[Ints, Bools, Bools]:
    """Local times in UTC, where the zone is known here and not only by the device."""
    zone = options.zone or layout.zone
    if zone is None or not local.any():
        return times, local, np.zeros(len(times), np.bool_)
    placed = place(times, zone_rules(zone))
    surely_first, surely_second = told_by_order(who, times, placed.repeated & local)
    doubtful = (placed.repeated | placed.skipped) & local & ~surely_first & ~surely_second
    moved = np.where(surely_second, placed.second, placed.first)
    return np.where(local, moved, times), np.zeros(len(times), np.bool_), doubtful


def decoded(block: Block, layout: Layout, options: ImportOptions, devices: Mapping[str, Named | None]) -> Decoded:
    """As the balancer takes readings in. A name that means no device is that of device 0, which there never is."""
    named = [devices.get(name) for name in block.names]
    ids = np.array([each.id if each else 0 for each in named], np.int64)
    factors = np.array([factor(options.unit or layout.unit, each, layout.step_s) for each in named], np.float64)
    readings = np.zeros(len(block.who), READING)
    readings["device"], readings["time"] = ids[block.who], block.times
    # Rounded to nanowatt-hours: 0.215 kW are 215 W, and no float beside it.
    readings["value"] = (block.values * factors[block.who]).round(9)
    readings["flags"] = np.where(block.ambiguous, AMBIGUOUS_TIME, 0)
    return Decoded(readings, block.local, block.lines, block.raw, block.broken)


def factor(unit: Unit | None, device: Named | None, step_s: int | None) -> float:
    """What turns a value of the file into the kWh or W that the device's kind means. Raises `NotHistory`."""
    if unit is None or device is None:
        return 1.0
    wanted = Unit.W if device.kind is MeterKind.POWER else Unit.KWH
    scale = 1_000.0 if unit in {Unit.KWH, Unit.KW} else 1.0
    if unit in {Unit.KWH, Unit.WH} and wanted is Unit.KWH:
        return scale / 1_000
    if unit in {Unit.KW, Unit.W} and wanted is Unit.W:
        return scale
    if step_s is None or device.kind is MeterKind.COUNTER:
        raise NotHistory(f"The file has {unit}, which device {device.id} ({device.kind}) does not show: name the unit.")
    return scale * 3_600 / step_s if wanted is Unit.W else scale / 1_000 * step_s / 3_600


# -- small things --------------------------------------------------------------------------------------------------


def _unreadable(cells: Cells) -> list[Malformed]:
    return [
        Malformed(int(cells.lines[place]), RejectionReason.MALFORMED, _raw(cells, place), detail)
        for place, detail in cells.unreadable.items()
    ]


def _raw(cells: Cells, place: int) -> str:
    return ",".join((cells.names[cells.who[place]], cells.times[place], cells.values[place]))[:RAW_LENGTH]
