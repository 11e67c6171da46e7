"""The containers as an engine runs them: `make check-containers`."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import httpx2
import pika
import pytest

from kilowatch.contracts.routing import TELEMETRY
from kilowatch.contracts.services import SERVICES
from tests.containers.composed import Composed, service_of
from tests.edge import eventually_used, meter_of
from tests.mqtt_meter import MqttMeter
from tests.system.fleet import Fleet

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1_800)]

#: They are gone when they have done what they are for.
ONE_SHOT = {"secrets", "databases"}
METRICS_OF_THE_BROKER = """
import urllib.request
print(urllib.request.urlopen("http://rabbitmq:15692/metrics").read().decode())
"""


def test_every_container_is_well_and_none_had_to_be_started_again(composed: Composed):
    for container in composed.containers():
        name, state = container["Name"], container["State"]
        if service_of(container) in ONE_SHOT:
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), name
        else:
            assert state["Health"]["Status"] == "healthy", name
        assert (state["OOMKilled"], container["RestartCount"]) == (False, 0), name


def test_services_can_write_nowhere_and_are_nobody(composed: Composed):
    for service in SERVICES:
        assert composed.run_in(service, "id", "-u").strip() == "10001"
        refused = composed.run_in(service, "sh", "-c", "touch /opt/kilowatch/x /run/secrets/kilowatch/x 2>&1 || true")
        assert refused.count("Read-only file system") == 2
        assert composed.run_in(service, "ls", "/run/secrets") == "kilowatch\n"


def test_the_edge_reaches_services_and_no_engine(composed: Composed):
    assert composed.run_in("edge", "wget", "-q", "-O", "-", "http://auth:8080/readyz")
    assert "rabbitmq_" in composed.run_in("auth", "python", "-c", METRICS_OF_THE_BROKER), "or this would show nothing"
    with pytest.raises(AssertionError):
        composed.run_in("edge", "wget", "-q", "-O", "-", "-T", "5", "http://rabbitmq:15692/metrics")


async def test_a_meter_sends_over_http_amqp_and_mqtt_with_one_credential(composed: Composed):
    now = datetime.now(UTC).replace(microsecond=0)
    async with await composed.sign_in() as administrator:
        device_id, login, credential = await meter_of(administrator, "Speaks everything")
        readings = [
            {"device_id": device_id, "timestamp": (now - timedelta(minutes=minute)).isoformat(), "value": 0.25}
            for minute in range(3)
        ]
        await send_over_http(composed, credential, readings[0])
        await asyncio.to_thread(send_over_amqp, composed, login, credential, readings[1])
        meter = await asyncio.to_thread(MqttMeter, composed.ports["KILOWATCH_MQTT_PORT"], login, credential)
        assert await asyncio.to_thread(meter.publish, f"device/{device_id}", readings[2])
        meter.close()
        assert await eventually_used(administrator, device_id) == 0.75


async def send_over_http(composed: Composed, credential: str, reading: dict[str, object]) -> None:
    headers = {"Authorization": f"Bearer {credential}"}
    async with httpx2.AsyncClient(base_url=composed.url, headers=headers, timeout=30) as client, asyncio.timeout(60):
        # Each of the balancers hears of a new credential by itself.
        while (answer := await client.post("/api/ingest", json=reading)).status_code != 202:
            assert answer.status_code == 401, answer.text
            await asyncio.sleep(0.2)


def send_over_amqp(composed: Composed, login: str, credential: str, reading: dict[str, object]) -> None:
    url = f"amqp://{login}:{credential}@127.0.0.1:{composed.ports['KILOWATCH_AMQP_PORT']}/"
    with pika.BlockingConnection(pika.URLParameters(url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(TELEMETRY, f"device.{reading['device_id']}", json.dumps(reading).encode(), mandatory=True)


async def test_totals_are_exact_after_each_container_has_crashed_under_load(composed: Composed, fleet: Fleet):
    async with fleet.sending():
        await fleet.progress()
        for service in SERVICES:
            await asyncio.to_thread(composed.crash, service)
            await fleet.progress()
        for engine in ("rabbitmq", "postgres"):
            await asyncio.to_thread(composed.run, "kill", engine)
            await asyncio.to_thread(composed.run, "up", "--wait", "--no-build", "--no-deps", engine)
            await fleet.progress()
    await fleet.require_exact()


async def test_totals_are_exact_while_replicas_come_and_go(composed: Composed, fleet: Fleet):
    async with fleet.sending():
        for count in (5, 2, 3):
            await asyncio.to_thread(composed.run, "up", "--wait", "--no-build", "--scale", f"monitoring={count}")
            await fleet.progress()
    await fleet.require_exact()


async def test_everything_stops_in_good_order_and_is_there_again(composed: Composed, fleet: Fleet):
    await asyncio.to_thread(composed.run, "stop")
    ends = {container["Name"]: container["State"]["ExitCode"] for container in composed.containers()}
    assert {name: code for name, code in ends.items() if code not in (0, 143)} == {}
    await asyncio.to_thread(composed.run, "down")
    await asyncio.to_thread(composed.run, "up", "--wait", "--no-build")
    await fleet.require_exact()
