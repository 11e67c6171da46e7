"""Settings of `monitoring`."""

from typing import Annotated

from pydantic import Field

from kilowatch.kit.settings import Settings


class MonitoringSettings(Settings):
    """`KILOWATCH_MONITORING_POOL_SIZE`: connections to the database for everything but the write path."""

    monitoring_pool_size: Annotated[int, Field(ge=2, le=100)] = 10
