"""Looking ids up gives what a search would find, wherever they lie."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.kit.id_index import ABSENT, IdIndex

IDS = st.integers(-(2**63), 2**63 - 1)


@given(st.data(), st.integers(-(2**63), 2**63 - 100), st.sets(st.integers(0, 99)), st.sets(IDS, max_size=20))
def test_an_id_is_found_where_it_stands_and_nowhere_else(
    data: st.DataObject, first: int, close: set[int], anywhere: set[int]
) -> None:
    near = {first + step for step in close}
    ids = sorted(data.draw(st.sampled_from([near, anywhere, near | anywhere])))
    wanted = data.draw(st.lists(IDS | st.integers(first, first + 99) | st.sampled_from(ids or [0])))
    expected = [ids.index(each) if each in ids else ABSENT for each in wanted]
    assert IdIndex(np.array(ids, np.int64)).find(np.array(wanted, np.int64)).tolist() == expected
