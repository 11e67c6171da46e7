"""Readings of made-up meters, for the laws of the usage function."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from kilowatch.monitoring.domain.usage import COUNTER, INTERVAL, OBSERVATION, POWER, SLOT_US, Rows

MINUTE_US = 60_000_000
MODULUS_KWH = 1_000
#: 2026-10-25 00:00 UTC: the hours around it hold Bucharest's switch back to winter time.
START_US = 1_792_886_400_000_000


def observation_rows(device: int, kind: int, readings: list[tuple[int, float]], **configuration: Any) -> Rows:
    """Sorted OBSERVATION rows of one device from (µs since START_US, value)."""
    rows = np.zeros(len(readings), OBSERVATION)
    defaults = {"interval": SLOT_US, "max_gap": 8 * SLOT_US, "max_power": 20_000.0, "modulus": 0}
    for name, value in {"device": device, "kind": kind, **defaults, **configuration}.items():
        rows[name] = value
    ordered = sorted(readings)
    rows["time"] = [START_US + time for time, _ in ordered]
    rows["value"] = [value for _, value in ordered]
    return rows


#: Distinct times within half a day, some of them on slot boundaries.
times = st.lists(
    st.one_of(st.integers(0, 720).map(lambda m: m * MINUTE_US), st.integers(0, 720 * MINUTE_US)),
    unique=True,
    max_size=14,
)


@st.composite
def meters(draw: st.DrawFn, device: int = 1) -> Rows:
    """A device of any kind with readings that may be anything: steady, rolling over, reset, nonsense."""
    kind = draw(st.sampled_from([INTERVAL, COUNTER, POWER]))
    values = {
        INTERVAL: st.integers(0, 5_000).map(lambda wh: wh / 1_000),
        COUNTER: st.one_of(st.integers(0, 40), st.integers(MODULUS_KWH - 20, MODULUS_KWH), st.integers(0, 99_999)),
        POWER: st.integers(-5_000, 20_000),
    }[kind]
    readings = [(time, float(draw(values))) for time in draw(times)]
    modulus = draw(st.sampled_from([0, MODULUS_KWH * 1_000_000]))
    return observation_rows(device, kind, readings, modulus=modulus)


@st.composite
def fleets(draw: st.DrawFn) -> Rows:
    """Up to three devices, sorted by device and time."""
    return np.concatenate([draw(meters(device)) for device in range(1, draw(st.integers(1, 3)) + 1)])
