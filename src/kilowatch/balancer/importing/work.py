"""A job from its file to the partitions.

It is worked on block by block: decoded in a thread, checked, handed over, and its end noted. Some blocks are under way
at a time, so that file and partitions do not wait for each other; they are noted in their order. Whoever is interrupted
leaves a job that goes on behind the last noted block; readings of a block that was handed over and not noted are sent
again, and count nothing.
"""

import asyncio
import tempfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import msgspec
import numpy as np

from kilowatch.balancer.domain.checks import Checked
from kilowatch.balancer.domain.history import Block, Layout, Named, decoded, read_blocks
from kilowatch.balancer.importing.files import UNREADABLE, Table, open_table
from kilowatch.balancer.importing.store import ImportJob, ImportState, ImportStore, Step, file_of
from kilowatch.balancer.intake import Intake
from kilowatch.contracts.batch import Source
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Invalid, KilowatchError, SlowDown, Unavailable
from kilowatch.kit.service import Job, Peers
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import correlation_id, logger

log = logger(__name__)

POLL_S: Final = 5.0
RETRY_S: Final = 1.0
#: Blocks under way at the same time: about what the senders of live readings have.
ABREAST: Final = 4
#: A device that was registered a moment ago is known here as soon as its event has come.
NEWS_S: Final = 10.0
NAMES_AT_ONCE: Final = 50
#: A file of which so many lines come to nothing, and none to something, is the wrong file.
HOPELESS: Final = 10_000
MAX_REFUSALS: Final = 1_000_000


class Interrupted(Exception):
    """Leave the job as it is: the process stops, or somebody has cancelled it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importer:
    database: Database
    intake: Intake
    peers: Peers
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def job(self) -> Job:
        async def run(stopping: asyncio.Event) -> None:
            while not stopping.is_set():
                self.wake.clear()
                try:
                    while await self._work_on_next(stopping):
                        pass
                except Unavailable as error:
                    log.warning("import_waits", reason=str(error))
                await wait_for_any(stopping, self.wake, timeout_s=POLL_S)

        return run

    async def _work_on_next(self, stopping: asyncio.Event) -> bool:
        if stopping.is_set():
            return False
        async with self.database.transaction() as connection:
            await ImportStore(connection).forget_old()
            job = await ImportStore(connection).take()
        if job is None:
            return False
        await _Work(self, job, stopping).run()
        return True


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A block that is being handed over."""

    arrival: asyncio.Task[None]
    format: str
    last_line: int
    missing: int
    progress: float
    checked: Checked


