"""Many meters together: everything that they send, in the order of sending."""

from collections.abc import Iterator, Sequence
from typing import Final

from kilowatch.simulator.domain.meters import MeterReader
from kilowatch.simulator.domain.noise import SECOND
from kilowatch.simulator.domain.outgoing import Outgoing, joined
from kilowatch.simulator.domain.place import DAY

#: About so many readings are made at a time: enough to keep numpy busy, little enough to start at once.
WINDOW_READINGS: Final = 20_000


def stream(readers: Sequence[MeterReader], start: int, end: int) -> Iterator[Outgoing]:
    """Window by window, what the meters send after `start`, up to `end`."""
    length = window_length(readers)
    while start < end:
        stop = min(end, start + length)
        sent = joined([reader.read(start, stop) for reader in readers])
        if len(sent):
            yield sent.in_order_of_sending()
        start = stop


def window_length(readers: Sequence[MeterReader]) -> int:
    """In microseconds; between one reading of the quickest meter and 30 days."""
    per_second = sum(1 / reader.meter.interval_s for reader in readers)
    shortest = min((reader.meter.interval_s for reader in readers), default=1)
    seconds = max(shortest, WINDOW_READINGS / per_second) if per_second else 1
    return min(30 * DAY, int(seconds) * SECOND)


def expected_readings(readers: Sequence[MeterReader], start: int, end: int) -> int:
    """How many there will be without faults."""
    return sum(len(reader.meter.sampling_times(start, end)) for reader in readers)
