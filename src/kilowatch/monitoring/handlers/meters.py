"""Who may see what: checked per object, here and nowhere else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.metering import AccessLevel
from kilowatch.kit.errors import NotFound
from kilowatch.kit.security import UserPrincipal
from kilowatch.monitoring.domain.visibility import ALWAYS, VisibleMeter, windows
from kilowatch.monitoring.store.meters import Granted, MeterStore, at_site, with_id


def sees_everything(who: UserPrincipal) -> bool:
    return who.role in (Role.ADMINISTRATOR, Role.OPERATOR)


async def find_meter(store: MeterStore, who: UserPrincipal, device_id: int, now: datetime) -> VisibleMeter:
    """Raises `NotFound`, also for a device of somebody else: that it exists is nobody's business."""
    found = await _find(store, who, now, with_id(device_id))
    if not found:
        raise NotFound("There is no such device.")
    return found[0]


async def find_site_meters(
    store: MeterStore, who: UserPrincipal, site_id: int, now: datetime
) -> Sequence[VisibleMeter]:
    """Raises `NotFound` when there is no meter there that the one who asks may see."""
    found = await _find(store, who, now, at_site(site_id))
    if not found:
        raise NotFound("There is no such site, or no device at it.")
    return found


async def find_own_meters(store: MeterStore, who: UserPrincipal, now: datetime) -> Sequence[VisibleMeter]:
    """The meters assigned to a person, whatever their role."""
    return _visible(await store.granted(who.user_id), now)


async def owns(store: MeterStore, who: UserPrincipal, device_id: int, now: datetime) -> bool:
    for _, assignments in await store.granted(who.user_id, with_id(device_id)):
        return bool(windows((given for given in assignments if given.level is AccessLevel.OWNER), now))
    return False


async def _find(
    store: MeterStore, who: UserPrincipal, now: datetime, condition: ColumnElement[bool]
) -> Sequence[VisibleMeter]:
    if sees_everything(who):
        return [VisibleMeter(device, (ALWAYS,)) for device in await store.devices(condition)]
    return _visible(await store.granted(who.user_id, condition), now)


def _visible(granted: Sequence[Granted], now: datetime) -> Sequence[VisibleMeter]:
    meters = (VisibleMeter(device, windows(assignments, now)) for device, assignments in granted)
    return [meter for meter in meters if meter.windows]
