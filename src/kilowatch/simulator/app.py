"""The simulator as a service of `kilowatch up --demo`: it seeds the demo and keeps its meters sending."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Depends

from kilowatch.contracts.batch import Source
from kilowatch.kit.account import open_account
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.http import SignedIn, provided
from kilowatch.kit.service import Host, Job, Service, joined
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger
from kilowatch.simulator.demo.accounts import ADMINISTRATOR
from kilowatch.simulator.demo.run import Demo, Phase, run_demo
from kilowatch.simulator.http_sender import open_http_sender
from kilowatch.simulator.sending import Sender

log = logger(__name__)
router = APIRouter(tags=["demo"])

#: At the first start the accounts have not got around yet: a sign-in works a moment later.
SHORTEST_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 60.0

Running: TypeAlias = Annotated[Demo, Depends(provided(Demo))]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAnswer:
    """How far the demo is. Its history is there once the phase is `live`."""

    phase: Phase
    accepted: int
    rejected: int
    retries: int
    sent_until: datetime | None


@router.get("/api/demo")
async def show_demo(demo: Running, _: SignedIn) -> DemoAnswer:
    return DemoAnswer(
        phase=demo.progress.phase,
        accepted=demo.tally.accepted,
        rejected=demo.tally.rejected,
        retries=demo.tally.retries,
        sent_until=demo.progress.sent_until,
    )


@asynccontextmanager
async def open_simulator(host: Host) -> AsyncIterator[Service]:
    def open_sender(credential: str, source: Source) -> AbstractAsyncContextManager[Sender]:
        return open_http_sender(host.public_url, credential, source=source)

    async with open_account(host.public_url, ADMINISTRATOR.email, ADMINISTRATOR.password) as administrator:
        demo = Demo(
            administrator=administrator,
            open_account=partial(open_account, host.public_url),
            open_sender=open_sender,
            state_file=host.data_dir / "secrets" / "demo.json",
            clock=host.clock,
        )
        yield Service(name="simulator", router=joined(router), context=demo, jobs=[_keep_running(demo)], ready=_ready)


def _keep_running(demo: Demo) -> Job:
    """The demo must not take the system down with it: what it cannot do is logged and tried again."""

    async def run(stopping: asyncio.Event) -> None:
        pause_s = SHORTEST_PAUSE_S
        while not stopping.is_set():
            try:
                await run_demo(demo, stopping)
            except KilowatchError as error:
                level = logging.WARNING if pause_s > SHORTEST_PAUSE_S else logging.INFO
                log.log(level, "demo_interrupted", reason=str(error), again_in_s=pause_s)
                await wait_for_any(stopping, timeout_s=pause_s)
                pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)

    return run


async def _ready() -> None:
    """Readings come or do not come; the system is ready without them."""
