"""What the demo's homes and its office pay for energy."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from kilowatch.simulator.demo.fleet import HOME, HOME_SOUTH, OFFICE, DemoSite

NIGHT = {"from": "22:00", "to": "06:00"}
WORKING_DAYS = ["mon", "tue", "wed", "thu", "fri"]


def demo_tariffs(since: date) -> Mapping[DemoSite, dict[str, Any]]:
    """As `POST /api/tariffs` takes them. Thirteen months hold a 1st of January, on which prices rise."""
    new_year = date(since.year + 1, 1, 1)
    return {
        HOME: _tariff("Day and night", "RON", _two_rates(since, "0.78", "1.29"), _two_rates(new_year, "0.84", "1.42")),
        OFFICE: _tariff("Business", "RON", _business(since, "1.12"), _business(new_year, "1.21")),
        HOME_SOUTH: _tariff("Time of use", "AUD", _time_of_use(since)),
    }


def _tariff(name: str, currency: str, *versions: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "currency": currency, "versions": versions}


def _two_rates(since: date, night: str, day: str) -> dict[str, Any]:
    return {
        "valid_from": since.isoformat(),
        "standing_charge": "0.48",
        "rates": [{"name": "Night", "price": night, "windows": [NIGHT]}, {"name": "Day", "price": day}],
        "feed_in": [{"name": "Feed-in", "price": "0.46"}],
    }


def _business(since: date, working_hours: str) -> dict[str, Any]:
    window = {"from": "07:00", "to": "19:00", "days": WORKING_DAYS}
    return {
        "valid_from": since.isoformat(),
        "standing_charge": "2.10",
        "rates": [
            {"name": "Working hours", "price": working_hours, "windows": [window]},
            {"name": "Otherwise", "price": "0.89"},
        ],
    }


def _time_of_use(since: date) -> dict[str, Any]:
    evening = {"from": "15:00", "to": "23:00"}
    return {
        "valid_from": since.isoformat(),
        "standing_charge": "1.012",
        "rates": [
            {"name": "Summer evening", "price": "0.6148", "windows": [evening | {"months": [12, 1, 2, 3]}]},
            {"name": "Evening", "price": "0.5233", "windows": [evening]},
            {"name": "Sun", "price": "0.2014", "windows": [{"from": "10:00", "to": "15:00"}]},
            {"name": "Otherwise", "price": "0.3305"},
        ],
    }
