"""Devices in bulk: import from CSV with a report for each line, export to CSV."""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from kilowatch.devices.api.context import Devices, DevicesContext, working
from kilowatch.devices.api.devices import WantedQuery
from kilowatch.devices.api.fields import Body, Id
from kilowatch.devices.api.rows import (
    REPORT_COLUMNS,
    Line,
    csv_line,
    read_lines,
    read_row,
    report_as_csv,
    report_as_json,
    serial_numbers,
)
from kilowatch.devices.domain.table import COLUMNS, Outcome, Status, cells
from kilowatch.devices.handlers.gateways import add_to_gateway
from kilowatch.devices.handlers.importing import Import, import_rows
from kilowatch.devices.handlers.work import Work
from kilowatch.kit.audit import Origin
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import Invalid, KilowatchError
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff

router = APIRouter(tags=["devices"])

MAX_IMPORT_BYTES: Final = 32 << 20
MAX_IMPORT_LINES: Final = 200_000
#: Kept in memory up to this size, then in a file.
SPOOL_BYTES: Final = 1 << 20
#: Of a cell that could not be taken, in the report.
LONGEST_SHOWN: Final = 200
#: Lines of one transaction.
CHUNK: Final = 500
NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
_TEXT: Final[dict[str, Any]] = {"schema": {"type": "string"}}
_CSV_BODY: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": {CSV: _TEXT}}}
_REPORT: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {NDJSON: _TEXT, CSV: _TEXT}}}


class ImportQuery(Body):
    dry_run: bool = False  #: only tell what would become of each line
    credentials: bool = False  #: make one for each new device, and tell it in the report
    gateway_id: Id | None = None  #: may send for all devices of the table afterwards


@router.get("/api/devices/export", responses={200: {"content": {CSV: _TEXT}}})
async def export_devices(devices: Devices, _: Staff, query: Annotated[WantedQuery, Query()]) -> StreamingResponse:
    """The devices of the list, in its order, as a table that can be imported again. Offset and limit do not count."""
    headers = {"Content-Disposition": 'attachment; filename="devices.csv"'}
    return StreamingResponse(_export(devices, query), media_type=f"{CSV}; charset=utf-8", headers=headers)


async def _export(devices: DevicesContext, query: WantedQuery) -> AsyncIterator[str]:
    yield csv_line(COLUMNS)
    async with working(devices) as work:
        ids = await work.devices.ids(query.wanted(), work.now)
    for start in range(0, len(ids), CHUNK):
        async with working(devices) as work:
            found = {record.id: record for record in await work.devices.existing(ids[start : start + CHUNK])}
            now = work.now
        ordered = [found[id_] for id_ in ids[start : start + CHUNK] if id_ in found]
        yield "".join(csv_line(cells(record, record.configuration_at(now)).values()) for record in ordered)


@router.post("/api/devices/import", openapi_extra=_CSV_BODY, responses=_REPORT)
@accepts_body(up_to=MAX_IMPORT_BYTES)
async def import_devices(
    devices: Devices, _: Administrator, origin: SignedInOrigin, request: Request, query: Annotated[ImportQuery, Query()]
) -> StreamingResponse:
    """Register and edit devices from a table (CSV, UTF-8, a header, commas or semicolons).

    A line with the `id` or the `serial_number` of a device edits it, another one registers a new one. The report has
    a line for each: NDJSON, or CSV with `Accept: text/csv`. What is wrong in one line does not hinder the others.
    """
    file = await _spooled(request)
    as_csv = CSV in request.headers.get("accept", "")
    report = _report(devices, origin, file, query, report_as_csv if as_csv else report_as_json)
    first = await anext(report, "")  # a file that is no table is a 422, not a report
    headers = {"Cache-Control": "no-store"}
    heading = csv_line(REPORT_COLUMNS) if as_csv else ""
    return StreamingResponse(_joined(heading + first, report), media_type=CSV if as_csv else NDJSON, headers=headers)


