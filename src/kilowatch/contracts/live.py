"""Measurements as they come, for whoever looks now. They may be lost on the way: the next one makes up for it.

All of it is told to the topic exchange `live`; nothing waits in a queue.

    watching   realtime → monitoring   which devices somebody looks at
    usage      monitoring → realtime   power and today's energy of those, after a commit
    ingest     monitoring → realtime   how many readings a second
"""

from typing import Final

import msgspec

WATCHING: Final = "watching"
USAGE: Final = "usage"
INGEST: Final = "ingest"

#: A replica of realtime says again what it watches this often, and is forgotten when it has not for `WATCHING_ENDS_S`.
WATCHING_EVERY_S: Final = 5.0
WATCHING_ENDS_S: Final = 20.0


class Watching(msgspec.Struct, frozen=True):
    replica: str
    device_ids: tuple[int, ...]


class Usage(msgspec.Struct, frozen=True):
    """Columns, a place in each for every device."""

    device_ids: tuple[int, ...]
    power_w: tuple[float | None, ...]  #: over the newest interval, or as the newest reading says; None: too long ago
    today_mwh: tuple[int, ...]  #: since midnight where the device is
    at: tuple[int | None, ...]  #: of the newest reading, µs UTC


class Ingest(msgspec.Struct, frozen=True):
    """What a replica has written, in readings a second over the time since it last said so."""

    replica: str
    accepted: float
    duplicate: float
    rejected: float
