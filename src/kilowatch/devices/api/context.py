"""What the routes work with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeAlias

from fastapi import Depends, Header

from kilowatch.devices.handlers.work import Work
from kilowatch.devices.unit import ITSELF, work_on
from kilowatch.kit.audit import Origin
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Invalid
from kilowatch.kit.http import provided
from kilowatch.kit.service import Peers

LONGEST_VERSION: Final = 18  #: digits; no version is even near it


@dataclass(frozen=True, slots=True)
class DevicesContext:
    database: Database
    clock: Clock
    peers: Peers
    broker_vhost: str
    broker_key: str = field(repr=False)  #: part of the address at which RabbitMQ asks; nobody else knows it


Devices: TypeAlias = Annotated[DevicesContext, Depends(provided(DevicesContext))]


@asynccontextmanager
async def working(devices: DevicesContext, origin: Origin = ITSELF) -> AsyncIterator[Work]:
    """One transaction of one caller."""
    async with devices.database.transaction() as connection:
        yield work_on(connection, devices.clock, origin)


def _version(
    if_match: Annotated[str | None, Header(description='Version that was looked at, `"3"`')] = None,
) -> int | None:
    if if_match is None or if_match == "*":
        return None
    version = if_match.removeprefix("W/").strip('"')
    if not (version.isascii() and version.isdigit() and len(version) <= LONGEST_VERSION):
        raise Invalid('If-Match is a version in quotes, such as "3".')
    return int(version)


#: The version in `If-Match`; None: whatever there is.
IfMatch: TypeAlias = Annotated[int | None, Depends(_version)]


def etag(version: int) -> dict[str, str]:
    return {"ETag": f'"{version}"'}
