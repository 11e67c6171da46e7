"""Runs the demo: seeds it once, brings its readings up to now, then goes on live."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

from kilowatch.contracts.batch import Source
from kilowatch.kit.account import Account
from kilowatch.kit.clock import Clock
from kilowatch.kit.errors import Forbidden, Unauthenticated
from kilowatch.kit.tasks import unless
from kilowatch.kit.telemetry import logger
from kilowatch.simulator.delivery import Arrivals, pace, paced_batches, pump, wait_until_known
from kilowatch.simulator.demo.fleet import HISTORY, SEED, demo_fleet, history_start
from kilowatch.simulator.demo.rules import set_rules
from kilowatch.simulator.demo.seeding import assign_tariffs, ensure_operator, read_more_often, seed
from kilowatch.simulator.demo.talks import OpenAccount, hold_talks
from kilowatch.simulator.domain.fleet import build_meters
from kilowatch.simulator.domain.meters import MeterReader
from kilowatch.simulator.domain.outgoing import Outgoing
from kilowatch.simulator.domain.place import HOUR, micros, moment
from kilowatch.simulator.domain.stream import expected_readings, stream
from kilowatch.simulator.registration import issue_credential
from kilowatch.simulator.sending import Sender, Tally
from kilowatch.simulator.simulation import FAR, OnPhase
from kilowatch.simulator.state import State, load_state, save_state

log = logger(__name__)

QUARTER: Final = HOUR // 4
#: After a longer absence the time is filled at the intervals of history.
SHORT_ABSENCE: Final = HOUR

OpenSender: TypeAlias = Callable[[str, Source], AbstractAsyncContextManager[Sender]]


class Phase(StrEnum):
    SEEDING = "seeding"
    HISTORY = "history"
    LIVE = "live"


@dataclass(slots=True)
class Progress:
    on_phase: OnPhase = lambda _phase, _total: None
    phase: Phase = Phase.SEEDING
    arrivals: Arrivals | None = None

    def enter(self, phase: Phase, total: int | None = None) -> None:
        self.phase = phase
        self.on_phase(phase, total)

    @property
    def sent_until(self) -> datetime | None:
        return None if self.arrivals is None else moment(self.arrivals.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    administrator: Account
    open_account: OpenAccount
    open_sender: OpenSender  #: by credential
    state_file: Path
    clock: Clock
    history: timedelta = HISTORY
    tally: Tally = field(default_factory=Tally)
    progress: Progress = field(default_factory=Progress)

    def now(self) -> int:
        return micros(self.clock())


async def run_demo(demo: Demo, stopping: asyncio.Event) -> None:
    """Until `stopping` is set. Raises `KilowatchError`; running it again goes on where it was."""
    demo.progress.enter(Phase.SEEDING)
    resumed = await _resume(demo)
    state = resumed or await _begin(demo)
    # In a thread: it walks a year of load to where registers turn over.
    history, live = await asyncio.to_thread(_readers, state, demo.history)
    if demo.now() - state.sent_until > SHORT_ABSENCE:
        state = await _catch_up(demo, state, history, live, stopping)
    if resumed is None and not stopping.is_set():
        await read_more_often(demo.administrator, state.anchor, state.device_ids)
        await assign_tariffs(demo.administrator, state.anchor, demo.history)
        await set_rules(demo.administrator, state.device_ids)
        save_state(demo.state_file, state)
        await unless(stopping, hold_talks(demo.administrator, demo.open_account))
    if not stopping.is_set():
        await _go_live(demo, state, live, stopping)


async def _resume(demo: Demo) -> State | None:
    """Where the last run stopped, without the devices that were deleted meanwhile. None: seed (again)."""
    state = load_state(demo.state_file)
    if state is None:
        return None
    try:
        async with demo.open_sender(state.credential, Source.LIVE) as sender:
            await wait_until_known(sender, patience_s=2)
    except Unauthenticated:
        return None
    try:
        if not state.has_operator:
            await ensure_operator(demo.administrator)
        gateway = await demo.administrator.get(f"/api/gateways/{state.gateway_id}")
    except (Unauthenticated, Forbidden):
        return state  # the demo password was changed, as it should be; the meters need no administrator
    listed = set(gateway["device_ids"])
    device_ids = {name: id_ for name, id_ in state.device_ids.items() if id_ in listed}
    return replace(state, device_ids=device_ids, has_operator=True)


async def _begin(demo: Demo) -> State:
    seeded = await seed(demo.administrator, demo.now(), demo.history)
    credential = await issue_credential(demo.administrator, seeded.gateway_id)
    async with demo.open_sender(credential, Source.IMPORT) as sender:
        await wait_until_known(sender)
    log.info("demo_seeded", devices=len(seeded.device_ids))
    return State(
        credential=credential,
        gateway_id=seeded.gateway_id,
        device_ids=seeded.device_ids,
        anchor=seeded.anchor,
        sent_until=history_start(seeded.anchor, demo.history),
        has_operator=True,
    )


def _readers(state: State, span: timedelta) -> tuple[list[MeterReader], list[MeterReader]]:
    """For history and for live readings."""
    fleet = demo_fleet(state.anchor, span)
    # A deleted device still draws what the mains meter sees.
    ids = dict.fromkeys((meter.plan.name for meter in fleet), 0) | state.device_ids
    meters = build_meters([meter.plan for meter in fleet], ids, SEED, history_start(state.anchor, span))
    history, live = [], []
    for meter, known in zip(fleet, meters, strict=True):
        if known.device_id:
            # Both see power at the same grain, so that a moment has one value, whichever of the two sends it.
            reader = MeterReader(replace(known, longest_cell_s=min(60, meter.live_interval_s)))
            history.append(reader)
            live.append(reader.reading_every(meter.live_interval_s))
    return history, live


async def _catch_up(
    demo: Demo, state: State, history: list[MeterReader], live: list[MeterReader], stopping: asyncio.Event
) -> State:
    """Send what is missing up to the last full quarter of an hour, as fast as it is taken.

    Nothing is saved on the way: it would be sent again, and recognised.
    """
    aligned, until = -(-state.sent_until // QUARTER) * QUARTER, demo.now() // QUARTER * QUARTER
    windows = chain(stream(live, state.sent_until, aligned), stream(history, aligned, until))
    started, made = demo.now(), demo.tally.made
    demo.progress.enter(Phase.HISTORY, expected_readings(history, aligned, until))
    async with demo.open_sender(state.credential, Source.IMPORT) as sender:
        await _send(demo, windows, sender, Arrivals(state.sent_until), stopping)
    if stopping.is_set():
        return state
    log.info("demo_history_sent", readings=demo.tally.made - made, seconds=round((demo.now() - started) / 1e6, 1))
    return replace(state, sent_until=until)


async def _go_live(demo: Demo, state: State, live: list[MeterReader], stopping: asyncio.Event) -> None:
    demo.progress.enter(Phase.LIVE)
    arrivals = Arrivals(state.sent_until)
    windows = stream(live, state.sent_until, state.sent_until + FAR)

    def save() -> None:
        save_state(demo.state_file, replace(state, sent_until=arrivals.until))

    async with demo.open_sender(state.credential, Source.LIVE) as sender:
        await _send(demo, windows, sender, arrivals, stopping, save)
    save()


async def _send(
    demo: Demo,
    windows: Iterator[Outgoing],
    sender: Sender,
    arrivals: Arrivals,
    stopping: asyncio.Event,
    save: Callable[[], None] = lambda: None,
) -> None:
    demo.progress.arrivals = arrivals

    async def batches() -> AsyncIterator[Outgoing]:
        async for batch in paced_batches(windows, pace(demo.clock, arrivals.until, float("inf")), stopping):
            save()
            yield batch

    await pump(batches(), sender, demo.tally, arrivals, stopping, connections=3)
