"""The directory in memory, kept up with the projection in the database, in every replica.

Who changes the projection notifies; whoever listens reads what has changed since it looked last. A notification can be
missed while a connection is replaced, so it looks anyway every `POLL_S`. Without a database the balancer goes on with
what it knows.
"""

import asyncio
import logging
import time
from contextlib import suppress
from datetime import datetime
from typing import Final

from kilowatch.balancer import metrics
from kilowatch.balancer.domain.directory import Directory, Sender
from kilowatch.balancer.store import CHANNEL, ProjectionStore
from kilowatch.contracts.credentials import credential_digest
from kilowatch.contracts.events import Credential
from kilowatch.contracts.metering import Device
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database, listen
from kilowatch.kit.errors import KilowatchError, Unauthenticated, Unavailable
from kilowatch.kit.service import Job, Peers
from kilowatch.kit.snapshots import snapshot_pages
from kilowatch.kit.tasks import wait_for_any
from kilowatch.kit.telemetry import logger

log = logger(__name__)

POLL_S: Final = 2.0
#: A bulk import changes the projection thousands of times a second; the columns follow at this pace.
PACE_S: Final = 0.1
#: Strangers that are kept waiting until it is known that they are; more of them are refused at once.
MAX_WAITING: Final = 100
RETRY_S: Final = 1.0
#: Where all services start together, `devices` needs a moment more.
QUIET_TRIES: Final = 5


class Projection:
    """What this replica knows of devices and credentials."""

    def __init__(self, partition_count: int) -> None:
        self.directory = Directory(partition_count)
        self.built = asyncio.Event()  #: the snapshots have been taken in: who is unknown now is unknown
        self._sequence = -1
        self._refreshing = asyncio.Lock()
        self._refreshed_at = float("-inf")  #: when the last refresh began
        self._catching_up = asyncio.Lock()
        self._waiting = 0

    def sender(self, credential: bytes, now: datetime) -> Sender:
        """Raises `Unauthenticated`, or `Unavailable` while we may just not have heard of the credential."""
        sender = self.directory.sender(credential_digest(credential))
        if sender is not None and sender.is_valid_at(now):
            return sender
        self.require_built()
        raise Unauthenticated("This is not the credential of a device or a gateway.")

    def require_built(self) -> None:
        """Raises `Unavailable`."""
        if not self.built.is_set():
            raise Unavailable("The balancer has not learned of the devices yet.")

    async def known_sender(self, credential: bytes, clock: Clock, database: Database) -> Sender:
        """As `sender`; but who uses a credential as soon as it is issued may be a moment ahead of the news of it."""
        try:
            return self.sender(credential, clock())
        except Unauthenticated:
            if not credential or self._waiting == MAX_WAITING:
                raise
        self._waiting += 1
        try:
            await self._catch_up(database)
        finally:
            self._waiting -= 1
        return self.sender(credential, clock())

    async def _catch_up(self, database: Database) -> None:
        """Take in what has changed up to now, one time for all who wait: strangers can ask no more often than
        `PACE_S` allows. Without a database what is known stands."""
        asked_at = time.monotonic()
        async with self._catching_up:
            if self._refreshed_at < asked_at:
                await asyncio.sleep(PACE_S)
                with suppress(Unavailable):
                    await self.refresh(database)

    async def refresh(self, database: Database) -> None:
        """Take in what has changed. Raises `Unavailable`."""
        async with self._refreshing:
            self._refreshed_at = time.monotonic()
            async with database.transaction() as connection:
                changes = await ProjectionStore(connection).changes_after(self._sequence)
            self.directory.apply(changes.devices, changes.credentials)
            if changes.built:
                self.built.set()
            self._sequence = changes.sequence
            metrics.DEVICES.set(len(self.directory))


def follow_projection(database: Database, projection: Projection) -> Job:
    """The job that keeps `projection` up with the database."""

    async def run(stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await _follow_while_connected(database, projection, stopping)
            except Unavailable as error:
                log.warning("projection_unavailable", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


async def _follow_while_connected(database: Database, projection: Projection, stopping: asyncio.Event) -> None:
    changed = asyncio.Event()

    async with database.session() as connection:
        is_deaf = await listen(connection, CHANNEL, changed)
        while not stopping.is_set() and not is_deaf():
            changed.clear()
            await projection.refresh(database)
            await wait_for_any(stopping, timeout_s=PACE_S)
            await wait_for_any(changed, stopping, timeout_s=POLL_S)


def build_at_first_start(database: Database, projection: Projection, peers: Peers, clock: Clock) -> Job:
    """The job that builds the projection if it never was. `devices` may start later than we."""

    async def run(stopping: asyncio.Event) -> None:
        tries = 0
        while not (stopping.is_set() or projection.built.is_set()):
            try:
                await build_projection(database, peers, clock)
                await projection.refresh(database)
            except KilowatchError as error:
                tries += 1
                level = logging.WARNING if tries > QUIET_TRIES else logging.INFO
                log.log(level, "projection_not_built", reason=str(error))
                await wait_for_any(stopping, timeout_s=RETRY_S)

    return run


async def build_projection(database: Database, peers: Peers, clock: Clock) -> None:
    """Take in everything that `devices` has published. Raises `Unavailable` when it does not answer.

    A page is a transaction; events that come meanwhile are newer than it or older, which their versions tell.
    """
    async for devices in snapshot_pages(peers, "devices", "/internal/devices", Device):
        async with database.transaction() as connection:
            await ProjectionStore(connection).save_devices(devices)
    async for credentials in snapshot_pages(peers, "devices", "/internal/credentials", Credential):
        async with database.transaction() as connection:
            await ProjectionStore(connection).save_credentials(credentials)
    async with database.transaction() as connection:
        await ProjectionStore(connection).mark_built(clock())
