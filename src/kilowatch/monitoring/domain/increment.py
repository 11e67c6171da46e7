"""Keeping usage up to date reading by reading, with the same result as computing it all again.

A device's *tail* is its newest `TAIL` readings. Readings that come after the tail add to the slots. What comes late, or
shows the newest reading of the tail to be a glitch, changes segments that were counted before; then a *stretch* of the
device's slots is computed again from the readings around it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.usage import (
    OBSERVATION,
    REACH_AHEAD,
    REACH_BACK,
    Bools,
    Ints,
    Quality,
    Rows,
    segments,
    slots,
)

#: What the segments of the readings after it depend on.
TAIL: Final = REACH_BACK
#: Readings to fetch before and after a stretch so that every segment touching it comes out right: after it, the
#: segment may be that of the second next reading (when the next is a glitch), which looks one further ahead.
CONTEXT_BEFORE: Final = REACH_BACK
CONTEXT_AFTER: Final = REACH_BACK + REACH_AHEAD


@dataclass(frozen=True, slots=True)
class Increment:
    slots: Rows  #: SLOT rows to add to what is stored
    revised: Ints  #: devices whose newest earlier reading now contributes something else
    readings: Rows  #: tails and new readings, by device and time


def increment(tails: Rows, new: Rows) -> Increment:
    """What in-order readings add.

    `new` are sorted OBSERVATION rows, each later than every row of its device in `tails`; `tails` hold the newest
    `TAIL` readings of those devices, as far as there are any.
    """
    rows, is_new = _interleaved(tails, new)
    found = segments(rows)
    # A successor changes what a reading contributes only by making it a glitch.
    outdated = _followed_by_new(rows["device"], is_new) & ((found["mark"] & Quality.GLITCH) != 0)
    revised = rows["device"][outdated]
    counted = is_new & ~np.isin(rows["device"], revised) if len(revised) else is_new
    return Increment(slots(found[counted]), revised, rows)


def _interleaved(tails: Rows, new: Rows) -> tuple[Rows, Bools]:
    """Both together by device and time, and which of them are new.

    Both are sorted and a device's tail comes before its new readings, so the places can be counted out.
    """
    rows = np.empty(len(tails) + len(new), OBSERVATION)
    is_new = np.zeros(len(rows), np.bool_)
    place = np.arange(len(new)) + np.searchsorted(tails["device"], new["device"], side="right")
    is_new[place] = True
    rows[is_new], rows[~is_new] = new, tails
    return rows, is_new


def _followed_by_new(devices: Ints, is_new: Bools) -> Bools:
    """Rows of the tails whose successor is a new row of the same device."""
    followed = np.zeros(len(devices), np.bool_)
    followed[:-1] = ~is_new[:-1] & is_new[1:] & (devices[1:] == devices[:-1])
    return followed
