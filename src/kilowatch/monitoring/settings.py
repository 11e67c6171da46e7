"""Settings of `monitoring`."""

from typing import Annotated

from pydantic import Field

from kilowatch.contracts.routing import DEFAULT_PARTITION_COUNT
from kilowatch.kit.settings import Settings


class MonitoringSettings(Settings):
    """`partitions` is the same for every balancer and monitoring replica, for as long as the queues live."""

    partitions: Annotated[int, Field(ge=1, le=1024)] = DEFAULT_PARTITION_COUNT
    #: Rejected readings are kept this long to be looked at and replayed.
    rejected_kept_days: Annotated[int, Field(ge=1, le=3650)] = 90
    #: Readings are dropped, a whole month at a time, when they are older; usage stays. None: they are kept for ever.
    readings_kept_days: Annotated[int, Field(ge=31, le=36_500)] | None = None
    #: Connections to the database for everything but the write path.
    monitoring_pool_size: Annotated[int, Field(ge=2, le=100)] = 10
