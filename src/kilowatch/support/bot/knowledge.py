"""The knowledge base in force: the newest that an administrator has saved, or the one that Kilowatch comes with."""

import asyncio
from typing import TYPE_CHECKING, Final

from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Invalid, KilowatchError
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.support.bot.answerers import build_answerer, is_learnt
from kilowatch.support.bot.learning import learn_apart
from kilowatch.support.bot.shelf import WeightShelf
from kilowatch.support.unit import working

if TYPE_CHECKING:
    from kilowatch.support.answering.answerer import Answerer

log = logger(__name__)

#: So soon the other replicas hear of a new version.
LOOK_EVERY_S: Final = 2.0


class KnowledgeInForce:
    """Builds the answerer in a thread, which takes a second; what is to be learnt before that is learnt apart.

    Until then messages are taken, and wait for their answer.
    """

    def __init__(self, database: Database, clock: Clock, shelf: WeightShelf) -> None:
        self._database = database
        self._clock = clock
        self._shelf = shelf
        self._answerer: Answerer | None = None
        self._number = -1
        self._built = asyncio.Event()
        self._look = asyncio.Event()
        self._drafting = asyncio.Lock()

    @property
    def is_built(self) -> bool:
        return self._answerer is not None

    async def answerer(self) -> "Answerer":
        """Waits until there is one."""
        await self._built.wait()
        assert self._answerer is not None
        return self._answerer

    async def draft(self, yaml: str) -> "Answerer":
        """Of a text that is being edited, one at a time. Raises `Invalid`."""
        async with self._drafting:
            return await self._build(yaml)

    def look_now(self) -> None:
        """A new version has been saved."""
        self._look.set()

    async def keep_current(self, stopping: asyncio.Event) -> None:
        """The job that follows the newest version."""
        while not stopping.is_set():
            self._look.clear()
            try:
                await self._take_newest()
            except KilowatchError as error:
                log.warning("knowledge_waits", reason=str(error))
            await wait_for_any(stopping, self._look, timeout_s=LOOK_EVERY_S)

    async def _take_newest(self) -> None:
        async with working(self._database, self._clock) as work:
            if await work.knowledge.newest_number() == self._number:
                return
            newest = await work.knowledge.newest()
        number, yaml = newest or (0, None)
        try:
            self._answerer = await self._build(yaml)
        except Invalid as error:
            # Saved by a version of Kilowatch that reads it otherwise: what is in force stays, else what is shipped.
            log.error("knowledge_not_readable", number=number, reason=str(error))  # noqa: TRY400
            if self._answerer is None:
                self._answerer = await self._build(None)
        self._number = number
        self._built.set()

    async def _build(self, yaml: str | None) -> "Answerer":
        if not await asyncio.to_thread(is_learnt, yaml, self._shelf):
            await learn_apart(yaml, self._shelf)
        return await asyncio.to_thread(build_answerer, yaml, self._shelf)
