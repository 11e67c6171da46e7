"""The usage function: a set of readings and the dated configuration in, 15-minute slots out. Nothing else matters.

Every reading contributes at most one *segment*: an amount of energy spread evenly over the time since the reading
before it. What a reading contributes depends on its two predecessors and its successor, and on nothing further away:

    interval   the value, over the time since the previous reading
    power      the mean of this and the previous value times the time between; nothing over too long a gap,
               because what was not observed is not known
    counter    the rise since the previous reading. A drop is a roll-over if the modulus explains it within the
               largest plausible power, else a reset (counted from zero). A reading that its neighbours agree to
               be nonsense (they are smooth without it, not with it) is a glitch: flagged, stepped over, not
               counted. A jump that nothing explains is flagged and not counted either.

That bounded reach is what makes the function cheap to keep up: a reading at the end of a device's history adds to the
slots, and one that comes late makes recompute just the slots near it. Both ways use this module, and the laws in the
tests hold them to the same result.

Energy is whole milliwatt-hours, times are whole microseconds UTC. Slot `k` covers (k·15 min, (k+1)·15 min]: a reading
taken on the boundary closes the slot before it.
"""

from enum import IntFlag
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

SLOT_US: Final = 900_000_000
MWH_PER_KWH: Final = 1_000_000
#: mWh = W x µs / 3.6e6
W_US_PER_MWH: Final = 3.6e6

#: In `flags` of an observation: another register begins here, and nothing is counted from the reading before.
FRESH_START: Final = 2

#: How far a reading's contribution looks: two readings back, one ahead.
REACH_BACK: Final = 2
REACH_AHEAD: Final = 1
#: So many of the newest are enough to judge the very newest one.
NEWEST_READINGS: Final = 4

Ints: TypeAlias = npt.NDArray[np.int64]
Floats: TypeAlias = npt.NDArray[np.float64]
Bools: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.void]
Marks: TypeAlias = npt.NDArray[np.int16]
#: For some readings: the reading they count from, the energy between (mWh), and how it came about.
Steps: TypeAlias = tuple[Ints, Ints, Marks]

INTERVAL, COUNTER, POWER = range(3)

#: One reading with the configuration in force when it was taken.
OBSERVATION: Final = np.dtype(
    [
        ("device", "i8"),
        ("time", "i8"),  # µs UTC
        ("value", "f8"),  # kWh (interval, counter) or W (power)
        ("flags", "u1"),  # as in contracts.batch: 1 = ambiguous local time; FRESH_START
        ("kind", "u1"),  # INTERVAL, COUNTER, POWER
        ("interval", "i8"),  # µs expected between readings
        ("max_gap", "i8"),  # µs; a longer silence makes the energy over it estimated
        ("max_power", "f8"),  # W
        ("modulus", "i8"),  # mWh at which a counter rolls over; 0: never
    ]
)

SEGMENT: Final = np.dtype(
    [
        ("device", "i8"),
        ("start", "i8"),  # µs UTC, exclusive
        ("end", "i8"),  # µs UTC, inclusive; equal to `start` when the reading contributes no energy
        ("energy", "i8"),  # mWh
        ("peak", "f8"),  # W
        ("quality", "i2"),  # of every slot that the segment touches
        ("mark", "i2"),  # of the slot that the reading itself lies in
        ("at", "i8"),  # time of the reading
    ]
)

SLOT: Final = np.dtype(
    [
        ("device", "i8"),
        ("slot", "i8"),  # number of the 15 minutes since 1970
        ("energy", "i8"),  # mWh
        ("peak", "f8"),  # W: largest sample of a power meter, largest mean between two readings of others
        ("readings", "i4"),
        ("covered", "i4"),  # µs of the slot that segments cover
        ("quality", "i2"),
    ]
)


#: Slots of a device, from the first to the last.
SPAN: Final = np.dtype([("device", "i8"), ("first", "i8"), ("last", "i8")])


