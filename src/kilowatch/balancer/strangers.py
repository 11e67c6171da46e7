"""Senders that we do not know: counted all, written to the log now and then, stored never.

Anybody can make up credentials by the million; neither our disk nor our log is theirs to fill.
"""

import time
from typing import Final

from kilowatch.balancer import metrics
from kilowatch.kit.telemetry import logger

log = logger(__name__)

SAMPLE_EVERY_S: Final = 10.0


class Strangers:
    def __init__(self) -> None:
        self._since_sample = 0
        self._sampled_at = float("-inf")

    def note(self, via: str, claim: str) -> None:
        """`claim`: something to recognise the sender by, nothing secret."""
        metrics.UNAUTHENTICATED.labels(via).inc()
        self._since_sample += 1
        if time.monotonic() - self._sampled_at >= SAMPLE_EVERY_S:
            log.warning("unknown_sender", via=via, claim=claim[:80], tries=self._since_sample)
            self._sampled_at = time.monotonic()
            self._since_sample = 0
