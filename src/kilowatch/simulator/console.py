"""What a person at a terminal sees of a simulation."""

import asyncio
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, SpinnerColumn, Task, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from kilowatch.kit.tasks import wait_for_any
from kilowatch.simulator.sending import Tally

REFRESH_S: Final = 0.25


class _State(ProgressColumn):
    """Readings so far, how quickly they go, and what is wrong at the moment."""

    def __init__(self, tally: Tally) -> None:
        super().__init__()
        self._tally = tally

    def render(self, task: Task) -> Text:
        speed = f"{task.speed:,.0f}/s" if task.speed else ""
        text = Text(f"{self._tally.sent:,} sent  {speed}")
        if self._tally.rejected:
            text.append(f"  {self._tally.rejected:,} rejected", style="red")
        if self._tally.trouble:
            text.append(f"  trying again: {self._tally.trouble[:60]}", style="yellow")
        return text


class Screen:
    """A line a phase: a bar where the end is known, a spinner where it is not."""

    def __init__(self, tally: Tally) -> None:
        self.console = Console(stderr=True)
        self._tally = tally
        self._sent_before = 0
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:10}"),
            BarColumn(),
            _State(tally),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=self.console, refresh_per_second=4)

    def begin(self, phase: str, total: int | None) -> None:
        self._finish()
        self._sent_before = self._tally.sent
        self._progress.add_task(phase, total=total)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        done = asyncio.Event()
        with self._progress:
            task = asyncio.create_task(self._follow(done))
            try:
                yield
            finally:
                done.set()
                await task
                self._finish()

    async def _follow(self, done: asyncio.Event) -> None:
        while not done.is_set():
            for task in self._progress.tasks[-1:]:
                self._progress.update(task.id, completed=self._tally.sent - self._sent_before)
            await wait_for_any(done, timeout_s=REFRESH_S)

    def _finish(self) -> None:
        for task in self._progress.tasks[-1:]:
            self._progress.update(task.id, completed=self._tally.sent - self._sent_before)
            self._progress.stop_task(task.id)

    def summarise(self, seconds: float) -> None:
        tally = self._tally
        table = Table.grid(padding=(0, 2))
        for name, value in (
            ("sent", f"{tally.sent:,} of {tally.made:,} readings in {seconds:,.1f} s"),
            ("accepted", f"{tally.accepted:,}"),
            ("rejected", ", ".join([f"{tally.rejected:,}", *(f"{why}: {n:,}" for why, n in tally.reasons.items())])),
            ("retried", f"{tally.retries:,} requests"),
        ):
            table.add_row(name, value)
        self.console.print(table)


@contextmanager
def stopped_by_signals(stopping: asyncio.Event) -> Iterator[None]:
    """Ctrl-C ends a simulation in an orderly way; a second one at once."""
    loop = asyncio.get_running_loop()
    main = asyncio.current_task()
    assert main is not None

    def stop() -> None:
        if stopping.is_set():
            main.cancel()
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
