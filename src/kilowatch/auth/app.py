"""Puts the service together."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Final
from uuid import UUID

from kilowatch.auth.api import administration, api_keys, keys, passwords, personal_data, second_factor, sessions
from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.consumers import PATTERNS, project_events, rebuild
from kilowatch.auth.domain.passwords import normal_password, password_problem
from kilowatch.auth.first_password import ensure_first_password
from kilowatch.auth.handlers.passwords import rescue
from kilowatch.auth.handlers.signing import ensure_signing_key
from kilowatch.auth.handlers.work import work_on
from kilowatch.auth.hashing import common_passwords, open_hasher
from kilowatch.auth.housekeeping import keep_house
from kilowatch.auth.mail import send_mails
from kilowatch.auth.settings import AuthSettings
from kilowatch.contracts.services import SERVICES
from kilowatch.kit.audit import Origin
from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.clock import system_clock
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.errors import Invalid
from kilowatch.kit.mail import smtp_sender
from kilowatch.kit.outbox import relay
from kilowatch.kit.secrets import secret, service_secret
from kilowatch.kit.service import Host, Job, Service, joined
from kilowatch.kit.snapshots import catch_up_at_start
from kilowatch.kit.vault import Vault

COMMAND_LINE: Final = Origin("command-line", "")

_PARTS: Final = (sessions, passwords, second_factor, api_keys, administration, keys, personal_data)
router = joined(*(part.router for part in _PARTS), audit_router("auth", AuthContext))


@asynccontextmanager
async def open_auth(host: Host) -> AsyncIterator[Service]:
    await host.broker.declare(event_topology("auth", PATTERNS))
    async with _open_context(host) as auth:
        async with auth.working() as work:
            await ensure_signing_key(work)
        await ensure_first_password(auth, host.data_dir)
        yield Service(
            name="auth",
            router=router,
            context=auth,
            jobs=_jobs(auth, host),
            ready=auth.database.check,
        )


@asynccontextmanager
async def _open_context(host: Host) -> AsyncIterator[AuthContext]:
    settings = AuthSettings()
    async with open_database(host.database_url("auth"), "auth") as database, open_hasher(settings) as hasher:
        yield AuthContext(
            database=database,
            clock=host.clock,
            peers=host.peers,
            vault=Vault(secret(host.data_dir, "auth_secret"), "auth"),
            hasher=hasher,
            settings=settings,
            public_url=host.public_url,
            service_digests=_service_digests(host.data_dir),
        )


def _jobs(auth: AuthContext, host: Host) -> list[Job]:
    jobs = [
        relay(auth.database, host.broker),
        consume_events("auth", auth.database, host.broker, project_events(auth)),
        catch_up_at_start(partial(rebuild, auth)),
        keep_house(auth),
    ]
    if auth.settings.smtp_url:
        jobs.append(send_mails(auth, smtp_sender(auth.settings.smtp_url.get_secret_value())))
    return jobs


def _service_digests(data_dir: Path) -> dict[str, bytes]:
    return {name: hashlib.sha256(service_secret(data_dir, name).encode()).digest() for name in SERVICES}


async def rebuild_projection(host: Host) -> None:
    """For the command line: take in every account anew from `users`."""
    async with _open_context(host) as auth:
        await rebuild(auth)


async def give_password(database_url: str, data_dir: Path, user_id: UUID, password: str) -> None:
    """For the command line: the account signs in with `password` from now on, and without a second factor.

    Whoever may read the data directory may do anything anyway; for everybody else there are links. Raises `Invalid`.
    """
    settings = AuthSettings()
    vault = Vault(secret(data_dir, "auth_secret"), "auth")
    require_good_password(password)
    async with open_hasher(settings) as hasher:
        encoded = await hasher.hash(normal_password(password))
    async with open_database(database_url, "auth", pool_size=1) as database, database.transaction() as connection:
        work = work_on(connection, COMMAND_LINE, system_clock, vault, settings)
        await rescue(work, user_id, encoded)


def require_good_password(password: str) -> None:
    """Raises `Invalid` with what is wrong with it."""
    if problem := password_problem(normal_password(password), "", common_passwords()):
        raise Invalid(problem)
