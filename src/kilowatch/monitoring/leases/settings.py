"""Times of leases."""

from typing import Annotated, TypeAlias

from pydantic import Field

from kilowatch.kit.settings import Settings

Seconds: TypeAlias = Annotated[float, Field(gt=0)]


class LeaseSettings(Settings):
    """`KILOWATCH_HEARTBEAT_S`, `KILOWATCH_LEASE_S`, …"""

    heartbeat_s: Seconds = 1.0  #: between two signs of life of a replica
    lease_s: Seconds = 5.0  #: a silent or unproven replica keeps its partitions so long
    gone_s: Seconds = 2.5  #: and one whose connection has ended so long: it may be on its way back
    drain_s: Seconds = 3.0  #: to start or to stop consuming a partition
