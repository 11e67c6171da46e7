"""Whose usage is asked for: the meters that a path names, as far as who asks may see them."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import Depends

from kilowatch.kit.http import SignedIn
from kilowatch.monitoring.api.context import Monitoring, PathId
from kilowatch.monitoring.domain.visibility import VisibleMeter
from kilowatch.monitoring.handlers.meters import find_meter, find_own_meters, find_site_meters
from kilowatch.monitoring.handlers.usage import counted_meters
from kilowatch.monitoring.store.meters import MeterStore


async def meter_of_device(monitoring: Monitoring, who: SignedIn, device_id: PathId) -> Sequence[VisibleMeter]:
    async with monitoring.database.transaction() as connection:
        return [await find_meter(MeterStore(connection), who, device_id, monitoring.clock())]


async def _of_site(monitoring: Monitoring, who: SignedIn, site_id: PathId) -> Sequence[VisibleMeter]:
    async with monitoring.database.transaction() as connection:
        store = MeterStore(connection)
        return await counted_meters(store, await find_site_meters(store, who, site_id, monitoring.clock()))


async def my_meters(monitoring: Monitoring, who: SignedIn) -> Sequence[VisibleMeter]:
    async with monitoring.database.transaction() as connection:
        store = MeterStore(connection)
        return await counted_meters(store, await find_own_meters(store, who, monitoring.clock()))


#: One meter.
MeterOfDevice: TypeAlias = Annotated[Sequence[VisibleMeter], Depends(meter_of_device)]
#: Those at a site that no other meter there measures already.
MetersAtSite: TypeAlias = Annotated[Sequence[VisibleMeter], Depends(_of_site)]
#: Those assigned to whoever asks that no other of them measures already.
MyMeters: TypeAlias = Annotated[Sequence[VisibleMeter], Depends(my_meters)]
