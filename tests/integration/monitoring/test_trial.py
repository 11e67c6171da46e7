"""What the preview of a rule says would have been told is what people were told: the same readings, played through the
ledger, the watcher and the teller."""

import random
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.batch import READING, Batch, BatchHeader, Source
from kilowatch.contracts.events import AlertKind
from kilowatch.kit.instants import microseconds
from kilowatch.monitoring.domain.findings import Finding, Measured
from kilowatch.monitoring.domain.trial import Sighting, tellings
from kilowatch.monitoring.ledger.commit import Ledger
from kilowatch.monitoring.ledger.fleet import Fleet
from kilowatch.monitoring.ledger.intake import Work
from kilowatch.monitoring.ledger.recent import Recent
from kilowatch.monitoring.ledger.watched import Watched
from kilowatch.monitoring.store.rules import RuleStore
from kilowatch.monitoring.store.tables import alert
from tests.databases import hold_lease
from tests.integration.monitoring.read_side import NOON, ReadSide
from tests.integration.monitoring.watch_side import WatchSide

SLOT = timedelta(minutes=15)
LATE = timedelta(minutes=2)
START = NOON - timedelta(hours=28)  #: over a night, with the beginning of a day and a month in it
NIGHT = {"start": "22:00", "end": "07:00"}
AFTERNOON = {"start": "13:30", "end": "15:30"}

#: By device, what all of its rules share.
WAYS: dict[int, dict[str, Any]] = {
    1: {},
    2: {"quiet": NIGHT},
    3: {"quiet": AFTERNOON, "cooldown_s": 3_600},
    4: {"cooldown_s": 3 * 3_600},
    5: {"quiet": NIGHT, "cooldown_s": 5_400, "severity": "critical"},
}
RULES: dict[str, dict[str, Any]] = {
    "hourly_limit": {},
    "power_limit": {"limit_w": 1_800, "for_s": 1_800},
    "daily_budget": {"kwh": 12},
    "monthly_budget": {"kwh": 9},
    "offline": {"missed": 2},
    "unusual_use": {"weeks": 8},
}
#: Added to the number of those that send at times only. What others used in between would come to light late.
NOW_AND_THEN = 10


class Played:
    """Meters that send a reading a slot, and all that it sets going, before the next one."""

    def __init__(self, watch: WatchSide, ledger: Ledger) -> None:
        self.watch = watch
        self.ledger = ledger

    async def slot(self, kwh: dict[int, float]) -> None:
        await self.watch.pass_time(minutes=13)
        rows = np.zeros(len(kwh), READING)
        rows["device"], rows["value"] = list(kwh), list(kwh.values())
        rows["time"] = microseconds(self.watch.now)
        header = BatchHeader(id=uuid4(), received_at=microseconds(self.watch.now), source=Source.LIVE)
        await self.ledger.write([Work(0, 1, Batch(header, rows))])
        await self.watch.look()
        await self.watch.pass_time(minutes=2)  # by which a reading is late
        await self.watch.look()


@pytest.fixture
async def played(monitoring: ReadSide) -> AsyncIterator[Played]:
    monitoring.clock.now = START + LATE
    watch = WatchSide(monitoring)
    numbers = [*WAYS, *(number + NOW_AND_THEN for number in WAYS)]
    devices = [await monitoring.add_device(number, hourly_limit_kwh=1.6) for number in numbers]
    for number, way in WAYS.items():
        for kind, rule in RULES.items():
            if kind != "offline":
                await watch.set_rule(number, kind, **rule, **way)
        await watch.set_rule(number + NOW_AND_THEN, "offline", **RULES["offline"], **way)
    url = monitoring.url.replace("+asyncpg", "")
    recent = Recent(Fleet.of(devices))
    recent.watched = Watched.of(True, {})
    ledger = await Ledger.open(url, recent, partitions=1, clock=monitoring.clock)
    await hold_lease(ledger.connection)
    yield Played(watch, ledger)
    await ledger.connection.close()