class Quality(IntFlag):
    """What to know about the energy of a slot beside its amount. 0: measured, nothing to remark."""

    ESTIMATED = 1  #: spread over a gap longer than the device's longest plausible one
    RESET = 2  #: the counter started from zero
    ROLLOVER = 4  #: the counter passed its modulus
    GLITCH = 8  #: a reading here was implausible and not counted
    AMBIGUOUS_TIME = 16  #: a reading came without a zone in the repeated hour
    CORRECTED = 32  #: a person excluded, replaced or estimated readings


def distinct(ordered: Ints) -> Ints:
    """Each of the values once. They are sorted already, which `np.unique` would not know."""
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def slot_of(time: Ints) -> Ints:
    """The slot that holds each time (µs): a boundary belongs to the slot that it ends."""
    return -(-time // SLOT_US) - 1


def observations(devices: Ints, times: Ints, values: Floats) -> Rows:
    """Rows with the three columns filled in and no configuration yet."""
    rows = np.zeros(len(devices), OBSERVATION)
    rows["device"], rows["time"], rows["value"] = devices, times, values
    return rows


def segments(rows: Rows) -> Rows:
    """What each reading contributes, one SEGMENT for each OBSERVATION, in the same order.

    `rows` are sorted by device, then time, without repeats. A row's segment is right when its `REACH_BACK`
    predecessors and `REACH_AHEAD` successors of the same device are among the rows, as far as they exist.
    """
    found = np.zeros(len(rows), SEGMENT)
    found["device"], found["at"], found["start"], found["end"] = (
        rows["device"],
        rows["time"],
        rows["time"],
        rows["time"],
    )
    found["mark"] = np.where(rows["flags"] & 1, Quality.AMBIGUOUS_TIME, 0)
    previous = _previous(rows)
    _fill_interval(rows, previous, found)
    _fill_power(rows, previous, found)
    _fill_counter(rows, previous, found)
    gap = (found["end"] - found["start"] > rows["max_gap"]) & (previous >= 0)
    found["quality"][gap] |= Quality.ESTIMATED
    return found


def newest_power(rows: Rows) -> tuple[Rows, Floats]:
    """The newest OBSERVATION of each device, and the power (W) that it shows: what a power meter says, else the mean
    since the reading before; NaN where it shows none. Sorted and configured as for `segments`."""
    found = segments(rows)
    last = np.append(rows["device"][1:] != rows["device"][:-1], len(rows) > 0)[: len(rows)]
    newest, found = rows[last], found[last]
    duration = found["end"] - found["start"]
    mean = np.where(duration > 0, found["energy"] * W_US_PER_MWH / np.maximum(duration, 1), np.nan)
    return newest, np.where(newest["kind"] == POWER, newest["value"], mean)


def _previous(rows: Rows) -> Ints:
    """Index of each row's predecessor; -1 where a device or a register starts and where the kind has changed."""
    index = np.arange(len(rows)) - 1
    same = (rows["device"][1:] == rows["device"][:-1]) & (rows["kind"][1:] == rows["kind"][:-1])
    index[1:][~same | (rows["flags"][1:] & FRESH_START != 0)] = -1
    return index


def _same_device(rows: Rows) -> Bools:
    """Whether the row before is of the same device."""
    same = np.zeros(len(rows), np.bool_)
    same[1:] = rows["device"][1:] == rows["device"][:-1]
    return same


def _fill_interval(rows: Rows, previous: Ints, found: Rows) -> None:
    here = np.flatnonzero(rows["kind"] == INTERVAL)
    if not len(here):
        return
    own = rows["time"][here] - rows["interval"][here]
    # Where the kind has just changed, the first interval does not reach back over readings of the old kind.
    earliest = np.where(_same_device(rows)[here], rows["time"][here - 1], own)
    start = np.where(previous[here] >= 0, earliest, np.maximum(own, earliest))
    found["start"][here] = start
    found["energy"][here] = _mwh(rows["value"][here])
    found["peak"][here] = _mean_power(found["energy"][here], found["end"][here] - start)


def _fill_power(rows: Rows, previous: Ints, found: Rows) -> None:
    here = np.flatnonzero((rows["kind"] == POWER) & (previous >= 0))
    before = previous[here]
    duration = rows["time"][here] - rows["time"][before]
    observed = duration <= rows["max_gap"][here]
    here, before, duration = here[observed], before[observed], duration[observed]
    found["start"][here] = rows["time"][before]
    mean = (rows["value"][before] + rows["value"][here]) / 2
    found["energy"][here] = _rounded(mean * (duration / W_US_PER_MWH))
    found["peak"][here] = np.maximum(rows["value"][before], rows["value"][here])


def _fill_counter(rows: Rows, previous: Ints, found: Rows) -> None:
    here = np.flatnonzero(rows["kind"] == COUNTER)
    if not len(here):
        return
    here = here[previous[here] >= 0]
    before = previous[here]
    energy, mark = _steps(rows, before, here)
    odd = here[(mark & (Quality.RESET | Quality.GLITCH)) != 0]
    if len(odd):
        before, energy, mark = _step_over_glitches(rows, previous, here, (before, energy, mark))
    found["mark"][here] |= mark
    # An unexplained jump contributes no segment: what was used meanwhile is unknown, and the coverage says so.
    known = (mark & Quality.GLITCH) == 0
    here, before, energy = here[known], before[known], energy[known]
    found["start"][here] = rows["time"][before]
    found["energy"][here] = energy
    found["peak"][here] = _mean_power(energy, rows["time"][here] - rows["time"][before])


def _step_over_glitches(rows: Rows, previous: Ints, here: Ints, steps: Steps) -> Steps:
    """Let the reading after a glitch count from the one before it, and the glitch count nothing."""
    before, energy, mark = steps[0].copy(), steps[1].copy(), steps[2].copy()
    is_glitch = np.zeros(len(rows), np.bool_)
    is_glitch[_glitches(rows, previous, here, mark)] = True
    over = is_glitch[before]
    # There is a reading before a glitch: only one with a neighbour on each side can be told to be one.
    before[over] = previous[before[over]]
    energy[over], mark[over] = _steps(rows, before[over], here[over])
    mark[is_glitch[here]] = Quality.GLITCH
    return before, energy, mark


def _glitches(rows: Rows, previous: Ints, here: Ints, mark: Marks) -> Ints:
    """Counter readings that do not fit between neighbours which fit each other."""
    marks = np.zeros(len(rows) + 1, np.int16)
    marks[here] = mark
    middle = here[here + 1 < len(rows)]
    middle = middle[previous[middle + 1] == middle]
    odd = ((marks[middle] | marks[middle + 1]) & (Quality.RESET | Quality.GLITCH)) != 0
    middle = middle[odd]
    _, past = _steps(rows, previous[middle], middle + 1)
    # Near the modulus a reset looks like a nonsense value on the way to a roll-over; the reset is likelier.
    smooth_without = (past == 0) | ((past == Quality.ROLLOVER) & (marks[middle] == Quality.GLITCH))
    glitches: Ints = middle[smooth_without]
    return glitches


def _steps(rows: Rows, before: Ints, after: Ints) -> tuple[Ints, Marks]:
    """Energy (mWh) between two register values and the mark of how it came about."""
    first, last = _mwh(rows["value"][before]), _mwh(rows["value"][after])
    modulus = rows["modulus"][after]
    possible = rows["max_power"][after] * ((rows["time"][after] - rows["time"][before]) / W_US_PER_MWH)
    rise, rolled = last - first, last - first + modulus
    conditions = [
        (rise >= 0) & (rise <= possible),
        (rise < 0) & (modulus > 0) & (rolled >= 0) & (rolled <= possible),
        (rise < 0) & (last <= possible),
    ]
    energy = np.select(conditions, [rise, rolled, last], 0)
    mark = np.select(conditions, [0, int(Quality.ROLLOVER), int(Quality.RESET)], int(Quality.GLITCH))
    return energy, mark.astype(np.int16)


def _mwh(kwh: Floats) -> Ints:
    return _rounded(kwh * MWH_PER_KWH)


def _rounded(amount: Floats) -> Ints:
    return np.rint(amount).astype(np.int64)


def _mean_power(energy: Ints, duration: Ints) -> Floats:
    """W of `energy` mWh over `duration` µs."""
    return energy * W_US_PER_MWH / np.maximum(duration, 1)


def slots(found: Rows, within: Rows | None = None) -> Rows:
    """Spread segments over the slots they touch: one SLOT for each device and slot, sorted.

    `within` may give for each segment the first and the last slot (SPAN) that is of interest.
    """
    rows, split = _whole(found)
    if within is None:
        return total(np.concatenate([rows, _shares(found[split])]) if split.any() else rows)
    rows = rows[inside(rows, within)]
    return total(np.concatenate([rows, _shares(found[split], within[split])]))


def _whole(found: Rows) -> tuple[Rows, Bools]:
    """The slot that each reading lies in: the reading is counted there, its mark left, and its segment added if it
    lies in no other slot. Also says which segments have to be split."""
    slot = slot_of(found["at"])
    split = found["start"] < slot * SLOT_US
    rows = np.zeros(len(found), SLOT)
    rows["device"], rows["slot"], rows["readings"] = found["device"], slot, 1
    rows["energy"], rows["peak"] = found["energy"], found["peak"]
    rows["covered"] = np.where(split, 0, found["end"] - found["start"])
    rows["quality"] = found["mark"] | found["quality"]
    if split.any():
        rows["energy"][split], rows["peak"][split] = 0, 0
        rows["quality"][split] = found["mark"][split]
    return rows, split


def inside(rows: Rows, spans: Rows) -> Bools:
    """Which SLOT rows lie in the SPAN beside them."""
    within: Bools = (rows["slot"] >= spans["first"]) & (rows["slot"] <= spans["last"])
    return within


def _shares(found: Rows, within: Rows | None = None) -> Rows:
    """The part of each segment in each slot. Rounded cumulatively, so that the parts sum to the whole."""
    first, last = found["start"] // SLOT_US, slot_of(found["end"])
    if within is not None:
        first, last = np.maximum(first, within["first"]), np.minimum(last, within["last"])
    count = np.maximum(last - first + 1, 0)
    owner = np.repeat(np.arange(len(found)), count)
    segment = found[owner]
    step = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
    rows = np.zeros(len(segment), SLOT)
    rows["device"], rows["slot"] = segment["device"], first[owner] + step
    begin = np.maximum(segment["start"], rows["slot"] * SLOT_US)
    end = np.minimum(segment["end"], (rows["slot"] + 1) * SLOT_US)
    rows["energy"] = _energy_until(segment, end) - _energy_until(segment, begin)
    rows["covered"] = end - begin
    rows["peak"], rows["quality"] = segment["peak"], segment["quality"]
    return rows


def _energy_until(segment: Rows, time: Ints) -> Ints:
    passed = (time - segment["start"]) / (segment["end"] - segment["start"])
    return _rounded(segment["energy"] * passed)


def total(rows: Rows) -> Rows:
    """Sum SLOT rows of the same device and slot; sorted by device, then slot."""
    if not len(rows):
        return rows
    rows = rows[order_of(rows["device"], rows["slot"])]
    new = (rows["device"][1:] != rows["device"][:-1]) | (rows["slot"][1:] != rows["slot"][:-1])
    if new.all():
        return rows
    starts = np.flatnonzero(np.concatenate(([True], new)))
    summed = rows[starts]
    for column in ("energy", "readings", "covered"):
        summed[column] = np.add.reduceat(rows[column], starts)
    summed["peak"] = np.maximum.reduceat(rows["peak"], starts)
    summed["quality"] = np.bitwise_or.reduceat(rows["quality"], starts)
    return summed


def order_of(device: Ints, time: Ints) -> Ints:
    """Indices that sort by device, then time; what is equal stays in its order."""
    if not len(device) or (device[1:] > device[:-1]).all():
        return np.arange(len(device))
    span = int(time.max()) - int(time.min()) + 1
    if (int(device.max()) - int(device.min()) + 1) * span < 1 << 63:
        # Both in one number: sorting it is three times as fast.
        return np.argsort((device - device.min()) * span + (time - time.min()), kind="stable")
    return np.lexsort((time, device))
