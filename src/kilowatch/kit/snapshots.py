"""Taking over the whole published state of another service, page by page."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.database import Database
from kilowatch.kit.errors import KilowatchError
from kilowatch.kit.service import Job, Peers
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

ItemT = TypeVar("ItemT")

PAGE: Final = 500
RETRY_S: Final = 2.0


async def snapshot_pages(peers: Peers, service: str, path: str, item: type[ItemT]) -> AsyncIterator[tuple[ItemT, ...]]:
    """Items by id, tombstones included; apply them like events. Raises `Unavailable`."""
    after: str | None = ""
    while after is not None:
        query = {"limit": PAGE} | ({"after": after} if after else {})
        answer = await peers.get_json(service, f"{path}?{urlencode(query)}")
        page = msgspec.convert(answer, Snapshot[item])  # type: ignore[valid-type]
        yield page.items
        after = page.next


async def take_over_snapshot(
    database: Database,
    pages: AsyncIterator[tuple[ItemT, ...]],
    take_over: Callable[[AsyncConnection, ItemT], Awaitable[object]],
) -> int:
    """Take over each item, a transaction a page. Returns how many there are. Raises `Unavailable`."""
    count = 0
    async for items in pages:
        async with database.transaction() as connection:
            for item in items:
                await take_over(connection, item)
        count += len(items)
    return count


def catch_up_at_start(rebuild: Callable[[], Awaitable[object]]) -> Job:
    """The job that rebuilds a projection once those it is made of answer: events may have been missed, say after a
    restore."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await rebuild()
            except KilowatchError as error:
                log.info("snapshot_waits", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)
            else:
                return

    return run
