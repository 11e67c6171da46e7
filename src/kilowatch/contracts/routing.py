"""Names of exchanges and queues on the broker."""

from typing import Final

from kilowatch.contracts.services import SERVICES

#: Topic exchange where meters publish, one reading a message.
TELEMETRY: Final = "telemetry"
#: Bounded quorum queue between `TELEMETRY` and the balancers.
TELEMETRY_INGRESS: Final = "telemetry.ingress"
#: Direct exchange from the balancers to the partition queues; the routing key is the partition number.
PARTITIONS: Final = "telemetry.partitions"
#: Topic exchange of domain events; the routing key is the event type.
EVENTS: Final = "events"
#: Topic exchange of what people do in conversations; the routing key is the command's type (`contracts.chat`).
CHAT_COMMANDS: Final = "chat.commands"
#: Bounded quorum queue between `CHAT_COMMANDS` and `support`; bound with `#`.
CHAT_COMMAND_QUEUE: Final = "chat.commands"
#: Topic exchange of what goes to the sockets of all realtime replicas, and may be lost on the way.
FRAMES: Final = "frames"
#: Topic exchange of measurements as they come (`contracts.live`), which may be lost as well.
LIVE: Final = "live"

DEFAULT_PARTITION_COUNT: Final = 32

#: Bounds of the queues, said here because whoever starts first declares them. A message of the ingress is one reading,
#: a message of a partition is a batch of up to some thousands.
INGRESS_MAX_MESSAGES: Final = 1_000_000
PARTITION_MAX_MESSAGES: Final = 1_000
CHAT_COMMAND_MAX_MESSAGES: Final = 10_000


def partition_queue(partition: int) -> str:
    return f"telemetry.partition.{partition}"


def event_queue(service: str) -> str:
    """The queue through which `service` hears of events."""
    return f"events.{service}"


#: All queues that messages may die in, of whatever way to run: some do not exist everywhere.
QUEUES: Final = (
    *map(event_queue, SERVICES),
    CHAT_COMMAND_QUEUE,
    TELEMETRY_INGRESS,
    *map(partition_queue, range(DEFAULT_PARTITION_COUNT)),
)
