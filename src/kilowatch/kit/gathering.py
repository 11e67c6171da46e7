"""Many callers, one trip to the database: what is asked while one trip is under way goes together with the next.

Thousands who come at the same moment then cost as many trips as there is time for, and not one each.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final, Generic, TypeVar

from kilowatch.kit.errors import SlowDown, Unavailable
from kilowatch.kit.tasks import wait_for_any

AskedT = TypeVar("AskedT")
AnswerT = TypeVar("AnswerT")

#: Whoever finds so many before them is asked to come again.
MOST_WAITING: Final = 20_000
PATIENCE_S: Final = 10.0
LOOK_S: Final = 1.0


class Gathering(Generic[AskedT, AnswerT]):
    def __init__(self, answer_all: Callable[[Sequence[AskedT]], Awaitable[Sequence[AnswerT]]], at_once: int) -> None:
        """`answer_all` answers up to `at_once` in their order, or raises, then for all of them."""
        self._answer_all = answer_all
        self._at_once = at_once
        self._waiting: deque[tuple[AskedT, asyncio.Future[AnswerT]]] = deque()
        self._news = asyncio.Event()

    async def ask(self, asked: AskedT) -> AnswerT:
        """Raises `SlowDown`, `Unavailable`, and what `answer_all` raises."""
        if len(self._waiting) >= MOST_WAITING:
            raise SlowDown("Too many ask for this at once; try again.", 2.0)
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, answer))
        self._news.set()
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except TimeoutError:
            raise Unavailable("This takes too long now; try again.") from None

    async def run(self, stopping: asyncio.Event) -> None:
        """The job that answers; also those who still wait when it is to stop."""
        while self._waiting or not stopping.is_set():
            self._news.clear()
            if self._waiting:
                await self._make_trip()
            else:
                await wait_for_any(self._news, stopping, timeout_s=LOOK_S)

    async def _make_trip(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(self._at_once, len(self._waiting)))]
        taken = [(asked, answer) for asked, answer in taken if not answer.done()]  # the others have lost patience
        try:
            answers = await self._answer_all([asked for asked, _ in taken]) if taken else []
        except Exception as error:  # noqa: BLE001  it is raised where it was asked
            for _, answer in taken:
                with suppress(asyncio.InvalidStateError):
                    answer.set_exception(error)
            return
        for (_, answer), found in zip(taken, answers, strict=True):
            with suppress(asyncio.InvalidStateError):
                answer.set_result(found)
