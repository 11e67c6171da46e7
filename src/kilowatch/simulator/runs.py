"""What the two commands do, from their options to the summary."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from kilowatch.contracts.batch import Source
from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.kit.account import Account, open_account
from kilowatch.kit.clock import system_clock
from kilowatch.kit.errors import Invalid, Unauthenticated
from kilowatch.kit.telemetry import LogFormat, configure_logging
from kilowatch.simulator.amqp_sender import open_amqp_sender
from kilowatch.simulator.config import read_simulation
from kilowatch.simulator.console import Screen, stopped_by_signals
from kilowatch.simulator.delivery import wait_until_known
from kilowatch.simulator.demo.run import Demo, Progress, run_demo
from kilowatch.simulator.domain.fleet import PlannedMeter, build_meters, fleet
from kilowatch.simulator.domain.meters import MeterReader
from kilowatch.simulator.domain.place import micros
from kilowatch.simulator.http_sender import open_http_sender
from kilowatch.simulator.password import administrator_password
from kilowatch.simulator.registration import ensure_gateway, issue_credential, register_meters
from kilowatch.simulator.sending import Sender, Tally
from kilowatch.simulator.simulation import Simulation, run_simulation
from kilowatch.simulator.state import State, load_state, save_state
from kilowatch.simulator.typed import parse_duration, parse_faults, parse_moment

#: Where a replay starts when nobody says.
REPLAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationOptions:
    devices: int
    interval_s: int
    config: Path | None
    speed: float | None
    from_: str | None
    to: str | None
    duration: str | None
    amqp_url: str | None  #: None: over HTTP
    url: str
    credential: str | None
    first_device: int
    seed: int
    faults: str
    connections: int
    email: str
    password: str | None
    state_directory: Path


async def simulate_devices(options: SimulationOptions) -> None:
    """Raises `KilowatchError`."""
    seed, plans = _plans(options)
    start, end = _period(options)
    state = await _state(options, seed, plans, start)
    meters = build_meters(plans, state.device_ids, seed, min(state.anchor, start))

    def open_sender(source: Source) -> AbstractAsyncContextManager[Sender]:
        if options.amqp_url is not None:
            return open_amqp_sender(_with_login(options.amqp_url, state.credential))
        return open_http_sender(options.url, state.credential, source=source, connections=options.connections)

    simulation = Simulation(
        readers=[MeterReader(meter) for meter in meters],
        open_sender=open_sender,
        start=start,
        end=end,
        speed=options.speed,
        clock=system_clock,
        connections=options.connections,
    )
    await _show(simulation, None if options.duration is None else parse_duration(options.duration))


async def run_demo_against(url: str, email: str, password: str | None, state_file: Path) -> None:
    """Raises `KilowatchError`."""
    configure_logging(LogFormat.CONSOLE)
    stopping, tally, started = asyncio.Event(), Tally(), time.monotonic()
    screen = Screen(tally)

    def open_sender(credential: str, source: Source) -> AbstractAsyncContextManager[Sender]:
        return open_http_sender(url, credential, source=source)

    async with open_account(url, email, await administrator_password(url, email, password)) as administrator:
        demo = Demo(
            administrator=administrator,
            open_account=partial(open_account, url),
            open_sender=open_sender,
            state_file=state_file,
            clock=system_clock,
            tally=tally,
            progress=Progress(screen.begin),
        )
        with stopped_by_signals(stopping):
            async with screen.following():
                await run_demo(demo, stopping)
        screen.summarise(time.monotonic() - started)


async def _show(simulation: Simulation, duration: timedelta | None) -> None:
    stopping, screen, started = asyncio.Event(), Screen(simulation.tally), time.monotonic()
    if duration is not None:
        asyncio.get_running_loop().call_later(duration.total_seconds(), stopping.set)
    try:
        with stopped_by_signals(stopping):
            async with screen.following():
                await run_simulation(simulation, stopping, screen.begin)
    finally:
        screen.summarise(time.monotonic() - started)


def _plans(options: SimulationOptions) -> tuple[int, Sequence[PlannedMeter]]:
    if options.config is not None:
        simulation = read_simulation(options.config)
        return simulation.seed, simulation.meters
    return options.seed, fleet(options.devices, options.interval_s, options.seed, parse_faults(options.faults))


def _period(options: SimulationOptions) -> tuple[int, int | None]:
    now = system_clock()
    by_default = now if options.speed is None else now - REPLAY
    start = by_default if options.from_ is None else parse_moment(options.from_, now)
    end = None if options.to is None else parse_moment(options.to, now)
    if end is not None and end <= start:
        raise Invalid("--to is after --from.")
    return micros(start), None if end is None else micros(end)


async def _state(options: SimulationOptions, seed: int, plans: Sequence[PlannedMeter], start: int) -> State:
    """Who the meters are to Kilowatch, and where their registers count from."""
    if options.credential is not None:
        ids = {plan.name: plan.device_id or options.first_device + number for number, plan in enumerate(plans)}
        return State(credential=options.credential, gateway_id=0, device_ids=ids, anchor=start, sent_until=start)
    key = hashlib.sha256(f"{options.url} {seed} {options.config}".encode()).hexdigest()[:12]
    file = options.state_directory / f"{key}.json"
    known = load_state(file)
    if known and set(known.device_ids) >= {plan.name for plan in plans} and await _is_good(options, known.credential):
        return known
    password = await administrator_password(options.url, options.email, options.password)
    async with open_account(options.url, options.email, password) as administrator:
        state = await _registered(administrator, seed, plans, min(known.anchor, start) if known else start)
    await _until_known(options, state.credential)
    save_state(file, state)
    return state


async def _registered(administrator: Account, seed: int, plans: Sequence[PlannedMeter], anchor: int) -> State:
    device_ids = await register_meters(administrator, plans)
    gateway_id = await ensure_gateway(administrator, f"Simulator {seed}", device_ids.values())
    credential = await issue_credential(administrator, gateway_id)
    return State(credential=credential, gateway_id=gateway_id, device_ids=device_ids, anchor=anchor, sent_until=anchor)


async def _is_good(options: SimulationOptions, credential: str) -> bool:
    try:
        await _until_known(options, credential, patience_s=0)
    except Unauthenticated:
        return False
    return True


async def _until_known(options: SimulationOptions, credential: str, patience_s: float = 60.0) -> None:
    async with open_http_sender(options.url, credential) as sender:
        await wait_until_known(sender, patience_s)


def _with_login(amqp_url: str, credential: str) -> str:
    """The broker login of whoever holds the credential, unless the URL has one."""
    parts = urlsplit(amqp_url)
    if parts.username is not None:
        return amqp_url
    mark, number, _ = (*credential.split("_", 2), "", "")[:3]
    if not number.isdigit():
        raise Invalid("--via amqp needs a login in --amqp-url, or --credential of a gateway or a device.")
    holder = Holder(HolderKind.GATEWAY if mark == "kwg" else HolderKind.DEVICE, int(number))
    return parts._replace(netloc=f"{holder.login}:{credential}@{parts.netloc}").geturl()
