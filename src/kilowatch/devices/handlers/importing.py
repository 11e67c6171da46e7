"""Many devices at once, from the lines of a table. Each line stands for itself: what is wrong is told, and left out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.events import DeviceRegistered
from kilowatch.devices.domain.device import DeviceRecord, Particulars
from kilowatch.devices.domain.table import BrokenRow, ChangedRow, NewRow, Outcome, Row, Status
from kilowatch.devices.domain.timeline import check_configuration
from kilowatch.devices.handlers.inventory import check_place, edit, new_device, subject
from kilowatch.devices.handlers.work import Work, tell, tell_credentials
from kilowatch.kit.errors import Conflict, Invalid, KilowatchError, NotFound


@dataclass(slots=True)
class Import:
    """What an import remembers from one chunk of lines to the next."""

    with_credentials: bool
    #: Line on which a serial number was met: the second time it is a mistake, not an update of the first.
    lines: dict[str, int] = field(default_factory=dict)
    #: Every device that was made or is up to date now.
    device_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Chunk:
    work: Work
    importing: Import
    outcomes: list[Outcome] = field(default_factory=list)
    #: Checked, and written together with others when there are enough: a statement for many, not for each.
    pending: list[DeviceRecord] = field(default_factory=list)
    pending_lines: list[int] = field(default_factory=list)


async def import_rows(work: Work, importing: Import, rows: Sequence[Row]) -> list[Outcome]:
    """Register and edit what the lines say, and tell what became of each. The caller has its turn (`take_turns`)."""
    chunk = _Chunk(work, importing)
    for row in rows:
        try:
            await _take(chunk, row)
        except (Invalid, Conflict, NotFound) as error:
            chunk.outcomes.append(_failed(row, error))
    await _write(chunk)
    return sorted(chunk.outcomes, key=lambda outcome: outcome.line)


async def _take(chunk: _Chunk, row: Row) -> None:
    match row:
        case BrokenRow():
            raise Invalid(row.reason)
        case NewRow():
            await _register(chunk, row)
        case ChangedRow():
            await _edit(chunk, row)
        case _:
            assert_never(row)


async def _register(chunk: _Chunk, row: NewRow) -> None:
    _check_first_time(chunk.importing, row.particulars.serial_number, row.line)
    particulars = await _with_parent(chunk, row.particulars, row.parent_serial_number)
    check_configuration(row.configuration, chunk.work.now)
    await check_place(chunk.work, None, particulars)
    # The id is filled in when it is written.
    chunk.pending.append(new_device(chunk.work, 0, particulars, row.configuration))
    chunk.pending_lines.append(row.line)


async def _edit(chunk: _Chunk, row: ChangedRow) -> None:
    await _write(chunk)
    serial_number = row.edit.particulars.get("serial_number")
    _check_first_time(chunk.importing, serial_number, row.line)
    change = row.edit
    if row.parent_serial_number:
        parent_id = await _id_of(chunk, row.parent_serial_number)
        change = replace(change, particulars={**change.particulars, "parent_id": parent_id})
    before = await chunk.work.devices.get(row.device_id)
    after = await edit(chunk.work, row.device_id, change, None)
    status = Status.UNCHANGED if after.version == before.version else Status.UPDATED
    chunk.outcomes.append(_outcome(row.line, status, after))
    chunk.importing.device_ids.append(after.id)


def _check_first_time(importing: Import, serial_number: str | None, line: int) -> None:
    if serial_number is None:
        return
    first = importing.lines.setdefault(serial_number, line)
    if first != line:
        raise Conflict(f"The serial number {serial_number!r} stands on line {first} already.")


async def _with_parent(chunk: _Chunk, particulars: Particulars, serial_number: str | None) -> Particulars:
    if serial_number is None:
        return particulars
    return replace(particulars, parent_id=await _id_of(chunk, serial_number))


async def _id_of(chunk: _Chunk, serial_number: str) -> int:
    if any(record.particulars.serial_number == serial_number for record in chunk.pending):
        await _write(chunk)
    found = await chunk.work.devices.ids_by_serial_number([serial_number])
    if serial_number not in found:
        raise Invalid(f"There is no device with the serial number {serial_number!r} that it could be behind.")
    return found[serial_number]


async def _write(chunk: _Chunk) -> None:
    """Register what is pending, all in a few statements."""
    if not chunk.pending:
        return
    work = chunk.work
    ids = await work.devices.reserve_ids(len(chunk.pending))
    records = [replace(record, id=id_) for id_, record in zip(ids, chunk.pending, strict=True)]
    await work.devices.add(records)
    await tell(work, DeviceRegistered, records)
    texts = await _issue(work, records) if chunk.importing.with_credentials else {}
    for line, record in zip(chunk.pending_lines, records, strict=True):
        outcome = _outcome(line, Status.CREATED, record)
        chunk.outcomes.append(replace(outcome, credential=texts.get(record.id)))
    chunk.importing.device_ids += ids
    await work.audit.record("devices.imported", subject(ids[0]), first=ids[0], last=ids[-1], count=len(ids))
    chunk.pending.clear()
    chunk.pending_lines.clear()


async def _issue(work: Work, records: Sequence[DeviceRecord]) -> dict[int, str]:
    issued = [work.mint(Holder(HolderKind.DEVICE, record.id)) for record in records]
    await work.credentials.add([one.record for one in issued])
    await tell_credentials(work, [one.record for one in issued])
    return {one.record.holder.id: one.text for one in issued}


def _outcome(line: int, status: Status, record: DeviceRecord) -> Outcome:
    return Outcome(
        line=line,
        status=status,
        id=record.id,
        serial_number=record.particulars.serial_number,
        name=record.particulars.name,
    )


def _failed(row: Row, error: KilowatchError) -> Outcome:
    return Outcome(line=row.line, status=Status.ERROR, reason=str(error))