@dataclass(slots=True)
class _Work:
    """One job while this process works on it."""

    importer: Importer
    job: ImportJob
    stopping: asyncio.Event
    devices: dict[str, Named | None] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)
    accepted: int = 0

    async def run(self) -> None:
        # What monitoring puts aside of it is found again by this.
        correlation_id.set(str(self.job.id))
        self.reasons.update(self.job.reasons)
        self.accepted = self.job.accepted
        try:
            await self._carry()
        except Interrupted:
            await self._release()
        except Unavailable:
            await self._release()
            raise
        except (KilowatchError, *UNREADABLE) as error:
            problem = str(error) or type(error).__name__
            log.info("import_failed", import_id=str(self.job.id), reason=problem)
            await self._finish(ImportState.FAILED, problem)
        else:
            await self._finish(ImportState.DONE)

    async def _finish(self, state: ImportState, problem: str | None = None) -> None:
        async with self.importer.database.transaction() as connection:
            await ImportStore(connection).finish(self.job, state, problem)

    async def _release(self) -> None:
        async with self.importer.database.transaction() as connection:
            await ImportStore(connection).release(self.job)

    async def _carry(self) -> None:
        with tempfile.TemporaryDirectory(prefix="kilowatch-import-") as directory:
            path = Path(directory) / "file"
            await self._spool(path)
            with open_table(path) as table:
                await self._carry_blocks(table)

    async def _carry_blocks(self, table: Table) -> None:
        blocks, under_way = read_blocks(table.take, self.job.options), deque[_UnderWay]()
        async with _alone(), asyncio.TaskGroup() as group:
            try:
                while (found := await asyncio.to_thread(next, blocks, None)) is not None:
                    if found[1].last_line > self.job.line:
                        under_way.append(await self._send_off(table.progress(), *found, group))
                    if len(under_way) == ABREAST:
                        await self._note(under_way.popleft())
            except UNREADABLE:
                await self._note_all(under_way)  # what lies before the place that cannot be read
                raise
            await self._note_all(under_way)

    async def _spool(self, path: Path) -> None:
        """Parquet is read from its end, so the whole has to be a file first."""
        with path.open("wb") as file:
            async with self.importer.database.transaction() as connection:
                async for content in file_of(ImportStore(connection), self.job.id):
                    await asyncio.to_thread(file.write, content)

    async def _send_off(self, progress: float, layout: Layout, block: Block, group: asyncio.TaskGroup) -> _UnderWay:
        await self._know(block.names)
        columns = decoded(block, layout, self.job.options, self.devices)
        checked = self.importer.intake.check(columns, np.ones(len(columns.readings), np.bool_), Source.IMPORT)
        arrival = group.create_task(self._hand_over(checked))
        return _UnderWay(arrival, layout.format.value, block.last_line, block.missing, progress, checked)

    async def _note(self, sent: _UnderWay) -> None:
        """Wait for it, and write down that it has arrived."""
        await sent.arrival
        refused = sent.checked.refused
        self.reasons.update(each.rejection.reason.value for each in refused)
        self.accepted += len(sent.checked.accepted)
        step = Step(
            format=sent.format,
            line=sent.last_line,
            progress=sent.progress,
            accepted=len(sent.checked.accepted),
            missing=sent.missing,
            refused=refused,
            reasons=self.reasons,
        )
        async with self.importer.database.transaction() as connection:
            if not await ImportStore(connection).note(self.job, step):
                raise Interrupted
        self._require_hope()

    async def _note_all(self, under_way: deque[_UnderWay]) -> None:
        while under_way:
            await self._note(under_way.popleft())

    def _require_hope(self) -> None:
        refused = self.reasons.total()
        if refused >= MAX_REFUSALS or (refused >= HOPELESS and not self.accepted):
            raise Invalid(f"{refused:,} lines were refused and {self.accepted:,} readings accepted: stopped.")

    async def _hand_over(self, checked: Checked) -> None:
        """Return once the partitions have it, however long that takes. What is refused stays in the report."""
        intake = self.importer.intake
        # Nothing is refused a second time: the sums of what the partitions count are those of what they were given.
        kept = replace(checked, refused=())
        while True:
            try:
                await intake.hand_over(kept, Source.IMPORT)
            except (SlowDown, Unavailable):
                await self._pause()
            else:
                return

    async def _pause(self) -> None:
        await wait_for_any(self.stopping, timeout_s=RETRY_S)
        async with self.importer.database.transaction() as connection:
            is_ours = await ImportStore(connection).beat(self.job)
        if self.stopping.is_set() or not is_ours:
            raise Interrupted

    async def _know(self, names: Sequence[str]) -> None:
        if self.stopping.is_set():
            raise Interrupted
        unknown = [name for name in names if name not in self.devices]
        for start in range(0, len(unknown), NAMES_AT_ONCE):
            await self._ask(unknown[start : start + NAMES_AT_ONCE])
        ids = [named.id for name in unknown if (named := self.devices[name])]
        directory = self.importer.intake.projection.directory
        deadline = asyncio.get_running_loop().time() + NEWS_S
        while not all(map(directory.knows, ids)) and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def _ask(self, names: Sequence[str]) -> None:
        meant = {name: self.job.options.names.get(name, name) for name in names}
        path = "/internal/devices/named?" + urlencode([("name", name) for name in set(meant.values())])
        answer = msgspec.convert(await self.importer.peers.get_json("devices", path), dict[str, Named])
        self.devices.update({name: answer.get(target) for name, target in meant.items()})


@asynccontextmanager
async def _alone() -> AsyncIterator[None]:
    """The first of the errors that end a group of tasks, without the group around it."""
    try:
        yield
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from failures
