"""Puts the service together."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fastapi import APIRouter

from kilowatch.auth.api import keys, sessions
from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.consumers import PATTERNS, project_events
from kilowatch.auth.first_password import ensure_first_password
from kilowatch.auth.handlers.first_start import ensure_signing_key
from kilowatch.auth.hashing import open_hasher
from kilowatch.auth.settings import AuthSettings
from kilowatch.auth.vault import Vault
from kilowatch.contracts.services import SERVICES
from kilowatch.kit.audit import Origin
from kilowatch.kit.consumer import consume_events, event_topology
from kilowatch.kit.database import open_database
from kilowatch.kit.outbox import relay
from kilowatch.kit.secrets import secret, service_secret
from kilowatch.kit.service import Host, Service

ITSELF: Final = Origin("service/auth", "")


@asynccontextmanager
async def open_auth(host: Host) -> AsyncIterator[Service]:
    await host.broker.declare(event_topology("auth", PATTERNS))
    async with _open_context(host) as auth:
        async with auth.working(ITSELF) as work:
            await ensure_signing_key(work)
        await ensure_first_password(auth, host.data_dir, ITSELF)
        yield Service(
            name="auth",
            router=_router(),
            context=auth,
            jobs=[
                relay(auth.database, host.broker),
                consume_events("auth", auth.database, host.broker, project_events(auth)),
            ],
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
            vault=Vault(secret(host.data_dir, "auth_secret")),
            hasher=hasher,
            settings=settings,
            public_url=host.public_url,
            service_digests=_service_digests(host.data_dir),
        )


def _service_digests(data_dir: Path) -> dict[str, bytes]:
    return {name: hashlib.sha256(service_secret(data_dir, name).encode()).digest() for name in SERVICES}


def _router() -> APIRouter:
    router = APIRouter()
    for part in (sessions, keys):
        router.include_router(part.router)
    return router
