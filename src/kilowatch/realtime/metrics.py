"""What the sockets of this replica do."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

SOCKETS: Final = Gauge("kilowatch_realtime_sockets", "Sockets open")
SENT: Final = Counter("kilowatch_realtime_frames_sent", "Frames handed to the network")
RECEIVED: Final = Counter("kilowatch_realtime_frames_received", "Frames from clients", ["type"])
REFUSED: Final = Counter("kilowatch_realtime_refused", "Sockets that were not opened", ["reason"])
CLOSED: Final = Counter("kilowatch_realtime_closed", "Sockets closed by us", ["code"])
CAUGHT_UP: Final = Counter("kilowatch_realtime_caught_up", "Sockets that had to read frames from the table")
STORED: Final = Counter("kilowatch_realtime_frames_stored", "Durable frames, once for each person")
DELAY: Final = Histogram(
    "kilowatch_realtime_delay_seconds",
    "From an event to its frame being handed to the sockets of this replica",
    buckets=[0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10],
)
