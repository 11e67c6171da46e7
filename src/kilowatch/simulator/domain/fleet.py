"""Meters as they are planned, before the inventory has given them an id; and a fleet of any size."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from kilowatch.contracts.metering import Direction, MeterKind
from kilowatch.simulator.domain.faults import Faults
from kilowatch.simulator.domain.loads import (
    EvCharger,
    Fridge,
    HeatPump,
    Household,
    Load,
    Office,
    Photovoltaic,
    Profile,
)
from kilowatch.simulator.domain.meters import Meter, check_readings
from kilowatch.simulator.domain.noise import Noise
from kilowatch.simulator.domain.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMeter:
    name: str
    profile: Profile = field(default=Household())
    kind: MeterKind = MeterKind.COUNTER
    interval_s: int = 60
    place: Place = field(default=Place())
    device_id: int | None = None  #: of a device that exists; None: it is registered
    serial_number: str | None = None  #: by which it is found again
    seed: int | None = None  #: None: from the simulation's seed and its name
    plus: tuple[str, ...] = ()  #: names of meters behind it, whose power goes through it too
    less: tuple[str, ...] = ()  #: names of meters whose power it does not see, such as a roof that feeds the house
    direction: Direction = Direction.CONSUMPTION
    phase_s: int = 0
    decimals: int = 3
    start_kwh: float = 0.0
    modulus_kwh: float | None = None
    hourly_limit_kwh: float | None = None
    faults: Faults = field(default=Faults())

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a meter needs a name")
        check_readings(self.interval_s, self.decimals)


def load_of(plan: PlannedMeter, seed: int) -> Load:
    own_seed = Noise(seed).of(plan.name).seed if plan.seed is None else plan.seed
    return Load(profile=plan.profile, place=plan.place, seed=own_seed)


def build_meters(plans: Sequence[PlannedMeter], ids: Mapping[str, int], seed: int, installed_at: int) -> list[Meter]:
    """The meters of `plans`; `ids` are devices by the names of the meters. Raises `ValueError` for an unknown name."""
    loads = {plan.name: load_of(plan, seed) for plan in plans}
    return [
        Meter(
            device_id=ids[plan.name],
            kind=plan.kind,
            interval_s=plan.interval_s,
            loads=(loads[plan.name], *_named(plan.plus, loads)),
            less=_named(plan.less, loads),
            installed_at=installed_at,
            seed=loads[plan.name].seed,
            phase_s=plan.phase_s,
            decimals=plan.decimals,
            start_kwh=plan.start_kwh,
            modulus_kwh=plan.modulus_kwh,
            faults=plan.faults,
        )
        for plan in plans
    ]


def _named(names: Iterable[str], loads: Mapping[str, Load]) -> tuple[Load, ...]:
    for name in names:
        if name not in loads:
            raise ValueError(f"there is no meter named {name!r}")
    return tuple(loads[name] for name in names)


_MIX: Final[tuple[tuple[Profile, MeterKind], ...]] = (
    (Household(), MeterKind.COUNTER),
    (Household(base_w=220, evening_w=1300), MeterKind.INTERVAL),
    (HeatPump(), MeterKind.POWER),
    (Household(base_w=80, morning_w=300, evening_w=500), MeterKind.COUNTER),
    (EvCharger(), MeterKind.COUNTER),
    (Photovoltaic(), MeterKind.COUNTER),
    (Household(), MeterKind.POWER),
    (Office(), MeterKind.INTERVAL),
    (Fridge(), MeterKind.POWER),
    (Household(appliance_w=3000), MeterKind.INTERVAL),
)


def fleet(count: int, interval_s: int, seed: int, faults: Faults) -> list[PlannedMeter]:
    """A mix of profiles and kinds, half of them households; readings are spread over the interval."""
    return [_of_fleet(number, interval_s, seed, faults) for number in range(1, count + 1)]


def _of_fleet(number: int, interval_s: int, seed: int, faults: Faults) -> PlannedMeter:
    profile, kind = _MIX[(number - 1) % len(_MIX)]
    return PlannedMeter(
        name=f"Simulated {profile.profile.replace('_', ' ')} {number:05}",
        serial_number=f"SIM-{seed}-{number:05}",
        profile=profile,
        kind=kind,
        interval_s=interval_s,
        direction=Direction.PRODUCTION if isinstance(profile, Photovoltaic) else Direction.CONSUMPTION,
        phase_s=Noise(seed).of(f"phase {number}").seed % interval_s,
        faults=faults,
    )
