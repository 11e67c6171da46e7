"""Devices as lines of a table: what is exported can be edited in a spreadsheet and imported again."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from kilowatch.contracts.metering import MeterConfiguration
from kilowatch.devices.domain.device import DeviceEdit, DeviceRecord, Particulars

#: The columns of an export, and of an import in any order; an import may leave out what it does not set.
COLUMNS: Final = (
    "id",
    "serial_number",
    "name",
    "kind",
    "time_zone",
    "direction",
    "interval_s",
    "max_gap_s",
    "max_power_w",
    "modulus_kwh",
    "hourly_limit_kwh",
    "site_id",
    "parent_id",
    "location",
    "description",
    "active",
)
#: Instead of `parent_id`, for a parent that has no id yet: one that stands further up in the same table.
PARENT_SERIAL_NUMBER: Final = "parent_serial_number"

#: A spreadsheet takes a cell that begins so for a formula, and runs it.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def protected(cell: str) -> str:
    """The text as spreadsheets show it, never run it: with an apostrophe before what could be a formula."""
    return f"'{cell}" if cell.startswith((*_FORMULA, "'")) else cell


def unprotected(cell: str) -> str:
    return cell[1:] if cell.startswith(tuple(f"'{mark}" for mark in (*_FORMULA, "'"))) else cell


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRow:
    """A line that asks for a new device."""

    line: int
    particulars: Particulars
    configuration: MeterConfiguration
    parent_serial_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A line about a device that there is."""

    line: int
    device_id: int
    edit: DeviceEdit
    parent_serial_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRow:
    line: int
    reason: str


Row: TypeAlias = NewRow | ChangedRow | BrokenRow


class Status(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a line."""

    line: int  #: of the file, as an editor counts; the header is line 1
    status: Status
    id: int | None = None
    serial_number: str | None = None
    name: str | None = None
    credential: str | None = None  #: of a new device, when asked for; shown only here
    reason: str | None = None


def cells(record: DeviceRecord, configuration: MeterConfiguration) -> dict[str, str]:
    particulars = record.particulars
    values = {
        "id": record.id,
        "serial_number": particulars.serial_number,
        "name": particulars.name,
        "kind": configuration.kind,
        "time_zone": particulars.time_zone,
        "direction": particulars.direction,
        "interval_s": configuration.interval_s,
        "max_gap_s": configuration.max_gap_s,
        "max_power_w": configuration.max_power_w,
        "modulus_kwh": configuration.modulus_kwh,
        "hourly_limit_kwh": particulars.hourly_limit_kwh,
        "site_id": particulars.site_id,
        "parent_id": particulars.parent_id,
        "location": particulars.location,
        "description": particulars.description,
        "active": "true" if particulars.active else "false",
    }
    return {column: protected(_cell(values[column])) for column in COLUMNS}


def _cell(value: object) -> str:
    return "" if value is None else str(value)
