"""The demo's twelve meters at three sites, and what goes wrong with them. `docs/demo.md` says where to look."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

import numpy as np

from kilowatch.contracts.metering import Direction, MeterKind
from kilowatch.kit.web import DemoAccount
from kilowatch.simulator.demo.accounts import ANA, CLAIRE, MIHAI
from kilowatch.simulator.domain.faults import Fault, Faults, Gap, Glitch, Late, Reset
from kilowatch.simulator.domain.fleet import PlannedMeter, build_meters
from kilowatch.simulator.domain.loads import (
    EvCharger,
    Fridge,
    HeatPump,
    Household,
    Office,
    Photovoltaic,
    Steady,
)
from kilowatch.simulator.domain.meters import MWH_PER_KWH, Register
from kilowatch.simulator.domain.place import Place, micros, moment

SEED: Final = 20
#: Thirteen months and a little: whatever the day, both changes of daylight saving are within.
HISTORY: Final = timedelta(days=397)

BUCHAREST: Final = Place(time_zone="Europe/Bucharest", latitude=44.43, longitude=26.10)
CLUJ: Final = Place(time_zone="Europe/Bucharest", latitude=46.77, longitude=23.60)
ADELAIDE: Final = Place(time_zone="Australia/Adelaide", latitude=-34.93, longitude=138.60)


@dataclass(frozen=True, slots=True)
class DemoSite:
    client: DemoAccount
    address: str
    time_zone: str

    @property
    def name(self) -> str:
        return self.client.site or ""


HOME: Final = DemoSite(ANA, "Strada Polona 12, Bucharest", "Europe/Bucharest")
OFFICE: Final = DemoSite(MIHAI, "Strada Memorandumului 28, Cluj-Napoca", "Europe/Bucharest")
HOME_SOUTH: Final = DemoSite(CLAIRE, "14 Jetty Road, Glenelg SA", "Australia/Adelaide")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoMeter:
    """In history it reads every `plan.interval_s`, live every `live_interval_s`."""

    plan: PlannedMeter
    site: DemoSite
    live_interval_s: int = 60
    parent: str | None = None
    description: str = ""
    max_power_w: float = 30_000.0
    turned_over: timedelta | None = None  #: so long ago its register passed the modulus


@lru_cache(maxsize=4)
def demo_fleet(anchor: int, history: timedelta = HISTORY) -> tuple[DemoMeter, ...]:
    """The meters of a demo that was seeded at `anchor`; their faults lie at fixed times before it."""
    start = history_start(anchor, history)
    return tuple(_with_turn_over(meter, anchor, start) for meter in (*_home(), *_office(anchor), *_home_south(anchor)))


def history_start(anchor: int, history: timedelta = HISTORY) -> int:
    return micros(moment(anchor).replace(hour=0, minute=0, second=0, microsecond=0) - history)


def _home() -> tuple[DemoMeter, ...]:
    house = ("Heat pump", "Electric car", "Fridge")
    return (
        DemoMeter(
            site=HOME,
            description="What the home draws from the grid. Its register has four digits and passed 9999 in the past.",
            turned_over=timedelta(days=60),
            plan=PlannedMeter(
                name="Home mains",
                serial_number="DEMO-01",
                kind=MeterKind.COUNTER,
                interval_s=900,
                place=BUCHAREST,
                profile=Household(base_w=180, evening_w=1000),
                plus=house,
                less=("Roof",),
                modulus_kwh=10_000,
                hourly_limit_kwh=9,
            ),
        ),
        DemoMeter(
            site=HOME,
            parent="Home mains",
            description="Behind the mains meter: the site's total does not count it twice.",
            plan=PlannedMeter(
                name="Heat pump",
                serial_number="DEMO-02",
                kind=MeterKind.INTERVAL,
                interval_s=900,
                place=BUCHAREST,
                profile=HeatPump(),
                hourly_limit_kwh=2.1,
            ),
        ),
        DemoMeter(
            site=HOME,
            parent="Home mains",
            live_interval_s=10,
            description="Charges most nights, longer than an hour at full power.",
            plan=PlannedMeter(
                name="Electric car",
                serial_number="DEMO-03",
                kind=MeterKind.POWER,
                interval_s=300,
                place=BUCHAREST,
                profile=EvCharger(nights=0.5),
            ),
        ),
        DemoMeter(
            site=HOME,
            live_interval_s=10,
            description="Five kilowatts of photovoltaic panels.",
            plan=PlannedMeter(
                name="Roof",
                serial_number="DEMO-04",
                kind=MeterKind.POWER,
                interval_s=300,
                place=BUCHAREST,
                profile=Photovoltaic(),
                direction=Direction.PRODUCTION,
            ),
        ),
        DemoMeter(
            site=HOME,
            description="What the roof gives beyond what the home needs goes to the grid.",
            plan=PlannedMeter(
                name="Feed-in",
                serial_number="DEMO-05",
                kind=MeterKind.COUNTER,
                interval_s=900,
                place=BUCHAREST,
                profile=Steady(mean_w=0),
                plus=("Roof",),
                less=("Home mains", *house),
                direction=Direction.EXPORT,
                start_kwh=1200,
            ),
        ),
        DemoMeter(
            site=HOME,
            parent="Home mains",
            live_interval_s=10,
            description="A plug that measures.",
            plan=PlannedMeter(
                name="Fridge",
                serial_number="DEMO-06",
                kind=MeterKind.POWER,
                interval_s=300,
                place=BUCHAREST,
                profile=Fridge(),
            ),
        ),
    )


def _office(anchor: int) -> tuple[DemoMeter, ...]:
    glitch = Glitch(at=_before(anchor, days=12, hour=9), value=0)
    gap = Gap(since=_before(anchor, days=20, hour=7), until=_before(anchor, days=20, hour=16))
    return (
        DemoMeter(
            site=OFFICE,
            description=f"A glitch on {_said(glitch.at)}: one reading of 0, which is not counted.",
            max_power_w=60_000,
            plan=PlannedMeter(
                name="Office mains",
                serial_number="DEMO-07",
                kind=MeterKind.COUNTER,
                interval_s=900,
                place=CLUJ,
                profile=Office(),
                plus=("Server room", "Office climate"),
                less=("Office roof",),
                start_kwh=48_211,
                hourly_limit_kwh=10,
                faults=_certain(glitch),
            ),
        ),
        DemoMeter(
            site=OFFICE,
            parent="Office mains",
            description="Day and night.",
            plan=PlannedMeter(
                name="Server room",
                serial_number="DEMO-08",
                kind=MeterKind.INTERVAL,
                interval_s=900,
                place=CLUJ,
                profile=Steady(mean_w=1400),
            ),
        ),
        DemoMeter(
            site=OFFICE,
            parent="Office mains",
            live_interval_s=10,
            description="Heats the office in winter and cools it in summer.",
            plan=PlannedMeter(
                name="Office climate",
                serial_number="DEMO-09",
                kind=MeterKind.POWER,
                interval_s=300,
                place=CLUJ,
                profile=HeatPump(rated_w=4000, cools_above_c=23, hot_water_w=0),
                hourly_limit_kwh=3.2,
            ),
        ),
        DemoMeter(
            site=OFFICE,
            description=f"No readings on {_said(gap.since)} for nine hours: their energy is estimated, not lost.",
            plan=PlannedMeter(
                name="Office roof",
                serial_number="DEMO-10",
                kind=MeterKind.COUNTER,
                interval_s=900,
                place=CLUJ,
                profile=Photovoltaic(peak_w=8000),
                direction=Direction.PRODUCTION,
                start_kwh=3050,
                faults=_certain(gap),
            ),
        ),
    )


def _home_south(anchor: int) -> tuple[DemoMeter, ...]:
    reset = Reset(at=_before(anchor, days=40, hour=1))
    late = Late(
        # So late that it cannot be stored together with what came in time: nobody would see that it was late.
        since=_before(anchor, days=30, hour=2),
        until=_before(anchor, days=30, hour=8),
        released=_before(anchor, days=2, hour=12),
    )
    return (
        DemoMeter(
            site=HOME_SOUTH,
            description=f"The register was reset to 0 on {_said(reset.at)}.",
            plan=PlannedMeter(
                name="Adelaide mains",
                serial_number="DEMO-11",
                kind=MeterKind.COUNTER,
                interval_s=900,
                place=ADELAIDE,
                profile=Household(evening_w=1200),
                plus=("Air conditioner",),
                start_kwh=21_407,
                hourly_limit_kwh=3.2,
                faults=_certain(reset),
            ),
        ),
        DemoMeter(
            site=HOME_SOUTH,
            parent="Adelaide mains",
            description=f"Six hours of readings from {_said(late.since)} came only on {_said(late.released)}.",
            plan=PlannedMeter(
                name="Air conditioner",
                serial_number="DEMO-12",
                kind=MeterKind.INTERVAL,
                interval_s=900,
                place=ADELAIDE,
                profile=HeatPump(rated_w=2400, cools_above_c=24, heats_below_c=13, design_c=-5, hot_water_w=0),
                faults=_certain(late),
            ),
        ),
    )


def _with_turn_over(meter: DemoMeter, anchor: int, start: int) -> DemoMeter:
    """Let its register begin so that it passes the modulus when it should have."""
    if meter.turned_over is None or meter.plan.modulus_kwh is None:
        return meter
    plans = [each.plan for each in _home()]
    ids = {plan.name: number for number, plan in enumerate(plans)}
    built = build_meters(plans, ids, SEED, start)[ids[meter.plan.name]]
    turns_at = anchor - micros(moment(0) + meter.turned_over)
    counted_kwh = int(Register(built).at(np.array([turns_at]))[0]) / MWH_PER_KWH
    start_kwh = round((meter.plan.modulus_kwh - counted_kwh) % meter.plan.modulus_kwh, 3)
    return replace(meter, plan=replace(meter.plan, start_kwh=start_kwh))


def _certain(*faults: Fault) -> Faults:
    return Faults(certain=faults)


def _before(anchor: int, *, days: int, hour: int) -> datetime:
    """UTC, whole hours, so that everybody finds it again."""
    return moment(anchor).replace(hour=hour, minute=0, second=0, microsecond=0) - timedelta(days=days)


def _said(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M} UTC"
