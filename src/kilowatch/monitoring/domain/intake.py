"""Which readings of a batch are new, which are repeats, and which contradict one another."""

from dataclasses import dataclass

import numpy as np

from kilowatch.monitoring.domain.usage import Bools, Ints, Rows, order_of


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of each row, in the order of the rows: exactly one of the three is true."""

    accepted: Bools
    duplicate: Bools
    conflict: Bools


def arrival_order(rows: Rows) -> Ints:
    """Indices that sort rows by device, then time; of the same device and time the first to come stays first."""
    return order_of(rows["device"], rows["time"])


def judge(existing: Rows, rows: Rows) -> Judgement:
    """Judge sorted rows against one another and against readings that exist already.

    The first reading of a device and time is kept. Another of the same value is a duplicate; one of another value
    is a conflict.
    """
    both = np.concatenate([existing, rows])
    # Stable, so what exists comes before what is new. Mostly nothing does, and the rows are sorted as they are.
    order = arrival_order(both) if len(existing) else np.arange(len(rows))
    both = both[order]
    first = _first_of_same_key(both)
    repeated = first != np.arange(len(both))
    same = both["value"] == both["value"][first]
    new = order >= len(existing)
    return Judgement(~repeated[new], (repeated & same)[new], (repeated & ~same)[new])


def _first_of_same_key(rows: Rows) -> Ints:
    """For each sorted row the index of the first with its device and time."""
    index = np.arange(len(rows))
    new = np.ones(len(rows), np.bool_)
    new[1:] = (rows["device"][1:] != rows["device"][:-1]) | (rows["time"][1:] != rows["time"][:-1])
    return np.maximum.accumulate(np.where(new, index, 0))
