"""What one reading alone shows."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.balancer.domain.checks import Checked, Window, check
from kilowatch.balancer.domain.decoding import Format, decode
from kilowatch.balancer.domain.directory import Directory
from kilowatch.balancer.domain.parcels import parcels
from kilowatch.contracts.batch import AMBIGUOUS_TIME
from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.contracts.events import Credential
from kilowatch.contracts.metering import Device, Direction, MeterConfiguration, MeterKind
from kilowatch.kit.hashing import partition_of

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
CHANGE = datetime(2026, 6, 1, tzinfo=UTC)
NOW_US = 1_795_428_000_000_000  # 2026-11-23T10:00Z
EVER = Window(0, NOW_US)
PARTITIONS = 8


def a_device(device_id: int, *kinds: tuple[datetime, MeterKind], **fields: Any) -> Device:
    dated = tuple(MeterConfiguration(valid_from=since, kind=kind) for since, kind in kinds)
    defaults = {"name": "", "time_zone": "Europe/Bucharest", "direction": Direction.CONSUMPTION, "version": 1}
    usual = (MeterConfiguration(valid_from=LONG_AGO, kind=MeterKind.INTERVAL),)
    return Device(id=device_id, configurations=dated or usual, **defaults | fields)


def a_directory(*devices: Device) -> Directory:
    directory = Directory(PARTITIONS)
    directory.apply(devices, ())
    return directory


def checked(
    body: str, directory: Directory, window: Window = EVER, *, forbidden: frozenset[int] = frozenset()
) -> Checked:
    decoded = decode(body.encode(), Format.ANY, 10_000)
    allowed = np.array([device not in forbidden for device in decoded.readings["device"].tolist()], np.bool_)
    return check(decoded, allowed, directory, window)


def verdict(device: int, value: float, directory: Directory, timestamp: object = 1_795_000_000) -> str:
    found = checked(f'{{"device_id":{device},"timestamp":{timestamp},"value":{value!r}}}', directory)
    return found.refused[0].rejection.reason if found.refused else "accepted"


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("kind", MeterKind)
def test_only_power_that_is_produced_or_exported_may_be_negative(kind: MeterKind, direction: Direction) -> None:
    directory = a_directory(a_device(1, (LONG_AGO, kind), direction=direction))
    may = kind is MeterKind.POWER and direction is not Direction.CONSUMPTION
    assert verdict(1, -0.5, directory) == ("accepted" if may else "negative")
    assert verdict(1, -0.0, directory) == "accepted"


def test_the_configuration_of_its_time_judges_a_negative_value() -> None:
    dated = a_device(1, (LONG_AGO, MeterKind.COUNTER), (CHANGE, MeterKind.POWER), direction=Direction.PRODUCTION)
    directory = a_directory(dated)
    moments = {
        "2026-05-31T23:59:59Z": "negative",
        "2026-06-01T00:00:00Z": "accepted",
        "1999-01-01T00:00:00Z": "negative",
    }
    assert {moment: verdict(1, -1, directory, f'"{moment}"') for moment in moments} == moments


def test_the_ends_of_the_window_are_inside() -> None:
    directory = a_directory(a_device(1))
    window = Window(1_000_000, 3_000_000)
    body = "[" + ",".join(f'{{"device_id":1,"timestamp":{time},"value":1}}' for time in (0.5, 1, 3, 3.000001)) + "]"
    found = checked(body, directory, window)
    assert [(item.index, item.rejection.reason) for item in found.refused] == [(0, "too_old"), (3, "future")]


def test_the_first_reason_is_given() -> None:
    directory = a_directory(a_device(1, active=False))
    body = '[{"device_id":1,"timestamp":-5,"value":-1}, {"device_id":2,"timestamp":-5,"value":-1}]'
    assert [item.rejection.reason for item in checked(body, directory).refused] == ["inactive_device", "unknown_device"]
    refused = checked(body, directory, forbidden=frozenset({1, 2})).refused
    assert {item.rejection.reason for item in refused} == {"forbidden_device"}


def test_a_local_time_is_in_the_zone_of_its_device() -> None:
    directory = a_directory(
        *(a_device(n, time_zone=zone) for n, zone in enumerate(["Europe/Bucharest", "Asia/Kathmandu"], 1))
    )
    body = "[" + ",".join(f'{{"device_id":{n},"timestamp":"2026-11-23T05:45:00","value":1}}' for n in (1, 2, 3)) + "]"
    found = checked(body, directory)
    times = [datetime.fromtimestamp(us / 1e6, UTC).strftime("%H:%M") for us in found.accepted["time"].tolist()]
    assert (times, [item.index for item in found.refused]) == (["03:45", "00:00"], [2])


@pytest.mark.parametrize(
    ("walls", "hours", "flags"),
    [
        (["2026-10-25T03:30:00"], [0.5], [AMBIGUOUS_TIME]),
        (["2026-03-29T03:30:00"], [1.5], [AMBIGUOUS_TIME]),
        (["2026-10-25T03:30:00+02:00"], [1.5], [0]),
        (["2026-10-25T03:30:00", "2026-10-25T03:00:00"], [0.5, 1.0], [0, 0]),
    ],
)
def test_a_doubtful_time_is_flagged(walls: list[str], hours: list[float], flags: list[int]) -> None:
    body = "[" + ",".join(f'{{"device_id":1,"timestamp":"{wall}","value":1}}' for wall in walls) + "]"
    accepted = checked(body, a_directory(a_device(1))).accepted
    midnight = datetime.fromisoformat(walls[0][:10]).replace(tzinfo=UTC)
    assert accepted["time"].tolist() == [int((midnight + timedelta(hours=h)).timestamp() * 1e6) for h in hours]
    assert accepted["flags"].tolist() == flags


items = st.one_of(
    st.builds(
        '{{"device_id":{},"timestamp":{},"value":{}}}'.format,
        st.integers(1, 12),
        st.sampled_from(["1795000000", '"2026-10-25T03:30:00"', '"2026-01-01T00:00:00Z"', "9e9", "-1"]),
        st.sampled_from(["1", "-1", "NaN", "1e13", "2.5", "-Infinity"]),
    ),
    st.sampled_from(["{}", "null", "7", '{"device_id":3}']),
)


@given(st.lists(items, max_size=40), st.sets(st.integers(1, 12)))
def test_whatever_comes_is_accepted_or_refused_and_goes_to_one_partition(texts: list[str], forbidden: set[int]) -> None:
    directory = a_directory(*(a_device(n, active=n % 4 > 0) for n in range(1, 9)))
    found = checked(f"[{','.join(texts)}]", directory, forbidden=frozenset(forbidden))
    assert found.received == len(texts)
    spread = parcels(found, PARTITIONS)
    assert sorted(place for parcel in spread.values() for place in parcel.items) == list(range(len(texts)))
    for partition, parcel in spread.items():
        assert {partition_of(device, PARTITIONS) for device in parcel.readings["device"].tolist()} <= {partition}


@given(st.integers(0, 50), st.integers(0, 50), st.integers(1, 20), st.integers(1, 20))
def test_a_parcel_in_parts_is_the_same_parcel(accepted: int, refused: int, most: int, most_refused: int) -> None:
    good = ",".join(['{"device_id":1,"timestamp":1,"value":1}'] * accepted)
    bad = ",".join(["null"] * refused)
    found = checked(f"[{','.join(filter(None, (good, bad)))}]", a_directory(a_device(1)))
    for parcel in parcels(found, 1).values():
        parts = parcel.split(most, most_refused)
        assert sorted(place for part in parts for place in part.items) == sorted(parcel.items)
        assert max(len(part.readings) for part in parts) <= most
        assert max(len(part.refused) for part in parts) <= most_refused


changes = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["active", "inactive", "deleted"])), min_size=1, max_size=30
)


@given(changes, st.integers(1, 10))
def test_a_directory_changed_bit_by_bit_is_one_built_at_once(steps: list[tuple[int, str]], at_a_time: int) -> None:
    states = [a_device(n, active=state == "active", deleted=state == "deleted") for n, state in steps]
    grown = Directory(PARTITIONS)
    for start in range(0, len(states), at_a_time):
        grown.apply(states[start : start + at_a_time], ())
    newest = {device.id: device for device in states}
    rows = grown.rows_of(np.arange(1, 7))
    known = [device for device in range(1, 7) if device in newest and not newest[device].deleted]
    assert [device for device, row in enumerate(rows, 1) if row >= 0] == known
    assert grown.active(rows)[rows >= 0].tolist() == [newest[device].active for device in known]
    assert grown.partitions.sum() == len(known)


def a_credential(number: int, devices: tuple[int, ...], *, revoked: bool = False) -> Credential:
    digest = bytes([number]) * 32
    return Credential(id=UUID(int=number), version=1, sha256=digest, gateway_id=3, device_ids=devices, revoked=revoked)


def test_the_newest_list_of_a_gateway_counts_and_a_revoked_one_does_not() -> None:
    directory = Directory(PARTITIONS)
    gateway = Holder(HolderKind.GATEWAY, 3)
    directory.apply((), [a_credential(1, (5, 2)), a_credential(2, (9,))])
    sender = directory.sender(bytes([1]) * 32)
    assert sender is not None
    assert sender.may_send_for(np.array([2, 3, 5, 9])).tolist() == [True, False, True, False]
    assert [sender.may_send(device) for device in (1, 2, 3, 5, 9)] == [False, True, False, True, False]
    directory.apply((), [a_credential(1, (9,)), a_credential(2, (), revoked=True)])
    assert [sender.devices.ids.tolist() for sender in directory.senders_of(gateway)] == [[9]]
    directory.apply((), [a_credential(1, (), revoked=True)])
    assert directory.senders_of(gateway) == ()
