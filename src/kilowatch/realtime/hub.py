"""The sockets of this replica, and who gets what. In memory only: what must not be lost is in the table."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.metering import Device
from kilowatch.kit.errors import SlowDown, Throttled
from kilowatch.realtime import metrics
from kilowatch.realtime.domain.channels import STAFF, AnyChannel, Channel, DeviceChannel
from kilowatch.realtime.domain.frames import LiveDevice, ServerFrame, Unsubscribed, frame_text
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.socket import CloseCode, Socket
from kilowatch.realtime.store.streams import Numbered

KeyT = TypeVar("KeyT")


class Hub:
    def __init__(self, settings: RealtimeSettings) -> None:
        self._settings = settings
        self._sockets: dict[Socket, None] = {}
        self._of_user: dict[UUID, dict[Socket, None]] = defaultdict(dict)
        self._of_address: dict[str, int] = defaultdict(int)
        self._of_channel: dict[AnyChannel, dict[Socket, None]] = defaultdict(dict)
        #: Devices that each socket hears of by the channel `live`.
        self._followed: dict[Socket, set[int]] = {}
        self._watchers: dict[int, dict[Socket, None]] = defaultdict(dict)
        #: The newest of each watched device, for who begins to look.
        self._latest: dict[int, LiveDevice] = {}

    # -- coming and going ----------------------------------------------------------------------------------------------

    def require_room(self, user_id: UUID, address: str) -> None:
        """Raises `SlowDown`."""
        if len(self._sockets) >= self._settings.realtime_sockets:
            raise SlowDown("This replica has as many sockets as it may.", 5.0)
        if len(self._of_user.get(user_id, ())) >= self._settings.realtime_sockets_of_user:
            raise Throttled("You have too many windows open; close some.", 30.0)
        if self._of_address.get(address, 0) >= self._settings.realtime_sockets_of_address:
            raise Throttled("Too many sockets are open from your network.", 30.0)

    def add(self, socket: Socket) -> None:
        self._sockets[socket] = None
        self._of_user[socket.user_id][socket] = None
        self._of_address[socket.address] += 1
        metrics.SOCKETS.set(len(self._sockets))

    def remove(self, socket: Socket) -> None:
        for channel in socket.channels:
            self.unsubscribe(socket, channel)
        del self._sockets[socket]
        _discard(self._of_user, socket.user_id, socket)
        self._of_address[socket.address] -= 1
        if not self._of_address[socket.address]:
            del self._of_address[socket.address]
        metrics.SOCKETS.set(len(self._sockets))

    def __iter__(self) -> Iterator[Socket]:
        return iter(tuple(self._sockets))

    def __len__(self) -> int:
        return len(self._sockets)

    def listeners(self, channel: AnyChannel) -> Collection[Socket]:
        return tuple(self._of_channel.get(channel, ()))

    @property
    def users(self) -> Collection[UUID]:
        return self._of_user.keys()

    # -- durable frames ------------------------------------------------------------------------------------------------

    def deliver(self, body: str, places: Iterable[Numbered]) -> bool:
        """Whether everybody who is here had all that came before it."""
        complete = True
        for place in places:
            for socket in self._of_user.get(place.user_id, ()):
                socket.deliver(place.sequence, place.channels, body)
                complete = complete and not socket.behind
        return complete

    def note_newest(self, newest: Mapping[UUID, int]) -> None:
        """What the table has; sockets that are not there yet are `behind` from now on."""
        for user_id, sequence in newest.items():
            for socket in self._of_user.get(user_id, ()):
                socket.heard = max(socket.heard, sequence)

    def behind(self) -> list[Socket]:
        return [socket for socket in self._sockets if socket.behind]

    # -- frames that pass ----------------------------------------------------------------------------------------------

    def pass_on(self, text: str, user_ids: Iterable[UUID], *, channel: Channel, staff_channel: Channel | None) -> None:
        """To these people where they listen to `channel`, and to all who listen to `staff_channel`."""
        hearing = dict.fromkeys(
            socket
            for user_id in user_ids
            for socket in self._of_user.get(user_id, ())
            if socket.channels & {channel, staff_channel}
        )
        if staff_channel:
            hearing |= self._of_channel.get(staff_channel, {})
        for socket in hearing:
            socket.outlet.put(text)

    def broadcast(self, channel: Channel, frame: ServerFrame) -> None:
        listening = self._of_channel.get(channel)
        if listening:
            text = frame_text(frame)
            for socket in listening:
                socket.outlet.put(text)

    def show_live(self, values: Mapping[int, LiveDevice]) -> None:
        seen: dict[Socket, dict[int, LiveDevice]] = defaultdict(dict)
        for device_id, value in values.items():
            watchers = self._watchers.get(device_id, ())
            if watchers:
                self._latest[device_id] = value
            for socket in watchers:
                seen[socket][device_id] = value
        for socket, changed in seen.items():
            socket.outlet.put_live(changed)

    # -- channels ------------------------------------------------------------------------------------------------------

    def subscribe(self, socket: Socket, channel: AnyChannel, devices: Iterable[int] = ()) -> None:
        """`devices` are those of the channel `live`, as the projection has them."""
        socket.channels |= {channel}
        self._of_channel[channel][socket] = None
        match channel:
            case DeviceChannel(device_id):
                self._watch(socket, device_id)
            case Channel.LIVE:
                self._follow(socket, devices)
            case _:
                pass

    def unsubscribe(self, socket: Socket, channel: AnyChannel) -> None:
        socket.channels -= {channel}
        _discard(self._of_channel, channel, socket)
        match channel:
            case DeviceChannel(device_id):
                if device_id not in self._followed.get(socket, ()):
                    self._unwatch(socket, device_id)
            case Channel.LIVE:
                self._unfollow_all(socket)
            case _:
                pass

    @property
    def watched(self) -> frozenset[int]:
        """Devices whose measurements somebody here looks at."""
        return frozenset(self._watchers)

    def _watch(self, socket: Socket, device_id: int) -> None:
        self._watchers[device_id][socket] = None
        if latest := self._latest.get(device_id):
            socket.outlet.put_live({device_id: latest})

    def _unwatch(self, socket: Socket, device_id: int) -> None:
        _discard(self._watchers, device_id, socket)
        if device_id not in self._watchers:
            self._latest.pop(device_id, None)

    def _follow(self, socket: Socket, devices: Iterable[int]) -> None:
        followed = self._followed.setdefault(socket, set())
        for device_id in devices:
            if device_id not in followed:
                followed.add(device_id)
                self._watch(socket, device_id)

    def _unfollow(self, socket: Socket, device_id: int) -> None:
        self._followed.get(socket, set()).discard(device_id)
        if DeviceChannel(device_id) not in socket.channels:
            self._unwatch(socket, device_id)

    def _unfollow_all(self, socket: Socket) -> None:
        for device_id in tuple(self._followed.pop(socket, ())):
            self._unfollow(socket, device_id)

    # -- rights that change --------------------------------------------------------------------------------------------

    def device_changed(self, device: Device, now: datetime) -> None:
        """Who may see it has perhaps changed."""
        seeing = {
            given.user_id
            for given in device.assignments
            if not device.deleted and given.since <= now and (given.until is None or now < given.until)
        }
        for user_id in seeing:
            for socket in self._of_user.get(user_id, ()):
                if Channel.LIVE in socket.channels:
                    self._follow(socket, [device.id])
        for socket in tuple(self._watchers.get(device.id, ())):
            if socket.user_id not in seeing:
                self._lose_sight(socket, device)

    def _lose_sight(self, socket: Socket, device: Device) -> None:
        self._unfollow(socket, device.id)
        channel = DeviceChannel(device.id)
        if channel in socket.channels and (device.deleted or socket.principal.role not in STAFF):
            self.unsubscribe(socket, channel)
            socket.send(Unsubscribed(channel=str(channel)))

    def set_followed(self, socket: Socket, devices: Iterable[int]) -> None:
        """All devices of the channel `live`, as the projection has them now."""
        wanted = set(devices)
        for device_id in self._followed.get(socket, set()) - wanted:
            self._unfollow(socket, device_id)
        self._follow(socket, wanted)

    def user_changed(self, user: User) -> None:
        if not user.active or user.deleted:
            self._close_all(self._of_user.get(user.id, ()), CloseCode.SESSION_ENDED, "The account is not active.")
            return
        changed = [socket for socket in self._of_user.get(user.id, ()) if socket.principal.role is not user.role]
        self._close_all(changed, CloseCode.SESSION_ENDED, "The account has another role now.")

    def session_ended(self, session_id: UUID, user_id: UUID) -> None:
        ended = [socket for socket in self._of_user.get(user_id, ()) if socket.principal.session_id == session_id]
        self._close_all(ended, CloseCode.SESSION_ENDED, "The session has ended.")

    def _close_all(self, sockets: Iterable[Socket], code: CloseCode, reason: str) -> None:
        for socket in tuple(sockets):
            socket.close(code, reason)


def _discard(index: dict[KeyT, dict[Socket, None]], key: KeyT, socket: Socket) -> None:
    found = index.get(key)
    if found is not None:
        found.pop(socket, None)
        if not found:
            del index[key]
