"""The broker port on RabbitMQ 3.10 to 4.x, over AMQP 0-9-1 (pika on the event loop, decision 10).

`wire` says in pure functions what goes over the wire, `link` owns connections, `publisher` and `subscription` keep
the two halves of the port's promises, `broker` puts them together.
"""

from kilowatch.kit.broker.rabbitmq.broker import RabbitBroker, open_rabbitmq

__all__ = ["RabbitBroker", "open_rabbitmq"]
