"""The JSON file: what it may say, and what is answered when it says something else."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kilowatch.contracts.metering import MeterKind
from kilowatch.kit.errors import Invalid
from kilowatch.simulator.config import read_simulation
from kilowatch.simulator.domain.faults import Gap
from kilowatch.simulator.domain.fleet import build_meters
from kilowatch.simulator.domain.loads import PROFILES, HeatPump, Household

ROOF = {"name": "Roof", "profile": "photovoltaic", "kind": "power", "direction": "production"}
GAP = {"fault": "gap", "since": "2026-01-05T06:00:00Z", "until": "2026-01-05T09:00:00Z"}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "meters.json"


def write(path: Path, *meters: dict[str, Any], **more: Any) -> Path:
    path.write_text(json.dumps({"meters": meters, **more}))
    return path


def test_a_name_is_enough_for_a_meter(written: Path) -> None:
    (meter,) = read_simulation(write(written, {"name": "Flat 3"})).meters
    assert (meter.profile, meter.kind, meter.interval_s) == (Household(), MeterKind.COUNTER, 60)


@pytest.mark.parametrize("profile", sorted(PROFILES))
def test_every_profile_can_be_named_in_a_word(written: Path, profile: str) -> None:
    (meter,) = read_simulation(write(written, {"name": "M", "profile": profile})).meters
    assert meter.profile == PROFILES[profile]


def test_a_profile_can_be_given_its_figures(written: Path) -> None:
    profile = {"profile": "heat_pump", "rated_w": 5000, "cools_above_c": 25}
    (meter,) = read_simulation(write(written, {"name": "M", "profile": profile})).meters
    assert meter.profile == HeatPump(rated_w=5000, cools_above_c=25)


def test_faults_are_read(written: Path) -> None:
    faults = {"certain": [GAP], "chances": {"late": 2}}
    (meter,) = read_simulation(write(written, {"name": "M", "faults": faults})).meters
    assert isinstance(meter.faults.certain[0], Gap)
    assert meter.faults.chances.late == 2


def test_a_meter_can_take_others_into_account(written: Path) -> None:
    simulation = read_simulation(write(written, ROOF, {"name": "Home", "less": ["Roof"]}, seed=5))
    home = build_meters(simulation.meters, {"Roof": 1, "Home": 2}, simulation.seed, 0)[1]
    assert len(home.less) == 1


@pytest.mark.parametrize(
    ("meter", "sentence"),
    [
        ({"profile": "houshold"}, "meters.1.profile: Input tag 'houshold'"),
        ({"profile": {"profile": "fridge", "watts": 3}}, "meters.1.profile.fridge.watts: Unexpected"),
        ({"profile": {"profile": "fridge", "cycle_s": 0}}, "cycle_s cannot be 0"),
        ({"profile": {"profile": "household", "base_w": -1}}, "base_w cannot be -1"),
        ({"intervall_s": 3}, "meters.1.intervall_s: Unexpected"),
        ({"interval_s": 0}, "interval_s is between 1 second and a day"),
        ({"kind": "kilowatts"}, "meters.1.kind: Input should be 'interval', 'counter' or 'power'"),
        ({"less": ["Rof"]}, "no meter named 'Rof'"),
        ({"name": "Roof"}, "same name"),
        ({"place": {"time_zone": "Europe/Bukarest"}}, "not an IANA time zone"),
        ({"faults": {"certain": [{"fault": "hole"}]}}, "Input tag 'hole'"),
        ({"faults": {"certain": [GAP | {"until": "2026-01-05T05:00:00Z"}]}}, "is after"),
        ({"faults": {"certain": [GAP | {"until": "2026-01-05T09:00:00"}]}}, "needs a time zone"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(written: Path, meter: dict[str, Any], sentence: str) -> None:
    with pytest.raises(Invalid, match=re.escape(sentence)):
        read_simulation(write(written, ROOF, {"name": "Home", **meter}))


def test_no_meters_is_an_error(written: Path) -> None:
    with pytest.raises(Invalid, match="at least 1"):
        read_simulation(write(written))


def test_a_file_that_is_not_json_is_named(written: Path) -> None:
    written.write_text('{"meters": [')
    with pytest.raises(Invalid, match="Invalid JSON"):
        read_simulation(written)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read"):
        read_simulation(tmp_path / "nothing.json")


def test_the_example_of_the_documentation_is_valid(written: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text()
    written.write_text(text.split("```json\n", 1)[1].split("```", 1)[0])
    assert len(read_simulation(written).meters) > 3
