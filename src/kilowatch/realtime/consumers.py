"""The message edge: events become the projection, and durable frames in the streams of those they concern."""

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.accounts import User
from kilowatch.contracts.events import DeviceChanged, Event, UserChanged
from kilowatch.contracts.metering import Device
from kilowatch.contracts.routing import FRAMES
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.clock import Clock
from kilowatch.kit.consumer import AfterCommit, EventHandler
from kilowatch.kit.database import Database
from kilowatch.kit.service import Peers
from kilowatch.kit.snapshots import snapshot_pages, take_over_snapshot
from kilowatch.realtime import metrics
from kilowatch.realtime.frames import addressed, body_of, recipients
from kilowatch.realtime.notifications.intake import notify
from kilowatch.realtime.notifications.store import NotificationStore
from kilowatch.realtime.store import projection, streams
from kilowatch.realtime.store.streams import Frame, Numbered

SERVICE: Final = "realtime"
PATTERNS: Final = ("user.*", "device.*", "alert.*", "conversation.*", "message.posted")
#: Routing key of durable frames on their way to all replicas.
STORED_KEY: Final = "stored"


class ToldFrame(msgspec.Struct, frozen=True):
    """A frame that is in the table, as all replicas are told of it."""

    time: datetime  #: of the event
    body: str
    places: tuple[Numbered, ...]


def apply_events(broker: Broker, clock: Clock, *, mails: bool) -> EventHandler:
    async def apply(connection: AsyncConnection, event: Event) -> AfterCommit | None:
        match event.payload:
            case UserChanged(user):
                await take_over_user(connection, user)
            case DeviceChanged(device):
                await projection.save_device(connection, device)
            case _:
                await notify(NotificationStore(connection), event, clock(), mails=mails)
                return await _store_frame(connection, event, broker)
        return None

    return apply


async def _store_frame(connection: AsyncConnection, event: Event, broker: Broker) -> AfterCommit | None:
    found = addressed(event)
    if found is None or (found.client_id and await projection.lock_departed(connection, found.client_id)):
        return None
    people = await projection.active_among(connection, found.user_ids)
    body = body_of(event, found)
    wanted = recipients(found, people, await projection.active_staff(connection, found.staff))
    if not wanted:
        return None
    places = tuple(await streams.add_frame(connection, Frame(event.id, body, found.about), wanted))
    metrics.STORED.inc(len(places))
    told = msgspec.json.encode(ToldFrame(event.time, body, places))

    async def tell() -> None:
        # It may be lost: whoever misses it finds it in the table, at the latest when replicas compare.
        message = Message(id=str(event.id), body=told, routing_key=STORED_KEY, correlation_id=event.correlation_id)
        await broker.tell(FRAMES, message)

    return tell


async def take_over_user(connection: AsyncConnection, user: User) -> None:
    await NotificationStore(connection).take_over(user)
    before = await projection.role_of(connection, user.id)
    if await projection.save_user(connection, user) and (user.deleted or before not in {None, user.role}):
        # What was addressed to somebody of another role is not shown to whom it has become.
        await streams.end_stream(connection, user.id)
    if user.deleted:
        await streams.forget_about(connection, user.id)


async def rebuild(database: Database, peers: Peers) -> None:
    """Take over both snapshots. Raises `Unavailable`."""
    await take_over_snapshot(database, snapshot_pages(peers, "users", "/internal/users", User), take_over_user)
    devices = snapshot_pages(peers, "devices", "/internal/devices", Device)
    await take_over_snapshot(database, devices, projection.save_device)
