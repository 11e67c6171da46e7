"""Imports of history: a file comes in, a job carries it, and says how far it is."""

import csv
import io
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field, Json, ValidationError
from starlette.datastructures import UploadFile

from kilowatch.balancer.api.context import Balancer, BalancerContext
from kilowatch.balancer.domain.history import FileFormat, ImportOptions, Unit
from kilowatch.balancer.importing.put_aside import all_put_aside, count_put_aside
from kilowatch.balancer.importing.store import ImportJob, ImportState, ImportStore
from kilowatch.kit.audit import Audit
from kilowatch.kit.bodies import accepts_body
from kilowatch.kit.errors import Conflict, Invalid, Unavailable
from kilowatch.kit.fields import Name, ZoneName
from kilowatch.kit.http import Administrator, SignedInOrigin, Staff
from kilowatch.kit.problems import in_a_line
from kilowatch.kit.spreadsheets import shown_as_text

router = APIRouter(prefix="/api/imports", tags=["imports"])

MAX_FILE_BYTES: Final = 4 << 30
CHUNK_BYTES: Final = 1 << 20
MAP_BYTES: Final = 8 << 20
_PUT_ASIDE: Final = "It was handed over, and put aside where it would have been written."


class OptionsForm(BaseModel):
    """The fields of the form beside `file`."""

    model_config = ConfigDict(extra="forbid")

    format: FileFormat = FileFormat.AUTO
    device: Name | None = None
    device_column: Name | None = None
    time_column: Name | None = None
    value_column: Name | None = None
    unit: Unit | None = None
    zone: ZoneName | None = None
    shift_s: Annotated[int, Field(ge=-86_400, le=86_400)] = 0
    map: Json[dict[str, str]] | None = None
    """JSON object: name in the file → id or serial number of the device."""

    def options(self) -> ImportOptions:
        return ImportOptions(**self.model_dump(exclude={"map"}), names=self.map or {})


@dataclass(frozen=True, slots=True)
class ImportAnswer:
    id: UUID
    state: ImportState
    file_name: str
    size: int
    format: str | None
    created_by: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    starts: int  #: more than 1: it was interrupted, and went on
    progress: float  #: part of the file, 0 to 1
    line: int  #: handed over up to here
    accepted: int  #: handed over to the partitions
    put_aside: int | None  #: of these, by monitoring; None: not known in lists, before the end, or while it is away
    refused: int
    missing: int  #: places in the file without a value
    reasons: dict[str, int]
    problem: str | None


_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary", "description": "CSV, CSV.gz or Parquet"},
                        "format": {"type": "string", "enum": [each.value for each in FileFormat]},
                        "device": {"type": "string", "description": "Id or serial number, of every reading"},
                        "device_column": {"type": "string"},
                        "time_column": {"type": "string"},
                        "value_column": {"type": "string"},
                        "unit": {"type": "string", "enum": [each.value for each in Unit]},
                        "zone": {"type": "string", "description": "Of times without one. Default: the device's."},
                        "shift_s": {"type": "integer", "description": "Added to each time"},
                        "map": {"type": "string", "description": "JSON: name in the file → id or serial number"},
                    },
                }
            }
        },
    }
}


