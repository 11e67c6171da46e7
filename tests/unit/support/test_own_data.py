"""The person's own figures in answers: asked in their name, told in their language, and nothing made up."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest

from kilowatch.kit.errors import Unavailable
from kilowatch.support.answering.own_data import FUNCTIONS, fill
from kilowatch.support.own_data.functions import OwnFunctions
from kilowatch.support.own_data.person import Person

ANA: Final = UUID(int=0xA)
#: Noon of the 16th in Bucharest: 15.5 of the month's 30 days are gone.
NOW: Final = datetime(2026, 11, 16, 10, tzinfo=UTC)
#: kWh of this month, of all and of each device: the roof is asked by nobody.
MONTHS: Final[dict[str | None, float | None]] = {None: 155.0, "6": 1_660.5, "7": 1_240.5, "8": 310.125, "9": None}
THIS_MONTH: Final = "2026-11-01T00:00:00+02:00"
#: kWh of other times of all devices, by what they were asked by and from when.
ENERGIES: Final = {
    ("day", "2026-11-16T00:00:00+02:00"): 4.5,
    ("slot", "2026-11-15T00:00:00+02:00"): 3.25,
    ("day", "2026-11-15T00:00:00+02:00"): 9.75,
    ("week", "2026-11-09T00:00:00+02:00"): 70.5,
    ("month", "2026-10-01T00:00:00+03:00"): None,
}
POWERS: Final = {"6": (2_469.4, False), "9": (55.0, True)}  #: in W, and whether that is old


def _device(number: int, name: str, **other: object) -> dict[str, Any]:
    fixed = {"location": "", "kind": "counter", "interval_s": 60, "time_zone": "Europe/Bucharest", "active": True}
    usual = {"direction": "consumption", "hourly_limit_kwh": None, "parent_id": 6}
    return fixed | usual | {"id": number, "name": name} | other


DEVICES: Final = [
    _device(6, "Mains", parent_id=None),
    _device(7, "Boiler", hourly_limit_kwh=2.5),
    _device(8, "Kitchen"),
    _device(9, "Shed", parent_id=None),
    _device(10, "Roof", parent_id=None, direction="production"),
]
ALERT: Final = {
    "kind": "offline",
    "state": "raised",
    "text": "Kitchen is silent",
    "device_id": 8,
    "device_name": "Kitchen",
    "since": "2026-11-16T08:30:00Z",
    "energy_kwh": None,
    "limit_kwh": None,
}


def _slot(clock: str, energy_kwh: float) -> dict[str, Any]:
    """Of yesterday."""
    start = datetime.fromisoformat(f"2026-11-15T{clock}:00+02:00")
    fixed = {"energy_kwh": energy_kwh, "peak_w": None, "coverage": 1, "complete": True}
    return {"start": start.isoformat(), "end": (start + timedelta(minutes=15)).isoformat(), **fixed}


def _series(direction: str, expected_kwh: float, expected_cost: float) -> dict[str, Any]:
    energy, cost = {"so_far": 155.0, "expected": expected_kwh}, {"so_far": 80.0, "expected": expected_cost}
    return {"direction": direction, "energy_kwh": energy, "currency": "RON", "cost": cost}


#: The roof earns something.
PROJECTION: Final = {"series": [_series("consumption", 290.0, 152.5), _series("export", 12.0, -2.5)]}


@dataclass
class Peers:
    """What `devices` and `monitoring` say of Ana."""

    asked: list[str] = field(default_factory=list)

    async def get_json(self, _service: str, path: str, *, timeout_s: float = 5.0) -> object:
        self.asked.append(path)
        where, query = urlsplit(path).path, parse_qs(urlsplit(path).query)
        match where.removeprefix(f"/internal/monitoring/of/{ANA}/").split("/"):
            case ["alerts"]:
                return {"items": [ALERT], "total": 1}
            case ["power", device]:
                power_w, is_old = POWERS[device]
                return {"power_w": power_w, "is_old": is_old}
            case ["projection"]:
                return PROJECTION
            case ["usage", *of_device]:
                return self._usage(query["by"][0], of_device[0] if of_device else None, query["from"][0])
            case _:
                assert where == f"/internal/devices/of/{ANA}"
                return DEVICES

    async def post_json(self, *_: object, **__: object) -> object:
        raise AssertionError("an answer changes nothing")

    def _usage(self, by: str, device: str | None, start: str) -> object:
        energy = MONTHS[device] if (by, start) == ("month", THIS_MONTH) else ENERGIES[by, start]
        period = {"start": start, "end": start, "energy_kwh": energy, "peak_w": None, "coverage": 1, "complete": True}
        periods = [period] if by != "slot" else [_slot("00:00", 3.0), _slot("00:15", 0.25), _slot("12:00", 0.3)]
        series = [{"direction": "consumption", "periods": periods, "total": period}]
        usage = {"time_zone": "Europe/Bucharest", "by": by, "start": start, "end": start, "series": series}
        return usage | {"net": {"currency": "RON", "total": 77.5}}


class Away(Peers):
    async def get_json(self, _service: str, path: str, *, timeout_s: float = 5.0) -> object:
        raise Unavailable("It does not answer.")


def own(peers: Peers, language: str = "en") -> OwnFunctions:
    return OwnFunctions(Person(ANA, peers), NOW, language)


@pytest.mark.parametrize("language", ["en", "ro"])
async def test_each_function_gives_what_an_answer_may_use(language: str) -> None:
    peers = Peers()
    for name, placeholders in FUNCTIONS.items():
        assert set(await own(peers, language).values([name])) == set(placeholders), name
    assert all(str(ANA) in path for path in peers.asked)


async def test_the_figures_are_the_persons_own() -> None:
    values = await own(Peers()).values(list(FUNCTIONS))
    assert (values["today_kwh"], values["yesterday_kwh"]) == ("4.50 kWh", "3.25 kWh")
    assert (values["whole_yesterday_kwh"], values["last_week_kwh"]) == ("9.75 kWh", "70.50 kWh")
    assert values["last_month_kwh"] == "no readings"
    assert (values["month_kwh"], values["month_daily_kwh"]) == ("155.00 kWh", "10.00 kWh")
    assert (values["month_projection_kwh"], values["month_projection_cost"]) == ("290.00 kWh", "150.00 RON")
    assert (values["largest_device"], values["largest_device_kwh"]) == ("Boiler", "1,240.50 kWh")
    assert values["largest_device_share"] == "75%"
    assert values["limits"] == "- Boiler: 2.50 kWh an hour"
    assert (values["open_alerts"], values["last_alerts"]) == ("1", "- Kitchen: silent since 2026-11-16 10:30")
    assert (values["power_now"], values["silent_devices"]) == ("2,469 W", "- Kitchen")


async def test_a_meter_counts_with_what_those_behind_it_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MONTHS, "6", 3_101.25)
    values = await own(Peers()).values(["largest_device"])
    assert values["largest_device"] == "Mains, without the meters behind it"
    assert (values["largest_device_kwh"], values["largest_device_share"]) == ("1,550.62 kWh", "50%")


async def test_yesterday_ends_at_the_minute_that_it_is_now() -> None:
    five_past = OwnFunctions(Person(ANA, Peers()), NOW + timedelta(minutes=5), "en")
    assert (await five_past.values(["today"]))["yesterday_kwh"] == "3.35 kWh"


async def test_romanian_has_its_own_numbers_and_words() -> None:
    values = await own(Peers(), "ro").values(["largest_device", "limits", "alerts"])
    assert values["largest_device_kwh"] == "1.240,50 kWh"
    assert values["limits"] == "- Boiler: 2,50 kWh pe oră"
    assert values["last_alerts"] == "- Kitchen: tace din 2026-11-16 10:30"


async def test_what_cannot_be_read_is_left_out_and_the_answer_says_so() -> None:
    values = await own(Away()).values([*FUNCTIONS, "a function that is not there"])
    assert values == {}
    assert fill("You used {today_kwh} today.", values) is None
