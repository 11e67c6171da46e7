"""Times of leases."""

from kilowatch.kit.settings import Settings


class LeaseSettings(Settings):
    """`KILOWATCH_HEARTBEAT_S`, `KILOWATCH_LEASE_S`, …"""

    heartbeat_s: float = 1.0
    lease_s: float = 5.0  #: a silent or unproven replica keeps its partitions so long
    gone_s: float = 2.5  #: and one whose connection has ended so long: it may be on its way back
    drain_s: float = 3.0  #: to start or to stop consuming a partition
