"""What other services ask in the name of a person; see `kit.on_behalf`."""

from uuid import UUID

from fastapi import APIRouter, Response

from kilowatch.kit.http import PeerService
from kilowatch.kit.on_behalf import as_client
from kilowatch.kit.paging import Page
from kilowatch.monitoring.api.alerts import AlertAnswer, Wanted, list_alerts
from kilowatch.monitoring.api.context import Limit, Monitoring, PathId
from kilowatch.monitoring.api.export import Format
from kilowatch.monitoring.api.outlook import MonthForecast, project_mine
from kilowatch.monitoring.api.readings import PowerAnswer, power_now
from kilowatch.monitoring.api.subject import meter_of_device, my_meters
from kilowatch.monitoring.api.tariffs import TariffInForce, list_my_tariffs
from kilowatch.monitoring.api.usage import Question, UsageAnswer, device_usage, my_usage

router = APIRouter(include_in_schema=False)


@router.get("/internal/monitoring/of/{user_id}/usage", response_model=UsageAnswer)
async def usage_of(monitoring: Monitoring, _: PeerService, user_id: UUID, question: Question) -> Response:
    meters = await my_meters(monitoring, as_client(user_id))
    return await my_usage(monitoring, meters, question, Format.JSON)


@router.get("/internal/monitoring/of/{user_id}/usage/{device_id}", response_model=UsageAnswer)
async def device_usage_of(
    monitoring: Monitoring, _: PeerService, user_id: UUID, device_id: PathId, question: Question
) -> Response:
    meters = await meter_of_device(monitoring, as_client(user_id), device_id)
    return await device_usage(monitoring, meters, device_id, question, Format.JSON)


@router.get("/internal/monitoring/of/{user_id}/projection", response_model=MonthForecast)
async def projection_of(monitoring: Monitoring, _: PeerService, user_id: UUID) -> Response:
    return await project_mine(monitoring, await my_meters(monitoring, as_client(user_id)))


@router.get("/internal/monitoring/of/{user_id}/power/{device_id}")
async def power_of(monitoring: Monitoring, _: PeerService, user_id: UUID, device_id: PathId) -> PowerAnswer:
    return await power_now(monitoring, as_client(user_id), device_id)


@router.get("/internal/monitoring/of/{user_id}/alerts", response_model=Page[AlertAnswer])
async def alerts_of(
    monitoring: Monitoring, _: PeerService, user_id: UUID, wanted: Wanted, limit: Limit = 50
) -> Page[AlertAnswer] | Response:
    return await list_alerts(monitoring, as_client(user_id), wanted, Format.JSON, limit=limit)


@router.get("/internal/monitoring/of/{user_id}/tariffs")
async def tariffs_of(monitoring: Monitoring, _: PeerService, user_id: UUID) -> list[TariffInForce]:
    return await list_my_tariffs(monitoring, as_client(user_id))
