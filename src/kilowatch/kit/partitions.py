"""The queues between balancers and monitoring replicas; whoever starts first declares them."""

from kilowatch.contracts.routing import PARTITION_MAX_MESSAGES, PARTITIONS, partition_queue
from kilowatch.kit.broker.port import Binding, Exchange, ExchangeKind, Queue, Topology


def partition_topology(partitions: int) -> Topology:
    """One bounded queue a partition. No delivery limit: what is in them was checked, and is never to be lost."""
    queues = [partition_queue(partition) for partition in range(partitions)]
    return Topology(
        exchanges=[Exchange(PARTITIONS, ExchangeKind.DIRECT)],
        queues=[Queue(name=queue, max_messages=PARTITION_MAX_MESSAGES) for queue in queues],
        bindings=[Binding(PARTITIONS, queue, str(partition)) for partition, queue in enumerate(queues)],
    )
