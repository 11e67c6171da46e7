"""What a process gives to its services, for both ways to run."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx2
from pydantic import create_model

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.broker.port import Broker
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.errors import Invalid
from kilowatch.kit.peers import ClientOf, HttpPeers, LateApp, key_set_from
from kilowatch.kit.secrets import given_secret, service_secret
from kilowatch.kit.security import Verifier
from kilowatch.kit.service import Host
from kilowatch.kit.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """All that the hosts of a process have in common."""

    data_dir: Path
    instance: str
    public_url: str
    broker: Broker
    clients: ClientOf
    verifier: Verifier
    database_url: Callable[[str], str]
    clock: Clock = system_clock

    def host_for(self, service: str) -> Host:
        secret = service_secret(self.data_dir, service)
        return Host(
            data_dir=self.data_dir,
            instance=self.instance,
            public_url=self.public_url,
            broker=self.broker,
            clock=self.clock,
            verifier=self.verifier,
            peers=HttpPeers(self.clients, service=service, secret=secret, clock=self.clock),
            database_url=self.database_url,
        )


class _Addresses(Settings):
    def url_of(self, service: str) -> str:
        url: str = getattr(self, f"{service}_url")
        return url


_FIELDS: Final[dict[str, Any]] = {f"{name}_url": (str, f"http://{name}:8080") for name in SERVICES}
#: Where the other services are, for `kilowatch serve`: `KILOWATCH_AUTH_URL=http://auth:8080` and so on.
PeerSettings = create_model("PeerSettings", __base__=_Addresses, **_FIELDS)


@asynccontextmanager
async def clients_within(app: LateApp) -> AsyncIterator[ClientOf]:
    """Reaches every service in this process, through the whole HTTP edge."""
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://kilowatch") as client:
        yield lambda _service: client


@asynccontextmanager
async def clients_over_network(services: Sequence[str], settings: _Addresses) -> AsyncIterator[ClientOf]:
    async with AsyncExitStack() as stack:
        clients = {
            service: await stack.enter_async_context(httpx2.AsyncClient(base_url=settings.url_of(service)))
            for service in services
        }
        yield clients.__getitem__


def verifier_from(clients: ClientOf) -> Verifier:
    return Verifier(key_set_from(clients))


def given_database_url(service: str) -> str:
    """`KILOWATCH_DEVICES_DATABASE_URL`, or a file of that name in lower case. Raises `Invalid`."""
    name = f"{service}_database_url"
    url = given_secret(name)
    if url is None:
        raise Invalid(f"Set KILOWATCH_{name.upper()}=postgresql://{service}:PASSWORD@HOST/{service}")
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
