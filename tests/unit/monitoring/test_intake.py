"""Which readings are new: compared with doing it one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.monitoring.domain.intake import arrival_order, judge
from kilowatch.monitoring.domain.usage import observations

LARGE = 2**61

readings = st.lists(
    st.tuples(
        st.one_of(st.integers(1, 4), st.just(LARGE)),
        st.one_of(st.integers(0, 5), st.just(LARGE)),
        st.integers(0, 2),
    ),
    max_size=20,
)


def rows_of(items):
    devices, times, values = (np.array(column) for column in zip(*items, strict=True)) if items else ([], [], [])
    return observations(np.array(devices, np.int64), np.array(times, np.int64), np.array(values, np.float64))


@given(readings)
def test_rows_are_sorted_and_repeats_stay_in_the_order_in_which_they_came(items):
    order = arrival_order(rows_of(items)).tolist()
    assert order == sorted(range(len(items)), key=lambda index: (*items[index][:2], index))


@given(readings, readings)
def test_the_first_value_of_a_device_and_time_is_kept_and_others_are_judged_by_it(stored, items):
    kept = {}
    for device, time, value in stored:
        kept.setdefault((device, time), value)
    existing = rows_of([(*key, value) for key, value in sorted(kept.items())])
    rows = rows_of(items)
    rows = rows[arrival_order(rows)]
    judgement = judge(existing, rows)
    for index, row in enumerate(rows):
        key, value = (int(row["device"]), int(row["time"])), float(row["value"])
        expected = "accepted" if key not in kept else "duplicate" if kept[key] == value else "conflict"
        kept.setdefault(key, value)
        assert [name for name in ("accepted", "duplicate", "conflict") if getattr(judgement, name)[index]] == [expected]
