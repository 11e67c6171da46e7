"""A process per service behind Caddy, with RabbitMQ and PostgreSQL: what a person, a meter and an operator see."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kilowatch.kit.vault import Vault
from kilowatch.kit.web import APP_POLICY
from tests.edge import eventually, eventually_used, meter_of
from tests.mqtt_meter import MqttMeter
from tests.rights.forgeries import forgeries
from tests.rights.table import EVERY_SERVICE
from tests.topology import WEB, Topology, open_topology

pytestmark = pytest.mark.timeout(420)


@pytest.fixture(scope="module")
async def topology() -> AsyncIterator[Topology]:
    async with open_topology() as opened:
        await opened.start_all(at_most=1)
        yield opened


async def test_a_meter_publishes_over_mqtt_and_its_energy_is_there(topology: Topology):
    now = datetime.now(UTC).replace(microsecond=0)
    async with await topology.sign_in() as administrator:
        device_id, login, credential = await meter_of(administrator, "Speaks MQTT")
        meter = await asyncio.to_thread(MqttMeter, topology.places.ports["mqtt"], login, credential)
        for minute in range(3):
            reading = {
                "device_id": device_id,
                "timestamp": (now - timedelta(minutes=minute)).isoformat(),
                "value": 0.25,
            }
            assert await asyncio.to_thread(meter.publish, f"device/{device_id}", reading)
        meter.close()
        assert await eventually_used(administrator, device_id) == 0.75


async def test_a_meter_publishes_under_no_other_name_than_its_own(topology: Topology):
    async with await topology.sign_in() as administrator:
        mine, login, credential = await meter_of(administrator, "Mine")
        other, _, others_credential = await meter_of(administrator, "Another")
        stranger = await asyncio.to_thread(MqttMeter, topology.places.ports["mqtt"], login, others_credential)
        assert stranger.refused
        stranger.close()
        meter = await asyncio.to_thread(MqttMeter, topology.places.ports["mqtt"], login, credential)
        reading = {"device_id": other, "timestamp": datetime.now(UTC).isoformat(), "value": 1}
        assert not await asyncio.to_thread(meter.publish, f"device/{other}", reading), "another device's topic"
        meter.close()
        meter = await asyncio.to_thread(MqttMeter, topology.places.ports["mqtt"], login, credential)
        assert await asyncio.to_thread(meter.publish, f"device/{mine}", reading), "its own topic"
        meter.close()
        rejected = await eventually(administrator, "/api/rejected-readings", lambda page: page["items"])
        assert rejected["items"][0]["reason"] == "forbidden_device", "but it spoke of another device"


async def test_a_page_comes_with_its_policy_and_what_is_inside_stays_inside(topology: Topology):
    if not WEB.is_dir():
        pytest.skip("The web app is not built.")
    async with httpx2.AsyncClient(base_url=topology.url, timeout=30) as browser:
        for path in ("/", "/devices/7"):
            page = await browser.get(path)
            assert '<div id="root">' in page.text
            assert page.headers["content-security-policy"] == APP_POLICY
        for path in ("/internal/leases", "/internal/auth/service-token", "/metrics", "/api/nothing", "/assets/none.js"):
            assert (await browser.get(path)).status_code == 404, path
        described = (await browser.get("/api/openapi.json")).json()["paths"]
        assert {"/api/auth/sign-in", "/api/ingest", "/api/usage/mine"} <= described.keys(), "of all services"


async def test_a_service_that_is_away_is_said_as_services_say_it_and_missed_for_a_moment(topology: Topology):
    [users] = topology.running("users")
    users.kill()
    async with await topology.sign_in() as administrator:
        answer = await administrator.get("/api/users")
        assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
        assert int(answer.headers["retry-after"]) >= 1
        assert (await administrator.get("/api/devices")).status_code == 200, "others go on"
        await topology.start("users")
        assert (await eventually(administrator, "/api/users", lambda page: page["total"]))["total"] == 1


async def test_one_correlation_id_goes_through_the_edge_and_back(topology: Topology):
    async with httpx2.AsyncClient(base_url=topology.url, timeout=30) as sender:
        answer = await sender.get("/api/about", headers={"X-Correlation-Id": "from-the-meter-1"})
    assert answer.headers["x-correlation-id"] == "from-the-meter-1"


@pytest.mark.parametrize("service", [service for service in EVERY_SERVICE if service != "ingest"])
async def test_no_process_takes_a_forged_token(topology: Topology, service: str):
    method, path = EVERY_SERVICE[service].split(" ")
    real, kid = await signing_key(topology)
    [process] = topology.running(service)
    async with (
        httpx2.AsyncClient(base_url=process.url, timeout=30) as forger,
        await topology.sign_in() as administrator,
    ):
        for name, token in forgeries(real, kid, datetime.now(UTC)):
            try:
                headers = {"Authorization": f"Bearer {token}".encode()}
                answer = await forger.request(method, path, headers=headers)
            except ValueError:
                continue  # not even a header
            assert answer.status_code == 401, name
        genuine = {"Authorization": administrator.headers["Authorization"]}
        assert (await forger.request(method, path, headers=genuine)).is_success, "or this would show nothing"


async def signing_key(topology: Topology) -> tuple[Ed25519PrivateKey, str]:
    """The one that `auth` signs with, and its id: all that is wrong with most forgeries is what was signed."""
    secrets = topology.places.secrets_of("auth")
    connection = await asyncpg.connect((secrets / "kilowatch_auth_database_url").read_text(), timeout=10)
    kid, sealed = await connection.fetchrow("SELECT id, sealed_key FROM signing_keys ORDER BY signs_from DESC LIMIT 1")
    await connection.close()
    vault = Vault((secrets / "kilowatch_auth_secret").read_text(), "auth")
    return Ed25519PrivateKey.from_private_bytes(vault.open("signing-key", sealed)), kid