@router.post("", status_code=HTTPStatus.ACCEPTED, openapi_extra=_BODY)
@accepts_body(up_to=MAX_FILE_BYTES + MAP_BYTES)
async def start_import(request: Request, balancer: Balancer, _: Administrator, origin: SignedInOrigin) -> ImportAnswer:
    """Take a file, and begin. The body is read here and not by a parameter: only after who asks has been checked."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        raise Invalid("Send a form (multipart/form-data) with the file in its field `file`.")
    async with request.form(max_files=1, max_fields=20, max_part_size=MAP_BYTES) as form:
        fields = dict(form)
        file = fields.pop("file", None)
        if not isinstance(file, UploadFile):
            raise Invalid("The form has no file in its field `file`.")
        job = ImportJob(
            id=uuid4(),
            state=ImportState.WAITING,
            file_name=(file.filename or "file")[-200:].replace("\x00", ""),
            size=file.size or 0,
            options=_options(fields),
            format=None,
            created_by=origin.actor,
            created_at=balancer.intake.clock(),
            reasons={},
        )
        async with balancer.database.transaction() as connection:
            await _keep(ImportStore(connection), job, file)
            await Audit(connection, origin, job.created_at).record(
                "import.started", f"import/{job.id}", file=job.file_name, size=job.size
            )
    balancer.importer.wake.set()
    return _answer(job)


def _options(fields: dict[str, Any]) -> ImportOptions:
    try:
        return OptionsForm.model_validate(fields).options()
    except ValidationError as error:
        raise Invalid(in_a_line(error.errors())) from error


async def _keep(store: ImportStore, job: ImportJob, file: UploadFile) -> None:
    await store.add(job)
    number = 0
    while content := await file.read(CHUNK_BYTES):
        await store.add_chunk(job.id, number, content)
        number += 1


@router.get("")
async def list_imports(
    balancer: Balancer, _: Staff, limit: Annotated[int, Query(ge=1, le=200)] = 50
) -> list[ImportAnswer]:
    """The newest first."""
    async with balancer.database.transaction() as connection:
        return [_answer(job) for job in await ImportStore(connection).newest(limit)]


@router.get("/{import_id}")
async def show_import(balancer: Balancer, _: Staff, import_id: UUID) -> ImportAnswer:
    async with balancer.database.transaction() as connection:
        answer = _answer(await ImportStore(connection).get(import_id))
    if answer.finished_at is None:
        return answer
    with suppress(Unavailable):
        answer = replace(answer, put_aside=await count_put_aside(balancer.peers, import_id))
    return answer


@router.get("/{import_id}/refused.csv", response_class=StreamingResponse)
async def list_refused(balancer: Balancer, _: Staff, import_id: UUID) -> StreamingResponse:
    """Every line that was refused, with the reason; then what monitoring has put aside, which knows of no lines."""
    async with balancer.database.transaction() as connection:
        await ImportStore(connection).get(import_id)
    disposition = {"Content-Disposition": f'attachment; filename="refused-{import_id}.csv"'}
    return StreamingResponse(_refused_lines(balancer, import_id), media_type="text/csv", headers=disposition)


async def _refused_lines(balancer: BalancerContext, import_id: UUID) -> AsyncIterator[str]:
    yield _csv([("line", "reason", "detail", "as_read")])
    after = 0
    while True:
        async with balancer.database.transaction() as connection:
            rows = await ImportStore(connection).refusals(import_id, after)
        if not rows:
            break
        yield _csv([(row.line, row.reason, shown_as_text(row.detail), shown_as_text(row.raw)) for row in rows])
        after = rows[-1].id
    async for page in all_put_aside(balancer.peers, import_id):
        yield _csv([("", each.reason, _PUT_ASIDE, shown_as_text(each.raw)) for each in page])


def _csv(rows: list[tuple[object, ...]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


@router.post("/{import_id}/cancel")
async def cancel_import(balancer: Balancer, _: Administrator, origin: SignedInOrigin, import_id: UUID) -> ImportAnswer:
    """Stop it. What has been accepted stays: readings do not go away."""
    async with balancer.database.transaction() as connection:
        store = ImportStore(connection)
        await store.get(import_id)
        if not await store.cancel(import_id):
            raise Conflict("The import has ended already.")
        await Audit(connection, origin, balancer.intake.clock()).record("import.cancelled", f"import/{import_id}")
        return _answer(await store.get(import_id))


def _answer(job: ImportJob) -> ImportAnswer:
    fields = ImportAnswer.__dataclass_fields__
    known = {name: getattr(job, name) for name in fields if name != "put_aside"}
    return ImportAnswer(**known | {"reasons": dict(job.reasons), "put_aside": None})
