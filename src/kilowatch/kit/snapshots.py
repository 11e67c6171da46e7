"""Reading the whole published state of another service, page by page."""

from collections.abc import AsyncIterator
from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec

from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.service import Peers

ItemT = TypeVar("ItemT")

PAGE: Final = 500


async def snapshot_pages(peers: Peers, service: str, path: str, item: type[ItemT]) -> AsyncIterator[tuple[ItemT, ...]]:
    """Items by id, tombstones included; apply them like events. Raises `Unavailable`."""
    after: str | None = ""
    while after is not None:
        query = {"limit": PAGE} | ({"after": after} if after else {})
        answer = await peers.get_json(service, f"{path}?{urlencode(query)}")
        page = msgspec.convert(answer, Snapshot[item])  # type: ignore[valid-type]
        yield page.items
        after = page.next
