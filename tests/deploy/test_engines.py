"""A real RabbitMQ with our definitions, a real PostgreSQL with our databases: who gets in, and who does not."""

import asyncio
import json
import re
import socket
from itertools import permutations
from urllib.parse import urlsplit

import asyncpg
import pika
import pytest
from pika.exceptions import ProbableAuthenticationError

from kilowatch.contracts.routing import TELEMETRY
from kilowatch.contracts.services import SERVICES
from kilowatch.deployment import create_service_databases
from tests.topology import DEPLOY, Topology


def test_the_broker_knows_our_login_and_no_guest(engines: Topology):
    assert engines.rabbit.control("list_users", "--no-table-headers").split() == ["kilowatch", "[]"]
    with pika.BlockingConnection(pika.URLParameters(engines.rabbit.url)) as connection:
        connection.channel().exchange_declare(TELEMETRY, "topic", passive=True)
    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(f"amqp://guest:guest@127.0.0.1:{engines.rabbit.port}/"))


def test_sessions_of_meters_are_bounded(engines: Topology):
    [policy] = json.loads(engines.rabbit.control("list_policies", "--formatter", "json"))
    assert policy["pattern"] == "^mqtt-subscription-"
    assert json.loads(policy["definition"])["max-length"] == 100


def test_the_broker_speaks_mqtt(engines: Topology):
    with socket.create_connection(("127.0.0.1", engines.places.ports["mqtt"]), timeout=5):
        pass


async def test_every_line_of_the_database_s_configuration_is_in_force(engines: Topology):
    text = (DEPLOY / "postgres" / "postgresql.conf").read_text()
    written = set(re.findall(r"^(\w+) = ", text, re.MULTILINE))
    url = (engines.places.secrets_of("databases") / "kilowatch_postgres_url").read_text()
    connection = await asyncpg.connect(url, timeout=10)
    # A wrong line already keeps the server from starting; here none is left out, and none waits for a restart.
    rows = await connection.fetch("SELECT name FROM pg_file_settings WHERE applied AND sourcefile LIKE '%/local.conf'")
    waiting = await connection.fetchval("SELECT count(*) FROM pg_settings WHERE pending_restart")
    await connection.close()
    assert {row["name"].lower() for row in rows} == {name.lower() for name in written} | {"port", "hba_file"}
    assert waiting == 0


async def test_a_service_reaches_its_own_database_and_no_other(engines: Topology):
    for service in SERVICES:
        connection = await asyncpg.connect(url_of(engines, service), timeout=10)
        assert await connection.fetchval("SELECT current_database()") == service
        assert await connection.fetchval("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = user") is False
        await connection.close()


async def test_no_service_reaches_the_database_of_another(engines: Topology):
    for service, other in [*permutations(SERVICES, 2), *((service, "postgres") for service in SERVICES)]:
        url = urlsplit(url_of(engines, service))._replace(path=f"/{other}").geturl()
        with pytest.raises((asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InsufficientPrivilegeError)):
            await asyncpg.connect(url, timeout=10)


async def test_databases_are_made_as_soon_as_the_server_answers(engines: Topology, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KILOWATCH_SECRETS_DIR", str(engines.places.secrets_of("databases")))
    engines.postgres_node.kill()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        creating = group.create_task(create_service_databases())
        await asyncio.sleep(0.1)  # it has been refused by now
        assert not creating.done()
        await asyncio.to_thread(engines.postgres_node.start)
    assert creating.result() == sorted(SERVICES)


def url_of(engines: Topology, service: str) -> str:
    return (engines.places.secrets_of(service) / f"kilowatch_{service}_database_url").read_text()
