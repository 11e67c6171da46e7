"""What both ways in share: check what was decoded, and hand it to the partitions."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from kilowatch.balancer import metrics
from kilowatch.balancer.domain.checks import Checked, Window, check
from kilowatch.balancer.domain.decoding import Decoded
from kilowatch.balancer.domain.instants import Bools
from kilowatch.balancer.domain.parcels import parcels
from kilowatch.balancer.lanes import Lanes, Provenance
from kilowatch.balancer.projection import Projection
from kilowatch.balancer.settings import BalancerSettings
from kilowatch.contracts.batch import RejectionReason, Source
from kilowatch.kit.clock import Clock
from kilowatch.kit.fields import EARLIEST
from kilowatch.kit.instants import microseconds
from kilowatch.kit.telemetry import correlation_id, new_correlation_id
from kilowatch.kit.tracing import traceparent


class Via(StrEnum):
    HTTP = "http"
    BROKER = "broker"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    projection: Projection
    lanes: Lanes
    settings: BalancerSettings
    clock: Clock

    def check(self, decoded: Decoded, allowed: Bools, source: Source = Source.LIVE) -> Checked:
        """`allowed`: which readings are of devices that their sender may send for."""
        now = self.clock()
        # History is as old as it is; a meter that sends such times has lost its clock.
        oldest = EARLIEST if source is Source.IMPORT else now - self.settings.retention
        window = Window(microseconds(oldest), microseconds(now + self.settings.future_tolerance))
        return check(decoded, allowed, self.projection.directory, window)

    async def hand_over(self, checked: Checked, source: Source) -> None:
        """Return once every partition concerned has what it is to have. Raises `SlowDown`, `Unavailable`."""
        await self.lanes.send(parcels(checked, self.settings.partitions), self.provenance(source))
        count(Via.HTTP, len(checked.accepted), Counter(item.rejection.reason for item in checked.refused))

    def provenance(self, source: Source) -> Provenance:
        return Provenance(
            microseconds(self.clock()), source, correlation_id.get() or new_correlation_id(), traceparent()
        )


def count(via: Via, accepted: int, refused: Counter[RejectionReason]) -> None:
    """Tell Prometheus of what partitions have safely."""
    metrics.RECEIVED.labels(via).inc(accepted + refused.total())
    metrics.ACCEPTED.labels(via).inc(accepted)
    for reason, number in refused.items():
        metrics.REJECTED.labels(via, reason).inc(number)
