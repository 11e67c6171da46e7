"""What a meter or a gateway may do at the message broker: publish readings under its own routing keys. Nothing else.

A device publishes with `device.7` or `device.7.…` (MQTT: `device/7`, `device/7/…`); a gateway with `gateway.3`, or in
the name of a device on its list. So the routing key tells the balancer who sent a reading.
"""

from enum import StrEnum
from typing import Final

from kilowatch.contracts.credentials import Holder
from kilowatch.contracts.routing import TELEMETRY

#: Prefix of the queues that the MQTT plugin keeps for a session; the client id and the quality of service follow.
SESSION_QUEUE: Final = "mqtt-subscription-"
SESSION_QUEUE_SUFFIXES: Final = ("qos0", "qos1")
#: Queue of RabbitMQ 4 for a delayed last will.
WILL_QUEUE: Final = "mqtt-will-"


class ResourceKind(StrEnum):
    EXCHANGE = "exchange"
    QUEUE = "queue"
    TOPIC = "topic"


class Permission(StrEnum):
    CONFIGURE = "configure"
    WRITE = "write"
    READ = "read"


def may_use_resource(holder: Holder, kind: ResourceKind, name: str, permission: Permission) -> bool:
    match kind:
        case ResourceKind.EXCHANGE:
            return may_publish_to(name, permission)
        case ResourceKind.QUEUE:
            return is_own_session(holder, name)
        case ResourceKind.TOPIC:
            return False


def may_publish_to(exchange: str, permission: Permission) -> bool:
    return exchange == TELEMETRY and permission is Permission.WRITE


def is_own_session(holder: Holder, queue: str) -> bool:
    """Whether the queue belongs to an MQTT session whose client id is the login, or the login, a dot and more.

    Another client id works too, for publishing: such a session needs no queue.
    """
    client_id = _client_id(queue)
    return client_id == holder.login or client_id.startswith(f"{holder.login}.")


def _client_id(queue: str) -> str:
    if queue.startswith(WILL_QUEUE):
        return queue.removeprefix(WILL_QUEUE)
    if queue.startswith(SESSION_QUEUE) and queue.endswith(SESSION_QUEUE_SUFFIXES):
        return queue.removeprefix(SESSION_QUEUE)[: -len("qos0")]
    return ""