async def test_the_preview_tells_what_people_were_told_and_when(played: Played):
    chance = random.Random(11)
    for device in WAYS:
        for week in range(5, 9):  # no week of the month under way
            await played.watch.monitoring.put_usage(device, START - timedelta(weeks=week), count=28 * 4)
    silent, level = dict.fromkeys(WAYS, 0), dict.fromkeys(WAYS, 0.25)
    while played.watch.now < NOON:
        kwh = {}
        for device in WAYS:
            level[device] = chance.choice([0.02, 0.25, 0.25, 0.5, 0.9]) if chance.random() < 0.3 else level[device]
            kwh[device] = level[device]
            silent[device] = max(0, silent[device] - 1) or chance.choice([0, 0, 0, 0, 0, 9])
            if not silent[device]:
                kwh[device + NOW_AND_THEN] = 0.1
        await played.slot(kwh)
    counts = {
        (device, kind): await compared(played.watch, device + NOW_AND_THEN * (kind == "offline"), kind, rule | way)
        for device, way in WAYS.items()
        for kind, rule in RULES.items()
    }
    for kind in RULES:
        assert sum(counts[device, kind][0] for device in WAYS) > 1, kind
    assert sum(held for _, held in counts.values()) > 10


async def compared(watch: WatchSide, device: int, kind: str, rule: dict[str, Any]) -> tuple[int, int]:
    path = f"/api/alert-rules/devices/{device}/preview"
    answer = await watch.monitoring.post(path, {"rule": {"kind": kind, **rule}, "days": 2}, role=Role.ADMINISTRATOR)
    found = answer.json()
    alerts = [row for row in await watch.alerts() if (row["device_id"], row["kind"]) == (device, kind)]
    told = sorted((row["told_at"], row["since"]) for row in alerts if row["told_at"])
    would = [(at(each["told_at"]), at(each["since"])) for each in reversed(found["firings"])]
    assert would == told, (device, kind, rule)
    assert found["held"] == len(alerts) - len(told), (device, kind, rule)
    return found["count"], found["held"]


def at(text: str) -> datetime:
    """When it was looked at first."""
    moment = datetime.fromisoformat(text)
    return moment + min((START - moment) % SLOT, (START + LATE - moment) % SLOT)


#: How many slots after the one before is over each is seen, and how many it lasts.
courses = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 8)), min_size=1, max_size=8)
ways = st.fixed_dictionaries(
    {"cooldown_s": st.sampled_from([0, 900, 3_600, 7_200])},
    optional={"quiet": st.sampled_from([NIGHT, AFTERNOON]), "severity": st.just("critical")},
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(course=courses, way=ways, chance=st.randoms(use_true_random=False))
@example(course=[(0, 1), (0, 3), (0, 2)], way={"cooldown_s": 3_600}, chance=random.Random(1))
async def test_whatever_is_found_the_preview_tells_what_the_teller_does(monitoring: ReadSide, course, way, chance):
    """Also what falls due in the very moment in which the next one is seen. Nobody snoozes anything in a preview."""
    monitoring.clock.now = START
    watch = WatchSide(monitoring)
    device = await monitoring.add_device(7)
    await watch.set_rule(7, "power_limit", limit_w=1_000, **way)
    sightings, seen = [], START
    for pause, length in course:
        seen += pause * SLOT
        sightings.append(Sighting(Finding(seen - SLOT, None, Measured()), seen, seen + length * SLOT))
        seen += length * SLOT
    async with monitoring.database.transaction() as connection:
        rule = (await RuleStore(connection).effective([7]))[7][AlertKind.POWER_LIMIT]
        await connection.execute(delete(alert))
    for each in chance.sample(sightings, len(sightings)):  # in no order that a table would keep
        of_finding = {"since": each.finding.since, "until": each.over, "raised_at": each.seen, "announce_at": each.seen}
        await monitoring.put_alert(7, kind=rule.kind.value, severity=rule.severity.value, **of_finding)
    await _tell_all(watch, {moment for each in sightings for moment in (each.seen, each.over) if moment})
    told = sorted((row["told_at"], row["since"]) for row in await watch.alerts() if row["told_at"])
    would = tellings(sightings, rule, ZoneInfo(device.time_zone), watch.now)
    assert [(each.told_at, each.finding.since) for each in would] == told


async def _tell_all(watch: WatchSide, moments: set[datetime]) -> None:
    """Look in each of these moments, and in those to which something has been put off."""
    while moments:
        watch.monitoring.clock.now = now = min(moments)
        await watch.teller.tell()
        waiting = {row["announce_at"] for row in await watch.alerts() if row["announce_at"]}
        moments = {moment for moment in moments | waiting if moment > now}
