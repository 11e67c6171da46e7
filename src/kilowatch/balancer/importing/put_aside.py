"""What monitoring has put aside of an import: it contradicts stored readings, or lies where they were dropped."""

from collections.abc import AsyncIterator, Sequence
from typing import Final
from uuid import UUID

import msgspec

from kilowatch.kit.service import Peers

PATH: Final = "/internal/monitoring/rejected-of-import"


class PutAside(msgspec.Struct, frozen=True):
    reason: str
    raw: str


class _Page(msgspec.Struct, frozen=True):
    total: int
    items: Sequence[PutAside]
    next: int | None


async def count_put_aside(peers: Peers, import_id: UUID) -> int:
    """Raises `Unavailable`."""
    return (await _page(peers, f"{PATH}/{import_id}?limit=0")).total


async def all_put_aside(peers: Peers, import_id: UUID) -> AsyncIterator[Sequence[PutAside]]:
    """Page by page. Raises `Unavailable`."""
    page = await _page(peers, f"{PATH}/{import_id}")
    while page.items:
        yield page.items
        if page.next is None:
            return
        page = await _page(peers, f"{PATH}/{import_id}?before={page.next}")


async def _page(peers: Peers, path: str) -> _Page:
    return msgspec.convert(await peers.get_json("monitoring", path), _Page)
