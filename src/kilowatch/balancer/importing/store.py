"""The SQL of imports."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Identity,
    Integer,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    Update,
    Uuid,
    and_,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.balancer.domain.checks import Refused
from kilowatch.balancer.domain.history import ImportOptions
from kilowatch.kit.errors import NotFound

#: Whoever works on a job says so more often; one that has been silent for longer is taken over.
SILENT_FOR: Final = timedelta(seconds=30)
KEPT: Final = timedelta(days=90)
REFUSALS_PAGE: Final = 5_000

_metadata: Final = MetaData()
_MOMENT: Final = DateTime(timezone=True)
import_job: Final = Table(
    "import_job",
    _metadata,
    Column("id", Uuid, primary_key=True),
    Column("state", Text),
    Column("file_name", Text),
    Column("size", BigInteger),
    Column("options", JSONB),
    Column("format", Text),
    Column("created_by", Text),
    Column("created_at", _MOMENT),
    Column("started_at", _MOMENT),
    Column("heartbeat_at", _MOMENT),
    Column("finished_at", _MOMENT),
    Column("starts", Integer),
    Column("line", BigInteger),
    Column("progress", Float),
    Column("accepted", BigInteger),
    Column("refused", BigInteger),
    Column("missing", BigInteger),
    Column("reasons", JSONB),
    Column("problem", Text),
)
import_chunk: Final = Table(
    "import_chunk",
    _metadata,
    Column("import_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", LargeBinary),
)
import_refusal: Final = Table(
    "import_refusal",
    _metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    Column("import_id", Uuid),
    Column("line", BigInteger),
    Column("reason", Text),
    Column("detail", Text),
    Column("raw", Text),
)


class ImportState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  #: `problem` says why; what was accepted before stays
    CANCELLED = "cancelled"


OPEN: Final = (ImportState.WAITING.value, ImportState.RUNNING.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    id: UUID
    state: ImportState
    file_name: str
    size: int  #: bytes
    options: ImportOptions
    format: str | None  #: known once the first line has been read
    created_by: str
    created_at: datetime
    started_at: datetime | None = None
    finished_at: datetime | None = None
    starts: int = 0  #: more than 1: the work was interrupted, and went on where it had been
    line: int = -1  #: handed over up to here
    progress: float = 0.0  #: part of the file, 0 to 1
    accepted: int = 0  #: readings handed to the partitions; those that are known already count nothing there
    refused: int = 0
    missing: int = 0  #: lines without a value
    reasons: Mapping[str, int]
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of one block."""

    format: str
    line: int
    progress: float
    accepted: int
    missing: int
    refused: Sequence[Refused]
    reasons: Mapping[str, int]  #: of the whole job so far


class ImportStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, job: ImportJob) -> None:
        values = {column: getattr(job, column) for column in ("id", "file_name", "size", "created_by", "created_at")}
        options = msgspec.to_builtins(job.options)
        await self._connection.execute(insert(import_job).values(**values, state=job.state.value, options=options))

    async def add_chunk(self, import_id: UUID, number: int, content: bytes) -> None:
        chunk = {"import_id": import_id, "number": number, "content": content}
        await self._connection.execute(insert(import_chunk).values(chunk))

    async def chunk(self, import_id: UUID, number: int) -> bytes | None:
        mine = (import_chunk.c.import_id == import_id, import_chunk.c.number == number)
        return await self._connection.scalar(select(import_chunk.c.content).where(*mine))

    async def get(self, import_id: UUID) -> ImportJob:
        """Raises `NotFound`."""
        row = (await self._connection.execute(select(import_job).where(import_job.c.id == import_id))).one_or_none()
        if row is None:
            raise NotFound("There is no such import.")
        return _job(row)

    async def newest(self, limit: int) -> Sequence[ImportJob]:
        rows = await self._connection.execute(select(import_job).order_by(import_job.c.created_at.desc()).limit(limit))
        return [_job(row) for row in rows]

    async def take(self) -> ImportJob | None:
        """The oldest job that nobody works on, now ours."""
        abandoned = and_(
            import_job.c.state == ImportState.RUNNING.value, import_job.c.heartbeat_at < func.now() - SILENT_FOR
        )
        free = or_(import_job.c.state == ImportState.WAITING.value, abandoned)
        oldest = select(import_job.c.id).where(free).order_by(import_job.c.created_at).limit(1)
        taken = (
            update(import_job)
            .where(import_job.c.id == oldest.with_for_update(skip_locked=True).scalar_subquery())
            .values(
                state=ImportState.RUNNING.value,
                starts=import_job.c.starts + 1,
                started_at=func.coalesce(import_job.c.started_at, func.now()),
                heartbeat_at=func.now(),
            )
            .returning(import_job)
        )
        row = (await self._connection.execute(taken)).one_or_none()
        return None if row is None else _job(row)

    async def note(self, job: ImportJob, step: Step) -> bool:
        """Write down how far it has come. False: somebody has cancelled it, or taken it over."""
        noted = self._mine(job).values(
            format=step.format,
            line=step.line,
            progress=step.progress,
            accepted=import_job.c.accepted + step.accepted,
            refused=import_job.c.refused + len(step.refused),
            missing=import_job.c.missing + step.missing,
            reasons=dict(step.reasons),
            heartbeat_at=func.now(),
        )
        if not (await self._connection.execute(noted)).rowcount:
            return False
        rows = [_refusal(job.id, refused) for refused in step.refused]
        if rows:
            await self._connection.execute(insert(import_refusal), rows)
        return True

    async def beat(self, job: ImportJob) -> bool:
        """Say that the job is worked on. False as for `note`."""
        return bool((await self._connection.execute(self._mine(job).values(heartbeat_at=func.now()))).rowcount)

    async def release(self, job: ImportJob) -> None:
        """For whoever goes on with it."""
        await self._connection.execute(self._mine(job).values(state=ImportState.WAITING.value))

    async def finish(self, job: ImportJob, state: ImportState, problem: str | None = None) -> None:
        done = {"progress": 1.0} if state is ImportState.DONE else {}
        values = {"state": state.value, "finished_at": func.now(), "problem": problem} | done
        if (await self._connection.execute(self._mine(job).values(values))).rowcount:
            await self._forget_file(job.id)

    async def cancel(self, import_id: UUID) -> bool:
        """False: it had ended already."""
        still_open = (import_job.c.id == import_id, import_job.c.state.in_(OPEN))
        values = {"state": ImportState.CANCELLED.value, "finished_at": func.now()}
        cancelled = (await self._connection.execute(update(import_job).where(*still_open).values(values))).rowcount
        await self._forget_file(import_id)
        return bool(cancelled)

    async def refusals(self, import_id: UUID, after: int) -> Sequence[Row[Any]]:
        mine = (import_refusal.c.import_id == import_id, import_refusal.c.id > after)
        ordered = select(import_refusal).where(*mine).order_by(import_refusal.c.id).limit(REFUSALS_PAGE)
        return (await self._connection.execute(ordered)).all()

    async def forget_old(self) -> None:
        old = import_job.c.finished_at < func.now() - KEPT
        await self._connection.execute(delete(import_job).where(old))

    async def _forget_file(self, import_id: UUID) -> None:
        await self._connection.execute(delete(import_chunk).where(import_chunk.c.import_id == import_id))

    @staticmethod
    def _mine(job: ImportJob) -> Update:
        """As long as nobody has cancelled the job or taken it over."""
        running = import_job.c.state == ImportState.RUNNING.value
        return update(import_job).where(import_job.c.id == job.id, running, import_job.c.starts == job.starts)


async def file_of(store: ImportStore, import_id: UUID) -> AsyncIterator[bytes]:
    number = 0
    while (content := await store.chunk(import_id, number)) is not None:
        yield content
        number += 1


def _job(row: Row[Any]) -> ImportJob:
    values = {name: value for name, value in row._mapping.items() if name != "heartbeat_at"}
    options = msgspec.convert(values["options"], ImportOptions)
    return ImportJob(**values | {"state": ImportState(values["state"]), "options": options})


def _refusal(import_id: UUID, refused: Refused) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "line": refused.index,
        "reason": refused.rejection.reason.value,
        "detail": refused.detail,
        "raw": refused.rejection.raw,
    }
