"""Laws of cost: exact in its parts whatever the cut, also where clocks change; every moment has the rate it should."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kilowatch.contracts.metering import AccessLevel, Assignment, Device, Direction, MeterConfiguration, MeterKind
from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain.bill import SLOT_ENERGY, costs_along
from kilowatch.monitoring.domain.calendar import Period, Span, axis, local_clock, midnight
from kilowatch.monitoring.domain.contract import (
    Contract,
    OfDevice,
    OfSite,
    OfUser,
    TariffAssignment,
    bearers,
    contracts_of,
)
from kilowatch.monitoring.domain.cost import cost_of, slot_costs, standing_charges
from kilowatch.monitoring.domain.tariff import Rate, Tariff, Terms, Window, require_whole
from kilowatch.monitoring.domain.visibility import ALWAYS, VisibleMeter

ZONES = ("Europe/Bucharest", "Australia/Adelaide", "Asia/Kathmandu", "Australia/Lord_Howe", "America/New_York", "UTC")
NIGHT = Rate("night", 130_000, (Window(start=22 * 4, end=6 * 4),))
DAY = Rate("day", 290_001)
ANN, BOB = UUID(int=1), UUID(int=2)
EARLIER = datetime(2020, 1, 1, tzinfo=UTC)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)


def a_device(device_id: int = 1, zone: str = "Europe/Bucharest", **state: object) -> Device:
    configuration = MeterConfiguration(valid_from=EARLIER, kind=MeterKind.COUNTER)
    device = Device(
        id=device_id,
        version=1,
        name="Mains",
        time_zone=zone,
        direction=Direction.CONSUMPTION,
        configurations=(configuration,),
    )
    return replace(device, **state)  # type: ignore[arg-type]


def terms(
    *rates: Rate, since: date = date(2020, 1, 1), standing: int = 450_001, feed_in: tuple[Rate, ...] = ()
) -> Terms:
    return Terms(valid_from=since, rates=rates or (NIGHT, DAY), standing_charge=standing, feed_in=feed_in)


def a_tariff(*versions: Terms, currency: str = "EUR") -> Tariff:
    return Tariff(name="Two rates", currency=currency, versions=versions or (terms(),))


def contract(tariff: Tariff, since: date = date.min, until: date = date.max) -> Contract:
    return Contract(since, until, 1, tariff, bears_standing_charge=True)


def slots_of(start: datetime, count: int) -> np.ndarray:
    return int(start.timestamp()) // 900 + np.arange(count)


zones = st.sampled_from(ZONES)
moments = st.integers(1_600_000_000, 1_770_000_000).map(lambda second: datetime.fromtimestamp(second // 900 * 900, UTC))
prices = st.integers(-(10**10), 10**10)


@given(st.integers(0, 10**14), prices)  # ten of the largest intervals (LARGEST_INTERVAL_KWH) in one slot
def test_a_cost_is_the_nearest_millionth(energy, price):
    [found] = cost_of(np.array([energy]), np.array([price]))
    assert abs(Fraction(energy * price, 10**6) - int(found)) <= Fraction(1, 2)


@given(zones, moments, st.integers(1, 120))
def test_the_local_clock_is_that_of_the_zone(zone, start, count):
    slots = slots_of(start, count)
    days, quarters = local_clock(slots, ZoneInfo(zone))
    for slot, day, quarter in zip(slots.tolist(), days.tolist(), quarters.tolist(), strict=True):
        local = datetime.fromtimestamp(slot * 900, ZoneInfo(zone))
        assert (date(1970, 1, 1) + timedelta(days=day), quarter) == (local.date(), local.hour * 4 + local.minute // 15)


@settings(max_examples=30)  # the quarters of two months take a while to lay out
@given(zones, moments, st.data())
def test_the_cost_of_a_period_is_the_sum_of_its_parts(zone, start, data):
    """Slots, hours, days, months: the same money, cut as one likes; also over the days on which clocks change."""
    versions = [terms(standing=1_000_003), terms(DAY, since=start.date() + timedelta(days=3), standing=7)]
    applied = (contract(a_tariff(*versions), start.date() - timedelta(days=1), start.date() + timedelta(days=20)),)
    energies = data.draw(st.lists(st.integers(0, 3_000_000), min_size=1, max_size=300))
    rows = np.zeros(len(energies), SLOT_ENERGY)
    rows["slot"], rows["energy"] = slots_of(start, len(energies)), energies
    device = a_device(zone=zone)
    whole = Span(start, start + timedelta(minutes=15 * len(energies)))
    months = axis(whole, Period.MONTH, ZoneInfo(zone))
    span = Span(months.instants[0], months.instants[-1])
    found = {}
    for period in (Period.SLOT, Period.HOUR, Period.DAY, Period.MONTH):
        along = axis(span, period, ZoneInfo(zone))
        costs = costs_along(along, [VisibleMeter(device, (ALWAYS,))], {1: applied}, {1: rows}, NEVER)
        assert costs is not None
        found[period] = (int(costs.energy.sum()), int(costs.standing.sum()), costs.unpriced)
        assert sum(cost for _, cost in costs.shares.values()) == int(costs.energy.sum())
        assert sum(energy for energy, _ in costs.shares.values()) + costs.unpriced == sum(energies)
    assert len(set(found.values())) == 1


@given(zones, st.dates(date(2021, 1, 1), date(2026, 1, 1)), st.integers(0, 10**9))
def test_a_day_of_23_24_or_25_hours_has_one_standing_charge(zone, day, charge):
    place, applied = ZoneInfo(zone), (contract(a_tariff(terms(standing=charge))),)
    along = axis(Span(midnight(day, place), midnight(day + timedelta(days=1), place)), Period.HOUR, place)
    shares = standing_charges(along.edges, a_device(zone=zone), applied)
    assert len(shares) in {23, 24, 25}
    assert int(shares.sum()) == charge
    assert shares.min() >= 0
    assert shares.max() - shares.min() <= charge // 40 + 1


@given(zones, moments, st.integers(1, 120))
def test_conservation_every_milliwatt_hour_is_billed_once_at_the_rate_of_its_moment(zone, start, count):
    slots, energy = slots_of(start, count), np.arange(count) * 1_000 + 1
    costed = slot_costs(slots, energy, a_device(zone=zone), (contract(a_tariff()),))
    for slot, mwh, cost, rate in zip(
        slots.tolist(), energy.tolist(), costed.cost.tolist(), costed.rate.tolist(), strict=True
    ):
        local = datetime.fromtimestamp(slot * 900, ZoneInfo(zone))
        expected = NIGHT if local.hour >= 22 or local.hour < 6 else DAY
        assert costed.rates[rate] == expected
        assert cost == (mwh * expected.price + 500_000) // 1_000_000


def test_days_and_months_of_a_window_are_those_of_the_moment():
    weekend = Rate("weekend", 1, (Window(days=(5, 6)),))
    summer = Rate("summer evening", 2, (Window(start=18 * 4, months=(6, 7, 8)),))
    applied = (contract(a_tariff(terms(weekend, summer, Rate("else", 3)))),)

    def price_at(local: str) -> int:
        moment = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo("Europe/Bucharest"))
        slot = np.array([int(moment.timestamp()) // 900])
        costed = slot_costs(slot, np.array([10**6]), a_device(), applied)
        return costed.rates[int(costed.rate[0])].price

    assert price_at("2026-06-13T18:00") == 1  # a Saturday
    assert price_at("2026-06-15T00:00") == 3  # Monday begins
    assert price_at("2026-06-15T17:45") == 3
    assert price_at("2026-06-15T18:00") == 2
    assert price_at("2026-09-15T18:00") == 3


def test_what_is_given_to_the_grid_earns_and_what_a_roof_produces_costs_nothing():
    applied = (contract(a_tariff(terms(feed_in=(Rate("feed-in", 80_000),)))),)
    slot, energy = slots_of(EARLIER, 1), np.array([2_000_000])
    assert slot_costs(slot, energy, a_device(direction=Direction.EXPORT), applied).cost.tolist() == [-160_000]
    produced = slot_costs(slot, energy, a_device(direction=Direction.PRODUCTION), applied)
    assert (produced.cost.tolist(), produced.priced.tolist()) == ([0], [False])


@pytest.mark.parametrize(
    "rates",
    [(), (NIGHT,), (Rate("weekdays", 1, (Window(days=(0, 1, 2, 3, 4)),)),), (Rate("h1", 1, (Window(months=(1,)),)),)],
)
def test_a_tariff_with_a_moment_without_a_rate_is_refused(rates):
    with pytest.raises(Invalid):
        require_whole(a_tariff(replace(terms(), rates=rates)))


def test_two_versions_of_a_day_are_refused():
    with pytest.raises(Invalid, match="day of its own"):
        require_whole(a_tariff(terms(), terms(DAY)))


def assigned(number: int, target: object, since: date, until: date | None = None) -> TariffAssignment:
    return TariffAssignment(id=number, tariff_id=number, target=target, since=since, until=until)  # type: ignore[arg-type]


def test_the_nearest_tariff_applies_and_a_later_assignment_takes_over():
    owned = Assignment(user_id=ANN, level=AccessLevel.OWNER, since=datetime(2024, 3, 1, 22, tzinfo=UTC))
    device = a_device(site_id=3, assignments=(owned,))
    tariffs = {number: a_tariff(currency=name) for number, name in enumerate(("AAA", "BBB", "CCC", "DDD"), 1)}
    given = [
        assigned(1, OfUser(ANN), date(2024, 1, 1)),
        assigned(2, OfSite(3), date(2024, 5, 1), date(2024, 8, 1)),
        assigned(3, OfDevice(1), date(2024, 6, 1), date(2024, 7, 1)),
        assigned(4, OfSite(3), date(2024, 7, 15)),
    ]
    found = [
        (each.since, each.until, each.tariff.currency) for each in contracts_of(device, given, tariffs, bearers([], []))
    ]
    assert found == [
        (date(2024, 3, 2), date(2024, 5, 1), "AAA"),  # hers since midnight of the 2nd in Bucharest
        (date(2024, 5, 1), date(2024, 6, 1), "BBB"),
        (date(2024, 6, 1), date(2024, 7, 1), "CCC"),
        (date(2024, 7, 1), date(2024, 7, 15), "BBB"),
        (date(2024, 7, 15), date(2024, 8, 1), "DDD"),
        (date(2024, 8, 1), date.max, "DDD"),
    ]


def test_of_two_owners_the_one_who_has_it_longer_decides():
    given = [
        Assignment(user_id=who, level=AccessLevel.OWNER, since=datetime(year, 1, 1, tzinfo=UTC))
        for who, year in ((ANN, 2023), (BOB, 2022))
    ]
    device = a_device(assignments=tuple(given))
    wanted = [assigned(1, OfUser(ANN), date(2020, 1, 1)), assigned(2, OfUser(BOB), date(2020, 1, 1))]
    tariffs = {1: a_tariff(currency="AAA"), 2: a_tariff(currency="BBB")}
    assert {each.tariff.currency for each in contracts_of(device, wanted, tariffs, {})} == {"BBB"}


def test_a_contract_has_one_standing_charge_and_the_foremost_consumption_meter_bears_it():
    roof = a_device(1, site_id=3, direction=Direction.PRODUCTION)
    behind = a_device(2, site_id=3, parent_id=4)
    alone = a_device(3, site_id=3)
    mains = a_device(4, site_id=3)
    given = [assigned(1, OfSite(3), date(2024, 1, 1)), assigned(2, OfDevice(3), date(2024, 1, 1))]
    assert bearers([mains, alone, behind, roof], given) == {OfSite(3): 4, OfDevice(3): 3}


def test_money_in_two_currencies_is_not_added_up():
    meters = [VisibleMeter(a_device(number), (ALWAYS,)) for number in (1, 2)]
    applied = {1: (contract(a_tariff()),), 2: (contract(a_tariff(currency="AUD")),)}
    along = axis(Span(EARLIER, EARLIER + timedelta(days=1)), Period.DAY, ZoneInfo("UTC"))
    assert costs_along(along, meters, applied, {}, NEVER) is None
