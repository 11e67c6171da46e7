"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

from fastapi import APIRouter

from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.audit import Origin
from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.broker.port import Exchange, ExchangeKind, Topology
from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import open_database
from kilowatch.kit.outbox import relay
from kilowatch.kit.service import Host, Service, joined
from kilowatch.users import api, audit_api, export_api, handlers, system_api
from kilowatch.users.api import UsersContext, working
from kilowatch.users.departures import forget_the_departed
from kilowatch.users.settings import UsersSettings


@asynccontextmanager
async def open_users(host: Host) -> AsyncIterator[Service]:
    settings = UsersSettings()
    await host.broker.declare(Topology(exchanges=[Exchange(EVENTS, ExchangeKind.TOPIC)]))
    async with open_database(host.database_url("users"), "users") as database:
        context = UsersContext(database, host.clock, host.peers, host.broker, asyncio.Event())
        async with working(database, host.clock, Origin("service/users", "")) as work:
            await handlers.ensure_first_administrator(work, settings.admin_email, settings.admin_name)
        yield Service(
            name="users",
            router=router,
            context=context,
            jobs=[relay(database, host.broker), forget_the_departed(context)],
            ready=database.check,
        )


def _router() -> APIRouter:
    # The first route that fits answers: `/internal/users/audit` before `/internal/users/{user_id}`, and so on.
    parts = (each.router for each in (export_api, audit_api, system_api, api))
    return joined(audit_router("users", UsersContext), *parts)


async def appoint_administrator(database_url: str, email: str, name: str) -> UUID:
    """For the command line: make the account with this e-mail an active administrator, and say its id."""
    async with (
        open_database(database_url, "users", pool_size=1) as database,
        working(database, system_clock, Origin("command-line", "")) as work,
    ):
        return (await handlers.appoint_administrator(work, uuid4(), email, name)).id


router = _router()
