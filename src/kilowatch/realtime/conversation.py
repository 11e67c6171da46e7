"""What the person at the other end of a socket says, and the answers to it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from kilowatch.contracts.chat import ChatCommand, ShowTyping
from kilowatch.contracts.routing import CHAT_COMMANDS
from kilowatch.kit.broker.port import Message
from kilowatch.kit.errors import Conflict, Forbidden, Invalid, KilowatchError, SlowDown, Unauthenticated, Unavailable
from kilowatch.kit.security import UserPrincipal, permits
from kilowatch.realtime import metrics
from kilowatch.realtime.context import RealtimeContext
from kilowatch.realtime.domain.channels import (
    STAFF,
    AnyChannel,
    Channel,
    DeviceChannel,
    is_heard,
    is_open_to,
    parse_channel,
)
from kilowatch.realtime.domain.frames import (
    Accepted,
    Authenticate,
    Authenticated,
    Chat,
    Failed,
    Ping,
    Pong,
    Refusal,
    Start,
    Started,
    Subscribe,
    Subscribed,
    Unsubscribe,
    Unsubscribed,
    id_of,
    numbered,
    read_frame,
)
from kilowatch.realtime.domain.pace import Pace
from kilowatch.realtime.domain.resuming import StoredFrame, is_complete
from kilowatch.realtime.socket import CloseCode, Socket
from kilowatch.realtime.store import projection
from kilowatch.realtime.store.streams import Asked

#: Channels that one socket may listen to.
MAX_CHANNELS: Final = 500
COMMAND_TIMEOUT_S: Final = 10.0
_END: Final = 2**62

Send = Callable[[str], Awaitable[None]]


@dataclass(slots=True)
class Conversation:
    realtime: RealtimeContext
    socket: Socket
    send: Send  #: one frame, past the outlet; waits for the network
    pace: Pace

    async def hear(self, text: str) -> None:
        """Do what a frame asks for, and answer it."""
        self.pace.take(asyncio.get_running_loop().time())
        if self.pace.hopeless:
            self.socket.close(CloseCode.MISBEHAVED, "Too many frames.")
            return
        try:
            self._require_pace()
            await self._do(text)
        except KilowatchError as error:
            self.socket.send(_failed(id_of(text), error))

    def _require_pace(self) -> None:
        if self.pace.too_fast:
            raise SlowDown("Too many frames; wait a moment.", self.pace.wait_s)

    async def _do(self, text: str) -> None:
        frame = read_frame(text)
        metrics.RECEIVED.labels(type(frame).__name__.lower()).inc()
        match frame:
            case Start():
                await self._start(frame)
            case Subscribe(id=id_, channel=name):
                await self._subscribe(parse_channel(name))
                self.socket.send(Subscribed(reply_to=id_, channel=name))
            case Unsubscribe(id=id_, channel=name):
                self.realtime.hub.unsubscribe(self.socket, parse_channel(name))
                self.socket.send(Unsubscribed(reply_to=id_, channel=name))
            case Authenticate():
                await self._authenticate(frame)
            case Chat():
                await self._send_command(frame)
            case Ping(id=id_):
                self.socket.send(Pong(reply_to=id_))

    # -- the stream ----------------------------------------------------------------------------------------------------

    async def _start(self, frame: Start) -> None:
        if self.socket.stream is not None:
            raise Conflict("The socket has started before.")
        refused = [refusal for name in frame.channels if (refusal := await self._refusal(name))]
        # Without a position nothing was missed, and the end of the stream is all that is asked for.
        after = frame.after.sequence if frame.after else _END
        missed = await self.realtime.openings.missed.ask(Asked(self.socket.user_id, after))
        now, frames = missed.now, missed.frames
        recovered = frame.after is not None and is_complete(frame.after, now, frames)
        if recovered:
            await self._send_missed(frames)
        # No wait between this and the answer: what comes from now on comes after it.
        self.socket.start(now.stream, now.sequence)
        started = Started(
            reply_to=frame.id,
            position=now,
            recovered=recovered,
            channels=tuple(sorted(map(str, self.socket.channels))),
            refused=tuple(refused),
        )
        self.socket.send(started)
        if self.socket.behind:
            self.realtime.upkeep.some_are_behind()

    async def _send_missed(self, frames: Sequence[StoredFrame]) -> None:
        for frame in frames:
            if is_heard(frame.channels, self.socket.channels):
                await self.socket.outlet.send_now(numbered(frame.sequence, frame.body), self.send)

    # -- channels ------------------------------------------------------------------------------------------------------

    async def _refusal(self, name: str) -> Refusal | None:
        try:
            await self._subscribe(parse_channel(name))
        except (Invalid, Forbidden) as error:
            return Refusal(name, code_of(error), str(error))
        return None

    async def _subscribe(self, channel: AnyChannel) -> None:
        """Raises `Forbidden`."""
        user = self.socket.principal
        if not is_open_to(channel, user.role, user.scopes):
            raise Forbidden("You may not listen to this channel.")
        if len(self.socket.channels) >= MAX_CHANNELS:
            raise Invalid(f"A socket has at most {MAX_CHANNELS} channels.")
        devices = await self._devices(channel, user)
        self.realtime.hub.subscribe(self.socket, channel, devices)

    async def _devices(self, channel: AnyChannel, user: UserPrincipal) -> Collection[int]:
        """The devices that a channel is about. Raises `Forbidden`, also for one that does not exist."""
        now = self.realtime.clock()
        match channel:
            case DeviceChannel(device_id):
                async with self.realtime.database.transaction() as connection:
                    seen = (
                        await projection.device_exists(connection, device_id)
                        if user.role in STAFF
                        else await projection.sees_device(connection, user.user_id, device_id, now)
                    )
                if not seen:
                    raise Forbidden("You may not listen to this channel.")
                return [device_id]
            case Channel.LIVE:
                return await self.realtime.openings.devices.ask(user.user_id)
            case _:
                return []

    # -- who it is -----------------------------------------------------------------------------------------------------

    async def _authenticate(self, frame: Authenticate) -> None:
        principal = await self.realtime.verifier.verify(frame.token)
        mine = self.socket.principal
        same = isinstance(principal, UserPrincipal) and (
            principal.user_id,
            principal.session_id,
            principal.role,
            principal.scopes,
        ) == (mine.user_id, mine.session_id, mine.role, mine.scopes)
        if not same:
            raise Forbidden("The token is of somebody else, or of another session; open another socket with it.")
        assert isinstance(principal, UserPrincipal)
        self.socket.principal = principal
        self.socket.send(Authenticated(reply_to=frame.id, token_ends_at=self.socket.token_ends_at))

    # -- customer support ----------------------------------------------------------------------------------------------

    async def _send_command(self, frame: Chat) -> None:
        user = self.socket.principal
        if not permits(user.scopes, "POST", "/api/support"):
            raise Forbidden("The scopes of this API key do not allow it.")
        command = ChatCommand(
            id=frame.id,
            user_id=user.user_id,
            role=user.role,
            session_id=user.session_id,
            at=self.realtime.clock(),
            command=frame.command,
        )
        message = Message(
            id=str(frame.id),
            body=msgspec.json.encode(command),
            routing_key=str(type(frame.command).__struct_config__.tag),
            correlation_id=frame.id.hex,
        )
        if isinstance(frame.command, ShowTyping):
            await self.realtime.broker.tell(CHAT_COMMANDS, message)
        else:
            await self.realtime.broker.publish(CHAT_COMMANDS, message, timeout_s=COMMAND_TIMEOUT_S)
        self.socket.send(Accepted(reply_to=frame.id))


def code_of(error: KilowatchError) -> str:
    match error:
        case Invalid():
            return "invalid"
        case Forbidden() | Unauthenticated():
            return "forbidden"
        case Conflict():
            return "conflict"
        case SlowDown():
            return "slow_down"
        case Unavailable():
            return "unavailable"
        case _:
            return "error"


def _failed(reply_to: str | None, error: KilowatchError) -> Failed:
    retry_after_s = error.retry_after_s if isinstance(error, SlowDown) else None
    if isinstance(error, Unavailable):
        retry_after_s = 1.0
    return Failed(reply_to=reply_to, code=code_of(error), detail=str(error), retry_after_s=retry_after_s)
