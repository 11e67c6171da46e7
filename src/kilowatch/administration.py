"""`kilowatch migrate` and `kilowatch create-admin`: work on the databases, whether Kilowatch runs or not."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from kilowatch.installation import database_server
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import migrate, schema_state
from kilowatch.kit.errors import Invalid
from kilowatch.kit.host import Surroundings, clients_within, given_database_url, verifier_from
from kilowatch.kit.http import build_app
from kilowatch.kit.peers import LateApp
from kilowatch.kit.postgres import create_logins
from kilowatch.kit.secrets import given_secret
from kilowatch.kit.service import Host
from kilowatch.process import available_services, database_passwords, open_services

DatabaseUrl: TypeAlias = Callable[[str], str]


@asynccontextmanager
async def databases(data_dir: Path) -> AsyncIterator[DatabaseUrl]:
    """The URL of a service's database: as given in the environment, or of the embedded server."""
    if given_secret("auth_database_url"):
        yield given_database_url
        return
    with database_server(data_dir) as server:
        passwords = database_passwords(data_dir)
        await create_logins(server.superuser_url(), passwords)
        yield lambda service: server.service_url(service, passwords[service])


async def migrate_databases(data_dir: Path, services: Sequence[str], report: Callable[[str], None]) -> None:
    """Bring the schemas of `services` (none named: all) up to date. Raises `Invalid`, `Unavailable`."""
    known = available_services()
    if unknown := sorted(set(services) - set(known)):
        raise Invalid(f"There is no service {', '.join(unknown)}; there are {', '.join(known)}.")
    async with databases(data_dir) as url_of:
        for service in services or known:
            before = await schema_state(url_of(service), service)
            await migrate(url_of(service), service)
            report(f"{service}: {_step(before.current, before.newest)}")


async def rebuild_projections(data_dir: Path, services: Sequence[str], report: Callable[[str], None]) -> None:
    """Have services (none named: all) take over anew what others have published. Raises `Invalid`, `Unavailable`.

    Who runs meanwhile hears of it like of any other news.
    """
    known = {name: rebuild for name in available_services() if (rebuild := _rebuild_of(name))}
    if unknown := sorted(set(services) - set(known)):
        raise Invalid(f"{', '.join(unknown)} keeps nothing of others; these do: {', '.join(known)}.")
    async with databases(data_dir) as url_of, _hosts(data_dir, url_of) as host_for:
        for service in services or known:
            await known[service](host_for(service))
            report(f"{service}: built again")


def _rebuild_of(service: str) -> Callable[[Host], Awaitable[None]] | None:
    return getattr(import_module(f"kilowatch.{service}.app"), "rebuild_projection", None)


@asynccontextmanager
async def _hosts(data_dir: Path, url_of: DatabaseUrl) -> AsyncIterator[Callable[[str], Host]]:
    """With the services in this process that publish snapshots; none of their jobs run."""
    late = LateApp()
    async with clients_within(late) as clients:
        surroundings = Surroundings(
            data_dir=data_dir,
            instance="command-line",
            public_url="",
            broker=MemoryBroker(),
            clients=clients,
            verifier=verifier_from(clients),
            database_url=url_of,
        )
        async with open_services(("auth", "users", "devices"), surroundings) as services:
            late.app = build_app(services, surroundings.verifier)
            yield surroundings.host_for


async def create_administrator(data_dir: Path, email: str, name: str, password: str) -> None:
    """Make an account an active administrator with this password, or change what it was to that."""
    async with databases(data_dir) as url_of:
        users, auth = import_module("kilowatch.users.app"), import_module("kilowatch.auth.app")
        auth.require_good_password(password)
        user_id = await users.appoint_administrator(url_of("users"), email, name)
        await auth.give_password(url_of("auth"), data_dir, user_id, password)


async def drop_old_readings(
    data_dir: Path, kept_days: int | None, report: Callable[[str], None], *, dry_run: bool
) -> None:
    """Raises `Invalid`, `Unavailable`."""
    monitoring = import_module("kilowatch.monitoring.app")
    async with databases(data_dir) as url_of:
        months = await monitoring.drop_old_readings(url_of("monitoring"), kept_days, system_clock(), only_look=dry_run)
    for each in months:
        report(f"{each.month:%Y-%m}  {each.bytes / 1e6:10,.1f} MB  {'would be dropped' if dry_run else 'dropped'}")
    report(f"{len(months)} months of readings, {sum(each.bytes for each in months) / 1e6:,.1f} MB. Usage stays.")


def _step(current: str | None, newest: str | None) -> str:
    return "up to date" if current == newest else f"{current or 'empty'} → {newest}"
