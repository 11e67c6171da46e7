"""Tariffs and what they are assigned to: for staff, and for everybody those of their own meters."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, TypeAlias
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from kilowatch.kit.audit import Audit, Origin
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin, Staff
from kilowatch.kit.paging import Page
from kilowatch.monitoring.api.context import MAX_ID, Limit, Monitoring, MonitoringContext, Offset, PathId, QueryId
from kilowatch.monitoring.api.tariff_body import TariffBody
from kilowatch.monitoring.domain.contract import OfDevice, OfSite, OfUser, Target, TariffAssignment
from kilowatch.monitoring.domain.tariff import Tariff
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.handlers.meters import find_meter, find_own_meters, find_site_meters
from kilowatch.monitoring.handlers.tariffs import (
    add_tariff,
    assign_tariff,
    find_contracts,
    remove_tariff,
    replace_tariff,
    unassign_tariff,
)
from kilowatch.monitoring.store.meters import MeterStore
from kilowatch.monitoring.store.tariffs import TariffRecord, TariffStore, assignment

router = APIRouter(tags=["tariffs"])

Id: TypeAlias = Annotated[int, Field(ge=1, le=MAX_ID)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffAnswer:
    id: int
    version: int
    tariff: TariffBody
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffInForce:
    tariff_id: int
    tariff: TariffBody
    device_ids: Sequence[int]  #: of the meters asked about, those to which it applies today


class TariffAssignmentBody(BaseModel):
    """Exactly one of the three says to what. Of a device's own, its site's and its owner's tariff, the first counts."""

    model_config = ConfigDict(extra="forbid")

    tariff_id: Id
    device_id: Id | None = None
    site_id: Id | None = None
    user_id: UUID | None = None
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _one_target(self) -> "TariffAssignmentBody":
        if sum(each is not None for each in (self.device_id, self.site_id, self.user_id)) != 1:
            raise ValueError("give one of device_id, site_id and user_id")
        return self

    @property
    def target(self) -> Target:
        if self.device_id is not None:
            return OfDevice(self.device_id)
        if self.site_id is not None:
            return OfSite(self.site_id)
        assert self.user_id is not None
        return OfUser(self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffAssignmentAnswer:
    id: int
    tariff_id: int
    device_id: int | None
    site_id: int | None
    user_id: UUID | None
    since: date
    until: date | None


@router.get("/api/tariffs")
async def list_tariffs(monitoring: Monitoring, _: Staff, offset: Offset = 0, limit: Limit = 50) -> Page[TariffAnswer]:
    """By name."""
    async with monitoring.database.transaction() as connection:
        found, total = await TariffStore(connection).page(offset, limit)
    return Page([_answer(record) for record in found], total)


@router.post("/api/tariffs", status_code=HTTPStatus.CREATED)
async def create_tariff(
    monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, body: TariffBody
) -> TariffAnswer:
    async with _changing(monitoring, origin) as (store, audit):
        return _answer(await add_tariff(store, audit, body.tariff(), monitoring.clock))


@router.get("/api/tariffs/mine")
async def list_my_tariffs(monitoring: Monitoring, who: SignedIn) -> list[TariffInForce]:
    """Those that apply to my meters today."""
    return await _in_force(monitoring, lambda store, now: find_own_meters(store, who, now))


@router.get("/api/tariffs/devices/{device_id}")
async def list_tariffs_of_device(monitoring: Monitoring, who: SignedIn, device_id: PathId) -> list[TariffInForce]:
    """The one that applies to it today, whether it is its own, its site's or its owner's; or none."""

    async def find(store: MeterStore, now: datetime) -> Sequence[VisibleMeter]:
        return [await find_meter(store, who, device_id, now)]

    return await _in_force(monitoring, find)


@router.get("/api/tariffs/sites/{site_id}")
async def list_tariffs_of_site(monitoring: Monitoring, who: SignedIn, site_id: PathId) -> list[TariffInForce]:
    """Those that apply to its meters today."""
    return await _in_force(monitoring, lambda store, now: find_site_meters(store, who, site_id, now))


@router.get("/api/tariffs/{tariff_id}")
async def show_tariff(monitoring: Monitoring, _: Staff, tariff_id: PathId) -> TariffAnswer:
    async with monitoring.database.transaction() as connection:
        return _answer(await TariffStore(connection).get(tariff_id))


@router.put("/api/tariffs/{tariff_id}")
async def change_tariff(
    monitoring: Monitoring,
    _: Administrator,
    origin: SignedInOrigin,
    tariff_id: PathId,
    body: TariffBody,
    version: Annotated[int | None, Query(ge=1, le=MAX_ID, description="The one that was looked at")] = None,
) -> TariffAnswer:
    """The whole of it. New prices from a day on are a version more; to change a version changes costs of the past."""
    async with _changing(monitoring, origin) as (store, audit):
        return _answer(await replace_tariff(store, audit, tariff_id, body.tariff(), version, monitoring.clock))


@router.delete("/api/tariffs/{tariff_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_tariff(monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, tariff_id: PathId) -> None:
    """Only one that is assigned to nothing."""
    async with _changing(monitoring, origin) as (store, audit):
        await remove_tariff(store, audit, tariff_id)


@router.get("/api/tariff-assignments")
async def list_assignments(
    monitoring: Monitoring,
    _: Staff,
    tariff: QueryId | None = None,
    device: QueryId | None = None,
    site: QueryId | None = None,
    user: UUID | None = None,
) -> list[TariffAssignmentAnswer]:
    asked = {
        assignment.c.tariff_id: tariff,
        assignment.c.device_id: device,
        assignment.c.site_id: site,
        assignment.c.user_id: user,
    }
    async with monitoring.database.transaction() as connection:
        conditions = [column == value for column, value in asked.items() if value is not None]
        return [_assigned(each) for each in await TariffStore(connection).assignments(*conditions)]


@router.post("/api/tariff-assignments", status_code=HTTPStatus.CREATED)
async def create_assignment(
    monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, body: TariffAssignmentBody
) -> TariffAssignmentAnswer:
    """From a local day of the devices on, until another assignment of the same thing begins, or `until`."""
    async with _changing(monitoring, origin) as (store, audit):
        given = await assign_tariff(store, audit, body.tariff_id, body.target, body.since, body.until)
        return _assigned(given)


@router.delete("/api/tariff-assignments/{assignment_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_assignment(
    monitoring: Monitoring, _: Administrator, origin: SignedInOrigin, assignment_id: PathId
) -> None:
    async with _changing(monitoring, origin) as (store, audit):
        await unassign_tariff(store, audit, assignment_id)


async def _in_force(
    monitoring: MonitoringContext, find: Callable[[MeterStore, datetime], Awaitable[Sequence[VisibleMeter]]]
) -> list[TariffInForce]:
    now = monitoring.clock()
    async with monitoring.database.transaction() as connection:
        devices = [meter.device for meter in await find(MeterStore(connection), now)]
        contracts = await find_contracts(TariffStore(connection), devices)
    found: dict[tuple[int, Tariff], list[int]] = {}
    for device in devices:
        today = now.astimezone(ZoneInfo(device.time_zone)).date()
        for contract in contracts.get(device.id, ()):
            if contract.since <= today < contract.until:
                found.setdefault((contract.tariff_id, contract.tariff), []).append(device.id)
    return [
        TariffInForce(tariff_id=tariff_id, tariff=TariffBody.of(tariff), device_ids=ids)
        for (tariff_id, tariff), ids in found.items()
    ]


@asynccontextmanager
async def _changing(monitoring: MonitoringContext, origin: Origin) -> AsyncIterator[tuple[TariffStore, Audit]]:
    async with monitoring.database.transaction() as connection:
        yield TariffStore(connection), Audit(connection, origin, monitoring.clock())


def _answer(record: TariffRecord) -> TariffAnswer:
    return TariffAnswer(
        id=record.id,
        version=record.version,
        tariff=TariffBody.of(record.tariff),
        created_at=record.created_at,
        updated_at=record.updated_at,
    )


def _assigned(given: TariffAssignment) -> TariffAssignmentAnswer:
    target = given.target
    return TariffAssignmentAnswer(
        id=given.id,
        tariff_id=given.tariff_id,
        device_id=target.device_id if isinstance(target, OfDevice) else None,
        site_id=target.site_id if isinstance(target, OfSite) else None,
        user_id=target.user_id if isinstance(target, OfUser) else None,
        since=given.since,
        until=given.until,
    )
