"""Fixtures for every test: a real PostgreSQL, started once a session on a free port, and a fresh database each."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

import httpx2
import jwt
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from starlette.types import ASGIApp

from kilowatch.contracts.accounts import Role
from kilowatch.kit.database import Database, open_database
from kilowatch.kit.postgres import embedded_postgres
from kilowatch.kit.security import ALGORITHM, AUDIENCE, ISSUER, Verifier
from tests.databases import FreshUrl, fresh_databases
from tests.places import LEARNT, MEMORY, open_directory
from tests.rabbitmq_node import RabbitNode, rabbitmq_node

# A law is right or wrong; how long an example takes depends on who else uses the machine.
settings.register_profile("kilowatch", deadline=None)
settings.load_profile("kilowatch")
#: Hundreds of people are made and sign in here; that a hash is worth its time is no matter of any test.
CHEAP_HASHES: Final = {"KILOWATCH_ARGON2_MEMORY_KIB": "64", "KILOWATCH_ARGON2_PASSES": "1"}
os.environ |= LEARNT | CHEAP_HASHES
# structlog's own default paints every frame of a traceback with its variables, which takes seconds.
structlog.configure([structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)])


@pytest.fixture(scope="session")
def postgres() -> Iterator[Callable[[str], str]]:
    """A PostgreSQL server; gives the URL of a database by name."""
    # Nothing here outlives the session, so nothing need reach the disk.
    unsafe = {"fsync": "off", "full_page_writes": "off"}
    with open_directory("kw-pg-", MEMORY) as directory, embedded_postgres(directory, unsafe) as server:
        yield server.superuser_url


@pytest.fixture
async def fresh_url(postgres: Callable[[str], str]) -> AsyncIterator[FreshUrl]:
    """Makes a migrated database for a service and gives its URL."""
    async with fresh_databases(postgres) as create:
        yield create


@pytest.fixture
async def empty_url(postgres: Callable[[str], str]) -> AsyncIterator[FreshUrl]:
    """Makes an empty database and gives its URL."""
    async with fresh_databases(postgres, empty=True) as create:
        yield create


@pytest.fixture
async def database(fresh_url: FreshUrl) -> AsyncIterator[Callable[[str], Awaitable[Database]]]:
    """Opens a fresh, migrated database of a service: `await database("devices")`."""
    async with AsyncExitStack() as stack:

        async def open_fresh(service: str) -> Database:
            return await stack.enter_async_context(open_database(await fresh_url(service), service))

        yield open_fresh


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[RabbitNode]:
    """A RabbitMQ node that tests may kill, freeze and starve."""
    with rabbitmq_node() as node:
        yield node


@pytest.fixture(scope="session")
def amqp_url(request: pytest.FixtureRequest) -> str:
    """A RabbitMQ broker: the one that the environment names, or our own node."""
    if url := os.environ.get("KILOWATCH_TEST_AMQP_URL"):
        return url
    node: RabbitNode = request.getfixturevalue("rabbitmq")
    return node.url


@dataclass(frozen=True)
class Tokens:
    """Stands for `auth`: signs access tokens with a key of its own, and publishes that key."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def verifier(self) -> Verifier:
        async def fetch() -> Mapping[str, object]:
            public = json.loads(jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self.key.public_key()))
            return {"keys": [public | {"kid": "test", "alg": ALGORITHM, "use": "sig"}]}

        return Verifier(fetch)

    def user(self, role: Role, user_id: UUID | None = None) -> str:
        return self._sign({"sub": f"user/{user_id or uuid4()}", "role": role.value, "sid": str(uuid4())})

    def service(self, name: str) -> str:
        return self._sign({"sub": f"service/{name}"})

    def _sign(self, claims: Mapping[str, str]) -> str:
        now = datetime.now(UTC)
        standard = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + timedelta(minutes=10)}
        return jwt.encode(standard | dict(claims), self.key, ALGORITHM, headers={"kid": "test", "typ": "at+jwt"})


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    return Tokens()


class Clients:
    """HTTP clients of an application, one for each kind of caller."""

    def __init__(self, app: ASGIApp, tokens: Tokens) -> None:
        self._app = app
        self._tokens = tokens

    def nobody(self) -> httpx2.AsyncClient:
        return self._client({})

    def user(self, role: Role, user_id: UUID | None = None) -> httpx2.AsyncClient:
        return self._client({"Authorization": f"Bearer {self._tokens.user(role, user_id)}"})

    def service(self, name: str) -> httpx2.AsyncClient:
        return self._client({"Authorization": f"Bearer {self._tokens.service(name)}"})

    def _client(self, headers: dict[str, str]) -> httpx2.AsyncClient:
        transport = httpx2.ASGITransport(self._app, raise_app_exceptions=False)
        return httpx2.AsyncClient(transport=transport, base_url="http://test", headers=headers)


@pytest.fixture(scope="session")
def clients_of(tokens: Tokens) -> Callable[[ASGIApp], Clients]:
    """`clients_of(build_app([service], tokens.verifier())).user(Role.CLIENT, user_id)`"""
    return lambda app: Clients(app, tokens)
