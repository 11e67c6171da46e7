"""Runs the jobs of a process and ends them together.

Stages are stopped one after the other, so that what the HTTP server has let in is still finished by the jobs behind it.
"""

import asyncio
import os
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Job
from kilowatch.kit.telemetry import logger

log = logger(__name__)

#: Who has not finished by then is cancelled. Two stages, the database's own stop and a margin make 10 s.
DRAIN_S: Final = 3.0
#: A job that ignores even its cancellation must not keep the process alive.
LAST_RESORT_S: Final = 9.5


class JobFailed(KilowatchError):
    """A job could not go on, and took the process with it."""


@dataclass(slots=True)
class _Running:
    stop: asyncio.Event
    failures: list[JobFailed] = field(default_factory=list)

    async def run(self, name: str, job: Job, stopping: asyncio.Event) -> None:
        """Run `job`; if it fails, everything ends. One that returns early has done its work."""
        try:
            await job(stopping)
        except Exception as error:
            log.exception("job_failed", job=name)
            failure = JobFailed(f"{name}: {error}")
            failure.__cause__ = error
            self.failures.append(failure)
            self.stop.set()


async def supervise(stages: Sequence[Mapping[str, Job]], stop: asyncio.Event, *, drain_s: float = DRAIN_S) -> None:
    """Run all jobs until `stop` is set or one of them fails; then let each stage drain, and cancel what is late.

    Raises the first `JobFailed`.
    """
    running = _Running(stop)
    events = [asyncio.Event() for _ in stages]
    async with asyncio.TaskGroup() as group:
        started = [
            [group.create_task(running.run(name, job, stopping), name=name) for name, job in stage.items()]
            for stage, stopping in zip(stages, events, strict=True)
        ]
        await stop.wait()
        for tasks, stopping in zip(started, events, strict=True):
            stopping.set()
            await _drain(tasks, drain_s)
    if running.failures:
        raise running.failures[0]


async def _drain(tasks: Sequence[asyncio.Task[None]], drain_s: float) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=drain_s)
    for task in late:
        log.warning("job_cut_off", job=task.get_name(), after_s=drain_s)
        task.cancel()


class StopSignal:
    """SIGTERM and SIGINT: cancel the task that made this while it is still starting, later ask for an orderly stop.

    Whatever happens then, the process is gone within 10 s.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._starting = asyncio.current_task()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._receive, number.name)

    def started(self) -> None:
        self._starting = None

    def _receive(self, name: str) -> None:
        if not self.asked.is_set():
            log.info("stopping", signal=name)
            last_resort = threading.Timer(LAST_RESORT_S, os._exit, args=(70,))
            last_resort.daemon = True
            last_resort.start()
        self.asked.set()
        if self._starting:
            self._starting.cancel()
