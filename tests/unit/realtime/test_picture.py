"""Alerts as a line at a terminal."""

from typing import Any

import pytest

from kilowatch.realtime.terminal.picture import Picture

NOTHING_MEASURED = {"energy_kwh": None, "limit_kwh": None}


def line_of(**alert: Any) -> str:
    data = {"device_name": "Boiler", "state": "raised", **NOTHING_MEASURED, **alert}
    line = Picture({}).take({"type": f"alert.{data['state']}", "time": "2026-06-01T12:00:00Z", "data": data})
    assert line is not None
    return line.split("  ", 1)[1]


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (
            "power_limit",
            "Boiler: over 2.0 kW since 14:00 on Monday 1 June, by up to 1.1 kW (3.1 kW).",
            "Boiler: power limit raised: over 2.0 kW since 14:00 on Monday 1 June, by up to 1.1 kW (3.1 kW)",
        ),
        (
            "offline",
            "Boiler: no readings since 14:00 on Monday 1 June.",
            "Boiler: offline raised: no readings since 14:00 on Monday 1 June",
        ),
    ],
)
def test_an_alert_tells_what_it_says_of_itself(kind: str, text: str, shown: str) -> None:
    assert line_of(kind=kind, text=text) == shown


def test_an_alert_without_words_tells_its_amounts() -> None:
    amounts = {"energy_kwh": 2.0, "limit_kwh": 1.0}
    assert line_of(kind="hourly_limit", text="", **amounts) == "Boiler: hourly limit raised: 2.00 kWh of 1.00 kWh"
    assert line_of(kind="offline", state="cleared") == "Boiler: offline cleared"


def test_a_snapshot_takes_the_place_of_what_was_heard_and_tells_of_what_was_not() -> None:
    alert = {"device_name": "Boiler", "kind": "offline", "text": "", "raised_at": "2026-06-01T12:00:00Z"}
    heard = {**alert, "id": "1", "version": 1, "state": "raised"}
    cleared, raised = {**heard, "version": 2, "state": "cleared"}, {**heard, "id": "2", "device_name": "Oven"}
    known = {**heard, "id": "3", "device_name": "Fridge"}
    picture = Picture({})
    for each in (heard, known):
        picture.take({"type": "alert.raised", "time": "2026-06-01T12:00:00Z", "data": each})
    said = picture.load([raised, known, cleared]).splitlines()
    assert [line.split("  ")[-1] for line in said[1:]] == ["Boiler: offline cleared", "Oven: offline raised"]
    assert [(shown["id"], shown["state"]) for shown in picture.alerts] == [
        ("2", "raised"),
        ("3", "raised"),
        ("1", "cleared"),
    ]
