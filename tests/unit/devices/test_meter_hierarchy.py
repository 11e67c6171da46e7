"""Meters behind meters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.devices.domain.hierarchy import above, below, check_parent, check_same_site
from kilowatch.kit.errors import Invalid

ids = st.integers(1, 8)


@given(st.lists(st.tuples(ids, ids), max_size=30))
def test_whatever_is_accepted_closes_no_circle(edits) -> None:
    parents: dict[int, int | None] = {}
    for device_id, parent_id in edits:
        try:
            check_parent(device_id, parent_id, parents)
        except Invalid:
            circle = device_id == parent_id or device_id in above(parent_id, parents)
            assert circle, "a place that closes no circle was refused"
            continue
        parents[device_id] = parent_id
        assert device_id not in above(device_id, parents)


@given(
    st.dictionaries(st.integers(2, 9), st.integers(1, 9)).map(
        lambda drawn: {k: min(v, k - 1) for k, v in drawn.items()}
    )
)
def test_below_is_the_other_way_round_of_above(parents) -> None:
    for device_id in range(1, 10):
        assert below(device_id, parents) == {other for other in parents if device_id in above(other, parents)}
        for other in below(device_id, parents):
            assert device_id in above(other, parents)


@pytest.mark.parametrize(("site", "parent_site"), [(1, 2), (None, 1), (1, None)])
def test_a_meter_cannot_be_behind_one_of_another_site(site, parent_site) -> None:
    with pytest.raises(Invalid):
        check_same_site(site, parent_site)
