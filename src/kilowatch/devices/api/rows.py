"""Reads the lines of an uploaded table, and writes tables and reports."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import IO, Any, Final

import msgspec
from pydantic import ValidationError

from kilowatch.devices.api.devices import DeviceEditBody, NewDeviceBody
from kilowatch.devices.api.fields import Body, Id, SerialNumber
from kilowatch.devices.domain.table import (
    COLUMNS,
    PARENT_SERIAL_NUMBER,
    BrokenRow,
    ChangedRow,
    NewRow,
    Outcome,
    Row,
    protected,
    unprotected,
)
from kilowatch.kit.errors import Invalid
from kilowatch.kit.problems import in_a_line

_KNOWN: Final = {*COLUMNS, PARENT_SERIAL_NUMBER}
#: An empty cell empties these; other fields keep what they have.
_EMPTIED: Final = {
    "serial_number": None,
    "hourly_limit_kwh": None,
    "modulus_kwh": None,
    "site_id": None,
    "parent_id": None,
    "location": "",
    "description": "",
}
#: Where semicolons part the cells, the comma is free for these, and half of Europe's spreadsheets write it there.
_DECIMALS: Final = ("hourly_limit_kwh", "modulus_kwh", "max_power_w")


class _About(Body):
    """Which devices a line speaks of, besides by its own serial number."""

    id: Id | None
    parent_serial_number: SerialNumber


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    cells: Mapping[str, str]
    problem: str | None = None


def read_lines(file: IO[bytes]) -> Iterator[Line]:
    """The lines under the header, commas or semicolons between the cells, UTF-8. Raises `Invalid` for no table."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    try:
        delimiter = _delimiter(text.readline())
        text.seek(0)
        reader = csv.DictReader(text, delimiter=delimiter)
        _check_header(reader.fieldnames)
        for cells in reader:
            line = _line(reader.line_num, cells)
            yield _with_points(line) if delimiter == ";" else line
    except UnicodeDecodeError as error:
        raise Invalid("The file is not UTF-8 text.") from error
    except csv.Error as error:
        raise Invalid(f"The file is not a table: {error}.") from error
    finally:
        text.detach()


def _delimiter(header: str) -> str:
    return ";" if header.count(";") > header.count(",") else ","


def _check_header(names: Sequence[str] | None) -> None:
    if not names:
        raise Invalid("The file is empty; its first line names the columns.")
    if unknown := [name for name in names if name not in _KNOWN]:
        raise Invalid(f"Unknown column {unknown[0][:50]!r}. There are: {', '.join(sorted(_KNOWN))}.")
    if len(set(names)) < len(names):
        raise Invalid("A column stands twice in the first line.")


def _line(number: int, cells: dict[Any, Any]) -> Line:
    if None in cells or None in cells.values():
        return Line(number, {}, "It has more or fewer cells than the first line has columns.")
    return Line(number, {name: unprotected(cell.strip()) for name, cell in cells.items()})


def _with_points(line: Line) -> Line:
    points = {name: line.cells[name].replace(",", ".") for name in _DECIMALS if name in line.cells}
    return replace(line, cells={**line.cells, **points})


def serial_numbers(lines: Iterable[Line]) -> set[str]:
    """Those that the lines speak of, so far as they could be any."""
    found = {line.cells.get("serial_number", "") for line in lines}
    return {cell for cell in found if cell and "\x00" not in cell}


def read_row(line: Line, ids: Mapping[str, int], now: datetime) -> Row:
    """What a line asks for. `ids`: of the devices that there are, by serial number."""
    if line.problem:
        return BrokenRow(line=line.number, reason=line.problem)
    try:
        return _row(line, ids, now)
    except ValidationError as error:
        return BrokenRow(line=line.number, reason=in_a_line(error.errors()))


def _row(line: Line, ids: Mapping[str, int], now: datetime) -> Row:
    cells = dict(line.cells)
    about = _About(id=cells.pop("id", "") or None, parent_serial_number=cells.pop(PARENT_SERIAL_NUMBER, None))
    device_id, parent = about.id or ids.get(cells.get("serial_number", "")), about.parent_serial_number
    if device_id is None:
        new = NewDeviceBody.model_validate({name: cell for name, cell in cells.items() if cell})
        return NewRow(
            line=line.number,
            particulars=new.particulars(),
            configuration=new.configuration(now),
            parent_serial_number=parent,
        )
    changed = {name: cell or _EMPTIED[name] for name, cell in cells.items() if cell or name in _EMPTIED}
    if parent:
        changed.pop("parent_id", None)
    edit = DeviceEditBody.model_validate(changed).edit()
    return ChangedRow(line=line.number, device_id=device_id, edit=edit, parent_serial_number=parent)


def csv_line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


REPORT_COLUMNS: Final = tuple(field.name for field in fields(Outcome))


def report_as_csv(outcomes: Iterable[Outcome]) -> str:
    return "".join(
        csv_line("" if value is None else protected(str(value)) for value in asdict(outcome).values())
        for outcome in outcomes
    )


def report_as_json(outcomes: Iterable[Outcome]) -> str:
    return "".join(msgspec.json.encode(outcome).decode() + "\n" for outcome in outcomes)