async def _joined(first: str, rest: AsyncIterator[str]) -> AsyncIterator[str]:
    yield first
    async for part in rest:
        yield part


async def _spooled(request: Request) -> IO[bytes]:
    """The whole upload: who does not read the report while sending must not block us half-way."""
    file = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115  closed by the report that reads it
    async for part in request.stream():
        file.write(part)
    file.seek(0)
    return file


async def _report(
    devices: DevicesContext,
    origin: Origin,
    file: IO[bytes],
    query: ImportQuery,
    written: Callable[[Iterable[Outcome]], str],
) -> AsyncIterator[str]:
    with file:
        importing = Import(with_credentials=query.credentials and not query.dry_run)
        chunks = _chunks(read_lines(file))
        run = _rehearse if query.dry_run else _perform
        async for outcomes in _told(run(devices, origin, importing, chunks, query.gateway_id)):
            yield written(outcomes)


async def _told(report: AsyncIterator[list[Outcome]]) -> AsyncIterator[list[Outcome]]:
    """The report, with the reason as its last line if it breaks off: the status has been sent by then."""
    line = 0
    try:
        async for outcomes in report:
            line = outcomes[-1].line
            yield outcomes
    except KilowatchError as error:
        if not line:
            raise
        yield [Outcome(line=line + 1, status=Status.ERROR, reason=f"Stopped here: {error}")]


async def _perform(
    devices: DevicesContext, origin: Origin, importing: Import, chunks: Iterator[list[Line]], gateway_id: int | None
) -> AsyncIterator[list[Outcome]]:
    """One transaction a chunk: what has been reported is stored, whatever becomes of the rest."""
    if gateway_id is not None:
        async with working(devices, origin) as work:
            await work.gateways.get(gateway_id)
    for lines in chunks:
        async with working(devices, origin) as work:
            outcomes = await _import(work, importing, lines)
        yield outcomes
    if gateway_id is not None:
        async with working(devices, origin) as work:
            await add_to_gateway(work, gateway_id, importing.device_ids)


async def _rehearse(
    devices: DevicesContext, origin: Origin, importing: Import, chunks: Iterator[list[Line]], gateway_id: int | None
) -> AsyncIterator[list[Outcome]]:
    """The whole import in one transaction that is rolled back, so that later lines see what earlier ones would make."""
    outcomes: list[Outcome] = []
    with suppress(_RolledBack):
        async with working(devices, origin) as work:
            if gateway_id is not None:
                await work.gateways.get(gateway_id)
            for lines in chunks:
                outcomes += await _import(work, importing, lines)
            raise _RolledBack
    # Only now: while it waits for a slow reader, nobody else could change the inventory.
    yield [replace(outcome, id=None) if outcome.status is Status.CREATED else outcome for outcome in outcomes]


class _RolledBack(Exception):
    """Leaves the transaction of a rehearsal."""


async def _import(work: Work, importing: Import, lines: list[Line]) -> list[Outcome]:
    await work.devices.take_turns()  # before it is looked up which devices there are
    ids = await work.devices.ids_by_serial_number(serial_numbers(lines))
    outcomes = await import_rows(work, importing, [read_row(line, ids, work.now) for line in lines])
    cells = {line.number: line.cells for line in lines}
    return [_recognisable(outcome, cells[outcome.line]) for outcome in outcomes]


def _recognisable(outcome: Outcome, cells: Mapping[str, str]) -> Outcome:
    """Of a line that nothing has come of, at least what the file calls it."""
    if outcome.status is not Status.ERROR:
        return outcome
    name, serial_number = (cells.get(column, "")[:LONGEST_SHOWN] or None for column in ("name", "serial_number"))
    return replace(outcome, name=name, serial_number=serial_number)


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    read = 0
    while chunk := list(islice(lines, CHUNK)):
        read += len(chunk)
        if read > MAX_IMPORT_LINES:
            raise Invalid(f"A table has at most {MAX_IMPORT_LINES} lines; import the rest on its own.")
        yield chunk
