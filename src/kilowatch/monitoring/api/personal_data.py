"""What monitoring holds about a person, for the export of all of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response

from kilowatch.contracts.metering import AccessLevel
from kilowatch.kit.audit import AuditEntry, entries_of_person
from kilowatch.kit.http import PeerService
from kilowatch.monitoring.api.context import Monitoring, json_answer
from kilowatch.monitoring.domain.alert import AlertRecord
from kilowatch.monitoring.domain.report import UsagePeriod
from kilowatch.monitoring.handlers.usage import usage_by_month
from kilowatch.monitoring.store.alerts import AlertStore
from kilowatch.monitoring.store.meters import Granted, MeterStore
from kilowatch.monitoring.store.usage import UsageStore

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldAccess:
    level: AccessLevel
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDevice:
    id: int
    name: str
    access: Sequence[HeldAccess]
    #: Each slot and reading is to be had as CSV from /api/usage and /api/readings.
    usage_by_month: Sequence[UsagePeriod]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalData:
    devices: Sequence[HeldDevice]
    acknowledged_alerts: Sequence[AlertRecord]
    audit: Sequence[AuditEntry]


@router.get("/internal/monitoring/personal-data/{user_id}", response_model=PersonalData)
async def personal_data(monitoring: Monitoring, _: PeerService, user_id: UUID) -> Response:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        granted = await MeterStore(connection).granted(user_id)
        usage = UsageStore(connection)
        held = PersonalData(
            devices=[_device(each, await usage_by_month(usage, each, now)) for each in granted],
            acknowledged_alerts=await AlertStore(connection).acknowledged_by(user_id),
            audit=await entries_of_person(connection, f"user/{user_id}"),
        )
    return json_answer(held)


def _device(granted: Granted, usage: Sequence[UsagePeriod]) -> HeldDevice:
    device, assignments = granted
    access = [HeldAccess(level=given.level, since=given.since, until=given.until) for given in assignments]
    return HeldDevice(id=device.id, name=device.name, access=access, usage_by_month=usage)
