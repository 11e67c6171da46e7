"""Settings of `balancer`."""

from datetime import timedelta

from pydantic import Field

from kilowatch.contracts.routing import DEFAULT_PARTITION_COUNT, TELEMETRY
from kilowatch.kit.settings import Settings


class BalancerSettings(Settings):
    """`partitions` is the same for every balancer and monitoring replica, for as long as the queues live."""

    partitions: int = Field(DEFAULT_PARTITION_COUNT, ge=1, le=1024)
    retention: timedelta = timedelta(days=3653)  #: live readings that are older are refused; an import may bring them
    future_tolerance: timedelta = timedelta(minutes=5)  #: by which the clock of a meter may be ahead

    ingest_body_bytes: int = Field(16 << 20, gt=0)  #: of a request, as it comes
    ingest_decompressed_bytes: int = Field(64 << 20, gt=0)  #: and unpacked: gzip makes up to a thousand times as much
    ingest_max_readings: int = Field(200_000, gt=0)  #: in one request
    ingest_max_requests: int = Field(256, gt=0)  #: at work at the same time; more are sent away for a moment
    ingest_max_requests_of_one: int = Field(64, gt=0)  #: device or gateway

    ingest_gather_s: float = Field(0.02, ge=0, le=1)  #: how long a reading may wait for company
    batch_readings: int = Field(8_000, gt=0)  #: times monitoring's prefetch it bounds what a replica has in memory
    batch_rejections: int = Field(500, gt=0)  #: each has up to 1,000 characters with it
    lane_readings: int = Field(100_000, gt=0)  #: waiting for one partition, before senders are sent away
    publish_timeout_s: float = Field(10.0, gt=0)  #: for the broker to confirm a batch
    park_s: float = Field(1.0, gt=0)  #: how long a partition that refused is left alone

    ingress_exchange: str = TELEMETRY  #: where meters publish at the broker
    ingress_routing_key: str = "#"  #: which of what is published there is taken
    ingress_prefetch: int = Field(10_000, gt=0)  #: messages that are read and not acked yet
    ingress_take: int = Field(2_000, gt=0)  #: messages decoded together
