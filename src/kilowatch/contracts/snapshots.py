"""The whole published state of a service, page by page, from which a projection is built again.

    GET /internal/devices?after=0&limit=1000        → Snapshot[Device]
    GET /internal/credentials?after=&limit=1000     → Snapshot[Credential]
    GET /internal/users?after=&limit=1000           → Snapshot[User]

Items come by id, tombstones included, each with its version: apply them like events. Pass `next` as `after` until
it is None.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Snapshot(Generic[ItemT]):
    items: tuple[ItemT, ...]
    next: str | None  #: `after` of the following page; None: this was the last
