"""Puts services together into a process: all of them (`kilowatch up`) or one (`kilowatch serve`)."""

import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from fastapi import FastAPI

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.address import networks
from kilowatch.kit.broker.dead_letters import open_dead_letters
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.edge import serve_http
from kilowatch.kit.errors import Invalid
from kilowatch.kit.host import (
    PeerSettings,
    Surroundings,
    clients_over_network,
    clients_within,
    given_database_url,
    verifier_from,
)
from kilowatch.kit.http import build_app
from kilowatch.kit.patience import opened_patiently, patiently
from kilowatch.kit.peers import LateApp
from kilowatch.kit.postgres import Server, create_logins
from kilowatch.kit.secrets import stored_secret
from kilowatch.kit.service import Job, Service
from kilowatch.kit.settings import Settings
from kilowatch.kit.supervisor import StopSignal, supervise
from kilowatch.kit.telemetry import LogFormat, logger
from kilowatch.kit.web import DemoAccount, add_about, add_web

log = logger(__name__)

#: Logins of the embedded server: a service each, and the in-process broker for its dead letters.
LOGINS: Final = (*SERVICES, "broker")
#: When Python's garbage collector looks (`gc.set_threshold`): seldom enough that what one event or batch makes has gone
#: by itself until then. With ten thousand sockets a full collection is a pause of two seconds.
COLLECTING: Final = (100_000, 10, 50)


class ProcessSettings(Settings):
    data_dir: Path = Path("kilowatch-data")
    #: Replicas of a service must differ in it; where it outlives a restart, the restart takes its own place at once.
    instance: str = f"{socket.gethostname()}-{os.getpid()}"
    log_format: LogFormat | None = None
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] | None = None
    amqp_url: str | None = None
    public_url: str | None = None  #: where browsers and meters reach it, when that is not where it listens
    trusted_proxies: str = ""  #: networks whose `X-Forwarded-For` is believed: `10.0.0.0/8, 192.168.1.4`


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Where the process answers, and what it does once it does."""

    bound: socket.socket
    public_url: str
    on_listening: Callable[[], None]


def available_services() -> list[str]:
    return [name for name in SERVICES if find_spec(f"kilowatch.{name}") and find_spec(f"kilowatch.{name}.app")]


def database_passwords(data_dir: Path) -> dict[str, str]:
    return {login: stored_secret(data_dir / "secrets", f"database_{login}") for login in LOGINS}


async def run_embedded(
    settings: ProcessSettings, server: Server, edge: Edge, demo_accounts: Sequence[DemoAccount] = ()
) -> None:
    """All services in this process, until a signal; the simulator too where there are demo accounts.

    Raises `JobFailed`, `Unavailable`.
    """
    signals = StopSignal()
    passwords = database_passwords(settings.data_dir)
    await patiently(partial(create_logins, server.superuser_url(), passwords))

    def database_url(login: str) -> str:
        return server.service_url(login, passwords[login])

    late = LateApp()
    async with (
        _open_broker(settings.amqp_url, database_url("broker")) as broker,
        clients_within(late) as clients,
    ):
        surroundings = Surroundings(
            data_dir=settings.data_dir,
            instance="embedded",
            public_url=edge.public_url,
            broker=broker,
            clients=clients,
            verifier=verifier_from(clients),
            database_url=database_url,
        )
        names = [*available_services(), *(["simulator"] if demo_accounts else [])]
        async with open_services(names, surroundings) as services:
            late.app = app = build_app(
                services, surroundings.verifier, networks(settings.trusted_proxies), edge.public_url
            )
            add_web(app, services, demo_accounts)
            jobs = {"postgres": server.watch, "keys": surroundings.verifier.keep_fresh}
            await _serve(app, services, edge, signals, jobs)


async def run_service(name: str, settings: ProcessSettings, edge: Edge) -> None:
    """One service in this process, until a signal. Raises `JobFailed`, `Invalid`, `Unavailable`."""
    signals = StopSignal()
    if name not in available_services():
        raise Invalid(f"There is no service {name}; there are {', '.join(available_services())}.")
    if settings.amqp_url is None:
        raise Invalid("A service on its own needs a broker: set KILOWATCH_AMQP_URL=amqp://USER:PASSWORD@HOST/")
    async with (
        open_rabbitmq(settings.amqp_url) as broker,
        clients_over_network(SERVICES, PeerSettings()) as clients,
    ):
        surroundings = Surroundings(
            data_dir=settings.data_dir,
            instance=settings.instance,
            public_url=edge.public_url,
            broker=broker,
            clients=clients,
            verifier=verifier_from(clients),
            database_url=given_database_url,
        )
        async with open_services([name], surroundings) as services:
            app = build_app(services, surroundings.verifier, networks(settings.trusted_proxies), edge.public_url)
            add_about(app)
            await _serve(app, services, edge, signals, {"keys": surroundings.verifier.keep_fresh})


@asynccontextmanager
async def _open_broker(amqp_url: str | None, dead_letters_url: str) -> AsyncIterator[Broker]:
    if amqp_url:
        async with open_rabbitmq(amqp_url) as broker:
            yield broker
    else:
        async with opened_patiently(partial(open_dead_letters, dead_letters_url)) as dead_letters:
            yield MemoryBroker(dead_letters=dead_letters)


def open_rabbitmq(amqp_url: str) -> AbstractAsyncContextManager[Broker]:
    # Imported when wanted: the embedded form starts without the AMQP library.
    opened: AbstractAsyncContextManager[Broker] = import_module("kilowatch.kit.broker.rabbitmq").open_rabbitmq(amqp_url)
    return opened


@asynccontextmanager
async def open_services(names: Sequence[str], surroundings: Surroundings) -> AsyncIterator[Sequence[Service]]:
    async with AsyncExitStack() as stack:
        services = []
        for name in names:
            open_service = getattr(import_module(f"kilowatch.{name}.app"), f"open_{name}")
            opening = partial(open_service, surroundings.host_for(name))
            services.append(await stack.enter_async_context(opened_patiently(opening)))
            log.debug("service_opened", service=name)
        yield services


async def _serve(
    app: FastAPI, services: Sequence[Service], edge: Edge, signals: StopSignal, more_jobs: Mapping[str, Job]
) -> None:
    jobs = {f"{service.name}/{number}": job for service in services for number, job in enumerate(service.jobs)}
    front = {"http": serve_http(app, edge.bound, edge.on_listening)}
    signals.started()
    _spare_what_stays()
    await supervise([front, {**jobs, **more_jobs}], signals.asked)


def _spare_what_stays() -> None:
    """Have the garbage collector pass over what is loaded by now: it stays as long as the process does.

    A quarter of a million objects of libraries and routes made each full collection a pause of half a second, in which
    no reading was written and no frame sent.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)
