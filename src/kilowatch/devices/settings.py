"""Settings of `devices`."""

from kilowatch.kit.settings import Settings


class DevicesSettings(Settings):
    """`KILOWATCH_BROKER_VHOST`: the virtual host at RabbitMQ that meters may log in to."""

    broker_vhost: str = "/"
