"""A `kilowatch` without one of its safeguards: `python -m tests.chaos.replica WHICH serve monitoring …`

It exists to prove that the audit would notice. The product itself has no switch for any of this.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from unittest.mock import patch

from kilowatch.cli import app
from kilowatch.kit.broker.rabbitmq.subscription import RabbitSubscription
from kilowatch.monitoring.ledger.commit import Ledger
from kilowatch.monitoring.ledger.intake import Work


class ForgetfulLedger(Ledger):
    """Notes the ids of batches, and does not look at them."""

    async def _not_seen(self, work: Sequence[Work]) -> list[Work]:
        await super()._not_seen(work)
        return list(work)


class CarelessSubscription(RabbitSubscription):
    """Tells the broker that everything is done the moment it arrives."""

    async def start(self, queue: str, prefetch: int) -> None:
        raw = self._channel.raw
        await self._channel.call(raw.basic_qos, prefetch_count=prefetch)
        await self._channel.call(raw.basic_consume, queue=queue, on_message_callback=self._on_message, auto_ack=True)

    def _settle(self, tags: Sequence[int], send: Callable[[], None]) -> None:
        for tag in tags:
            del self._unsettled[tag]


CHANGES: Mapping[str, tuple[str, type]] = {
    "batch-ids": ("kilowatch.monitoring.app.Ledger", ForgetfulLedger),
    "acks": ("kilowatch.kit.broker.rabbitmq.broker.RabbitSubscription", CarelessSubscription),
}

if __name__ == "__main__":
    target, replacement = CHANGES[sys.argv.pop(1)]
    with patch(target, replacement):
        app()
