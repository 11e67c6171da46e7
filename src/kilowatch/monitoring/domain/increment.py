"""Keeping usage up to date reading by reading, with the same result as computing it all again.

A device's *tail* is its newest `TAIL` readings. Readings that come after the tail add to the slots. What comes late, or
shows the newest reading of the tail to be a glitch, changes segments that were counted before; then a *stretch* of the
device's slots is computed again from the readings around it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.usage import REACH_AHEAD, REACH_BACK, Bools, Ints, Rows, segments, slots

#: Enough to know what the newest reading contributed and what the next one will.
TAIL: Final = REACH_BACK + 1
#: Readings to fetch before and after a stretch so that every segment touching it comes out right: after it, the
#: segment may be that of the second next reading (when the next is a glitch), which looks one further ahead.
CONTEXT_BEFORE: Final = REACH_BACK
CONTEXT_AFTER: Final = REACH_BACK + REACH_AHEAD


@dataclass(frozen=True, slots=True)
class Increment:
    slots: Rows  #: SLOT rows to add to what is stored
    revised: Ints  #: devices whose newest earlier reading now contributes something else


def increment(tails: Rows, new: Rows) -> Increment:
    """What in-order readings add.

    `new` are sorted OBSERVATION rows, each later than every row of its device in `tails`; `tails` hold the newest
    `TAIL` readings of those devices, as far as there are any.
    """
    rows, is_new = merged(tails, new)
    found = segments(rows)
    last = np.flatnonzero(~is_new & _ends_tail(rows["device"], is_new))
    before = segments(rows[~is_new])[np.cumsum(~is_new)[last] - 1]
    revised = rows["device"][last[found[last] != before]]
    counted = is_new & ~np.isin(rows["device"], revised)
    return Increment(slots(found[counted]), revised)


def merged(tails: Rows, new: Rows) -> tuple[Rows, Bools]:
    """Both together, sorted by device and time, and which of them are new."""
    rows = np.concatenate([tails, new])
    order = np.lexsort((rows["time"], rows["device"]))
    is_new = np.zeros(len(rows), np.bool_)
    is_new[len(tails) :] = True
    return rows[order], is_new[order]


def _ends_tail(devices: Ints, is_new: Bools) -> Bools:
    """Rows followed by a new row of the same device."""
    ends = np.zeros(len(devices), np.bool_)
    ends[:-1] = is_new[1:] & (devices[1:] == devices[:-1])
    return ends
