"""What Prometheus is told."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("kilowatch_ingest_received", "Readings received from known senders", ["via"])
ACCEPTED = Counter("kilowatch_ingest_accepted", "Readings that passed the checks", ["via"])
REJECTED = Counter("kilowatch_ingest_rejected", "Readings refused", ["via", "reason"])
UNAUTHENTICATED = Counter("kilowatch_ingest_unauthenticated", "Requests and messages of unknown senders", ["via"])
BATCHES = Counter("kilowatch_ingest_batches", "Batches offered to partitions", ["outcome"])
BATCH_READINGS = Histogram(
    "kilowatch_ingest_batch_readings", "Readings in a batch", buckets=(1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000)
)
PUBLISH_SECONDS = Histogram("kilowatch_ingest_publish_seconds", "Time until a batch was confirmed")
IN_FLIGHT = Gauge("kilowatch_ingest_in_flight", "Readings accepted and not yet confirmed by their partition")
DEVICES = Gauge("kilowatch_ingest_devices", "Devices that the balancer knows")
