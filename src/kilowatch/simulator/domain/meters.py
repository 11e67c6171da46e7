"""From power to readings: samples of W, kWh since the previous reading, or a register that only grows."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from kilowatch.contracts.metering import MeterKind
from kilowatch.simulator.domain.faults import Fault, Faults, Late
from kilowatch.simulator.domain.loads import Load
from kilowatch.simulator.domain.noise import SECOND, Floats, Micros, Noise
from kilowatch.simulator.domain.outgoing import Outgoing, outgoing
from kilowatch.simulator.domain.place import micros

MWH_PER_KWH: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Meter:
    device_id: int
    kind: MeterKind
    interval_s: int
    loads: tuple[Load, ...]
    less: tuple[Load, ...] = ()  #: taken off: a roof's production before the grid; never below zero
    installed_at: int  #: microseconds; its register counts from here
    seed: int = 0
    phase_s: int = 0  #: readings are taken this long after each full interval
    longest_cell_s: int = 60
    decimals: int = 3  #: of a kWh that it shows
    start_kwh: float = 0.0
    modulus_kwh: float | None = None
    faults: Faults = field(default=Faults())

    def __post_init__(self) -> None:
        check_readings(self.interval_s, self.decimals)

    @property
    def cell_s(self) -> int:
        """Power is constant for so long, so that energy is a plain sum."""
        return min(self.longest_cell_s, self.interval_s)

    @property
    def noise(self) -> Noise:
        return Noise(self.seed).of("meter")

    def sampling_times(self, start: int, end: int) -> Micros:
        """When it takes readings after `start`, up to `end`."""
        interval, phase = self.interval_s * SECOND, self.phase_s * SECOND
        first = (start - phase) // interval + 1
        return np.arange(first, (end - phase) // interval + 1, dtype=np.int64) * interval + phase

    def power_w(self, times: Micros) -> Floats:
        """The power of the cell that each instant is in."""
        return self.cell_power_w(times // (self.cell_s * SECOND))

    def cell_power_w(self, cells: npt.NDArray[np.int64]) -> Floats:
        if not len(cells):
            return np.array([], np.float64)
        middle = cells * (self.cell_s * SECOND) + self.cell_s * SECOND // 2
        power = np.zeros(len(cells))
        for load in self.loads:
            power += load.power_w(middle)
        for load in self.less:
            power -= load.power_w(middle)
        return np.maximum(power, 0)


class Register:
    """The energy that has gone through a meter since its installation.

    It remembers how far it has counted, so that walking forward costs only the new part. It counts whole mWh, so
    the result does not depend on the steps.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._cell = self._first_cell
        self._mwh = 0

    @property
    def _first_cell(self) -> int:
        return self._meter.installed_at // (self._meter.cell_s * SECOND)

    def at(self, times: Micros) -> npt.NDArray[np.int64]:
        """mWh at each of the ascending `times`; 0 before the installation."""
        if not len(times):
            return np.array([], np.int64)
        length = self._meter.cell_s * SECOND
        cells = np.maximum(times // length, self._first_cell)
        if cells[0] < self._cell:
            self._cell, self._mwh = self._first_cell, 0
        in_cell = self._cell_mwh(np.arange(self._cell, cells[-1] + 1))
        before = self._mwh + np.concatenate(([0], np.cumsum(in_cell)))
        rows = cells - self._cell
        self._cell, self._mwh = int(cells[-1]), int(before[-2])
        elapsed = np.maximum(times - cells * length, 0)
        return np.asarray(before[rows] + in_cell[rows] * elapsed // length)

    def _cell_mwh(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return np.rint(self._meter.cell_power_w(cells) * self._meter.cell_s / 3.6).astype(np.int64)


class MeterReader:
    """Takes the readings of one meter, faults included."""

    def __init__(self, meter: Meter, register: Register | None = None) -> None:
        self.meter = meter
        self._register = register or Register(meter)
        self._at_reset = Register(meter)

    def reading_every(self, interval_s: int) -> "MeterReader":
        """The same meter at another interval, which goes on from where this one has counted to."""
        return MeterReader(replace(self.meter, interval_s=interval_s), self._register)

    def read(self, start: int, end: int) -> Outgoing:
        """What the meter sends after `start`, up to `end`."""
        faults = self.meter.faults.between(self.meter.noise, start, end)
        times = self._sampling_times(faults, start, end)
        readings = outgoing(self.meter.device_id, times, self._values(times))
        for fault in faults:
            readings = fault.apply(readings, self.meter.interval_s * SECOND, self.meter.noise)
        return readings.pick((readings.sent > start) & (readings.sent <= end))

    def _sampling_times(self, faults: Iterable[Fault], start: int, end: int) -> Micros:
        held_back = [
            self.meter.sampling_times(micros(fault.since) - 1, min(micros(fault.until) - 1, start))
            for fault in faults
            if isinstance(fault, Late) and start < micros(fault.released) <= end
        ]
        times = np.concatenate([*held_back, self.meter.sampling_times(start, end)])
        times = np.unique(times) if held_back else times
        return np.asarray(times[times > self.meter.installed_at])

    def _values(self, times: Micros) -> Floats:
        if not len(times):
            return np.array([], np.float64)
        match self.meter.kind:
            case MeterKind.POWER:
                return np.round(self.meter.power_w(times), 1)
            case MeterKind.INTERVAL:
                return self._steps_since_previous(times) / self._steps_per_kwh
            case MeterKind.COUNTER:
                return self._steps_shown(times) / self._steps_per_kwh

    def _steps_since_previous(self, times: Micros) -> npt.NDArray[np.int64]:
        """Differences of rounded sums, which add up; rounded differences would not."""
        previous = times - self.meter.interval_s * SECOND
        every = np.union1d(previous, times)
        steps = self._register.at(every) // self._step_mwh
        return np.asarray(steps[np.searchsorted(every, times)] - steps[np.searchsorted(every, previous)])

    def _steps_shown(self, times: Micros) -> npt.NDArray[np.int64]:
        counted = self._register.at(times)
        shown = counted + _mwh(self.meter.start_kwh)
        for reset in self.meter.faults.resets(self.meter.noise, self.meter.installed_at, int(times[-1])):
            at = micros(reset.at)
            since_reset = counted - self._at_reset.at(np.array([at])) + _mwh(reset.to_kwh)
            shown = np.where(times >= at, since_reset, shown)
        if self.meter.modulus_kwh is not None:
            shown = shown % _mwh(self.meter.modulus_kwh)
        return shown // self._step_mwh

    @property
    def _steps_per_kwh(self) -> int:
        return int(10**self.meter.decimals)

    @property
    def _step_mwh(self) -> int:
        return MWH_PER_KWH // self._steps_per_kwh


def _mwh(kwh: float) -> int:
    return round(kwh * MWH_PER_KWH)


def check_readings(interval_s: int, decimals: int) -> None:
    """Raises `ValueError` for readings that no meter takes."""
    if not 0 < interval_s <= 86_400:
        raise ValueError(f"interval_s is between 1 second and a day, not {interval_s}")
    if not 0 <= decimals <= 6:
        raise ValueError(f"decimals is between 0 and 6, not {decimals}")
