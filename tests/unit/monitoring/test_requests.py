"""Which request a device's last reading came with: compared with looking at one after the other."""

from uuid import uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.batch import READING, Batch, BatchHeader
from kilowatch.monitoring.ledger.intake import Work, requests_of

#: Batches of requests of devices. Of the last requests of a batch the header may know nothing.
batches = st.lists(
    st.tuples(st.lists(st.lists(st.integers(1, 5), max_size=4), max_size=4), st.integers(0, 4)), max_size=4
)


@given(batches)
def test_each_device_has_the_request_of_its_last_reading(gathered):
    work, last = [], {}
    for batch_number, (requests, known) in enumerate(gathered):
        devices = [device for request in requests for device in request]
        ends = np.cumsum([len(request) for request in requests]).tolist()
        names = [f"{batch_number}/{number}" for number in range(len(requests))]
        header = BatchHeader(
            id=uuid4(),
            received_at=0,
            correlation_id=f"{batch_number}",
            requests=tuple(zip(ends, names, strict=True))[:known],
        )
        readings = np.zeros(len(devices), READING)
        readings["device"] = devices
        work.append(Work(0, 1, Batch(header, readings)))
        for number, request in enumerate(requests):
            last |= dict.fromkeys(request, names[number] if number < known else f"{batch_number}")
    asked = np.arange(1, 8)
    assert requests_of(work, asked) == [last.get(device, "") for device in asked.tolist()]
