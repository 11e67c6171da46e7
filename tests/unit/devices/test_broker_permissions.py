"""What a meter may do at the broker, and how credentials are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.credentials import (
    Holder,
    HolderKind,
    credential_digest,
    credential_text,
    holder_of_login,
    holder_of_routing_key,
)
from kilowatch.devices.domain.broker import Permission, ResourceKind, may_publish_to, may_use_resource

SEVEN = Holder(HolderKind.DEVICE, 7)
holders = st.builds(Holder, st.sampled_from(HolderKind), st.integers(1, 10**18 - 1))


@given(holders)
def test_a_login_and_a_routing_key_name_exactly_one_holder(holder) -> None:
    assert holder_of_login(holder.login) == holder
    assert holder_of_routing_key(holder.routing_key) == holder
    assert holder_of_routing_key(f"{holder.routing_key}.phase.1") == holder


@given(st.text())
def test_any_other_name_is_nobodys(name) -> None:
    found = holder_of_login(name)
    assert found is None or found.login == name


@pytest.mark.parametrize(
    "name", ["", "device-", "device-07", "device-٧", "device--7", "device-7 ", "Device-7", "guest"]
)
def test_what_only_looks_like_a_login_is_none(name) -> None:
    assert holder_of_login(name) is None


@pytest.mark.parametrize("key", ["", "device", "device.", "device.07", "devices.7", "#", "*.7", "gateway.-3"])
def test_what_only_looks_like_a_routing_key_is_nobodys(key) -> None:
    assert holder_of_routing_key(key) is None


def test_a_meter_may_write_to_the_telemetry_exchange_and_to_no_other() -> None:
    allowed = [
        (name, permission)
        for name in ("telemetry", "events", "telemetry.partitions", "amq.topic", "")
        for permission in Permission
        if may_use_resource(SEVEN, ResourceKind.EXCHANGE, name, permission)
    ]
    assert allowed == [("telemetry", Permission.WRITE)]
    assert may_publish_to("telemetry", Permission.WRITE)


@pytest.mark.parametrize(
    "queue",
    [
        "mqtt-subscription-device-7qos0",
        "mqtt-subscription-device-7qos1",
        "mqtt-subscription-device-7.cellarqos1",
        "mqtt-will-device-7",
    ],
)
def test_a_meter_may_use_the_queues_of_its_own_session(queue) -> None:
    assert all(may_use_resource(SEVEN, ResourceKind.QUEUE, queue, permission) for permission in Permission)


@pytest.mark.parametrize(
    "queue",
    [
        "mqtt-subscription-device-71qos1",
        "mqtt-subscription-device-8qos1",
        "mqtt-subscription-device-7",
        "mqtt-subscription-qos1",
        "telemetry.ingress",
        "telemetry.partition.0",
        "device-7",
        "",
    ],
)
def test_a_meter_may_use_no_other_queue(queue) -> None:
    assert not any(may_use_resource(SEVEN, ResourceKind.QUEUE, queue, permission) for permission in Permission)


def test_topics_are_no_resource_of_their_own() -> None:
    assert not any(may_use_resource(SEVEN, ResourceKind.TOPIC, "telemetry", permission) for permission in Permission)


def test_a_credential_says_who_holds_it_and_is_digested_whole() -> None:
    text = credential_text(Holder(HolderKind.GATEWAY, 3), "secret")
    assert text == "kwg_3_secret"
    assert credential_digest(text) == credential_digest(text.encode())
    assert credential_digest(text) != credential_digest("kwd_3_secret")
