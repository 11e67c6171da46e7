"""Keeping up with what other services say of devices and people."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.monitoring.domain.configuration import first_difference
from kilowatch.monitoring.store.alerts import AlertStore
from kilowatch.monitoring.store.projection import ProjectionStore
from kilowatch.monitoring.store.tariffs import TariffStore


async def project_devices(store: ProjectionStore, devices: Sequence[Device], now: datetime) -> None:
    """Take over the published state of devices, each unless a newer one is known."""
    await store.take_turn()
    known = await store.devices([device.id for device in devices])
    news = [device for device in devices if _is_news(device, known.get(device.id))]
    if not news:
        return
    await store.save(news)
    pairs = [(known[device.id], device) for device in news if device.id in known]
    differences = {after.id: first_difference(before.configurations, after.configurations) for before, after in pairs}
    past = {device_id: moment for device_id, moment in differences.items() if moment is not None and moment < now}
    await store.ask_recomputation(past, "configuration")
    await store.tell_fleet()


async def forget_user(
    store: ProjectionStore, alerts: AlertStore, tariffs: TariffStore, audit: Audit, user_id: UUID
) -> None:
    await store.take_turn()
    await store.end_access(user_id)
    await tariffs.forget(user_id)
    await alerts.forget(user_id)
    await audit.erase(f"user/{user_id}")
    await store.tell_fleet()


def _is_news(device: Device, known: Device | None) -> bool:
    return known is None or (device.version >= known.version and device != known)
