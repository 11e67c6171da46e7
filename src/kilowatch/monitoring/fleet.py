"""The devices, for the write path's picture of them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from kilowatch.contracts.metering import Device
from kilowatch.kit.database import Database
from kilowatch.monitoring.domain.rules import DEFAULTS, JUDGED_BY_USAGE
from kilowatch.monitoring.ledger.watched import Watched
from kilowatch.monitoring.store.projection import ProjectionStore
from kilowatch.monitoring.store.rules import ALL_DEVICES, RuleStore

PAGE: Final = 5_000


@dataclass
class FleetSource:
    """What has changed of the devices since it was last asked."""

    database: Database
    _seen: int = 0
    _rules_seen: int = -1

    async def changes(self) -> AsyncIterator[Sequence[Device]]:
        """Devices that have come, changed or gone, a page at a time. Raises `Unavailable`."""
        while page := await self._page():
            yield [state for _, state in page]

    async def watched(self) -> Watched | None:
        """Which devices' rules are judged by their usage; None: as before. Raises `Unavailable`."""
        async with self.database.transaction() as connection:
            store = RuleStore(connection)
            version = await store.version()
            if version == self._rules_seen:
                return None
            enabled = await store.enabled(JUDGED_BY_USAGE)
        self._rules_seen = version
        standard = {kind: enabled.get((ALL_DEVICES, kind), DEFAULTS[kind].enabled) for kind in JUDGED_BY_USAGE}
        own = {
            device_id: any(enabled.get((device_id, kind), standard[kind]) for kind in JUDGED_BY_USAGE)
            for device_id, _ in enabled
            if device_id != ALL_DEVICES
        }
        return Watched.of(any(standard.values()), own)

    async def _page(self) -> Sequence[tuple[int, Device]]:
        async with self.database.transaction() as connection:
            page = await ProjectionStore(connection).changed_after(self._seen, PAGE)
        self._seen = page[-1][0] if page else self._seen
        return page
