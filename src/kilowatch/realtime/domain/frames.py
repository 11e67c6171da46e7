"""Every frame that a socket carries, apart from events and passing frames, which `contracts` defines.

JSON text, told apart by `type`. What a client sends has an id of its choosing; what answers it says `reply_to`.
"""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.chat import Command
from kilowatch.kit.errors import Invalid

#: Longer frames are not read. The longest is a chat message.
MAX_FRAME_BYTES: Final = 64 << 10

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
ChannelName = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class Position(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where somebody is in their stream of durable frames."""

    stream: UUID  #: another one: what was before is not there any more
    sequence: Annotated[int, msgspec.Meta(ge=0, le=2**53)]


# -- from the client --------------------------------------------------------------------------------------------------


class _FromClient(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    pass


class Start(_FromClient, tag="start", frozen=True, kw_only=True):
    """The first frame: what to listen to, and after which durable frame to go on."""

    id: Id
    channels: Annotated[tuple[ChannelName, ...], msgspec.Meta(max_length=200)] = ()
    after: Position | None = None


class Subscribe(_FromClient, tag="subscribe", frozen=True, kw_only=True):
    id: Id
    channel: ChannelName


class Unsubscribe(_FromClient, tag="unsubscribe", frozen=True, kw_only=True):
    id: Id
    channel: ChannelName


class Authenticate(_FromClient, tag="authenticate", frozen=True, kw_only=True):
    """A newer access token of the same session: the socket lives as long as its token."""

    id: Id
    token: Annotated[str, msgspec.Meta(max_length=8192)]


class Chat(_FromClient, tag="chat", frozen=True, kw_only=True):
    """Something for customer support. Repeat it under the same id until it is accepted."""

    id: UUID
    command: Command


class Ping(_FromClient, tag="ping", frozen=True, kw_only=True):
    id: Id


ClientFrame = Start | Subscribe | Unsubscribe | Authenticate | Chat | Ping

# -- from the server --------------------------------------------------------------------------------------------------


class _FromServer(msgspec.Struct, frozen=True, tag_field="type"):
    pass


class Welcome(_FromServer, tag="welcome", frozen=True, kw_only=True):
    """The first frame."""

    user_id: UUID
    role: Role
    token_ends_at: datetime  #: the socket is closed then, unless a newer token has come
    heartbeat_s: float  #: a frame comes at least this often; twice as long without one, and the link is dead


class Refusal(msgspec.Struct, frozen=True):
    channel: str
    code: str
    detail: str


class Started(_FromServer, tag="started", frozen=True, kw_only=True):
    """Follows the frames that were missed."""

    reply_to: str
    position: Position
    #: False: what was missed is not all there; load what is shown anew, then go on from here.
    recovered: bool
    channels: tuple[str, ...]
    refused: tuple[Refusal, ...] = ()


class Subscribed(_FromServer, tag="subscribed", frozen=True, kw_only=True):
    reply_to: str
    channel: str


class Unsubscribed(_FromServer, tag="unsubscribed", frozen=True, kw_only=True):
    """Asked for; or, without `reply_to`, because the right to it is gone."""

    reply_to: str | None = None
    channel: str


class Authenticated(_FromServer, tag="authenticated", frozen=True, kw_only=True):
    reply_to: str
    token_ends_at: datetime


class Accepted(_FromServer, tag="accepted", frozen=True, kw_only=True):
    """The command is safe with the broker. What `support` says of it comes as frames of its own."""

    reply_to: UUID


class Pong(_FromServer, tag="pong", frozen=True, kw_only=True):
    reply_to: str


class Failed(_FromServer, tag="error", frozen=True, kw_only=True):
    """A frame was not accepted, and changed nothing."""

    reply_to: str | None  #: None: it could not be read so far
    code: str  #: `invalid`, `forbidden`, `conflict`, `slow_down`, `unavailable`
    detail: str
    retry_after_s: float | None = None


class Heartbeat(_FromServer, tag="heartbeat", frozen=True):
    """Nothing else to say, and still here."""


class LiveDevice(msgspec.Struct, frozen=True, kw_only=True):
    device_id: int
    power_w: float | None  #: as of the newest reading; null: not known
    today_kwh: float  #: since midnight where the device is
    at: datetime | None  #: of the newest reading


class Live(_FromServer, tag="live", frozen=True, kw_only=True):
    """The devices that have changed, each at most once a second."""

    devices: tuple[LiveDevice, ...]


class Ingest(_FromServer, tag="ingest", frozen=True, kw_only=True):
    """Readings a second, over the second that has passed."""

    accepted: float
    duplicate: float
    rejected: float


class Ring(_FromServer, tag="ring", frozen=True, kw_only=True):
    """Who consumes which partition, as `GET /api/balancer/ring` shows it in more detail."""

    members: tuple[str, ...]
    holders: tuple[str | None, ...]  #: by partition


class Presence(_FromServer, tag="presence", frozen=True, kw_only=True):
    """Who has a socket open: all of them at first, then those that come and go."""

    online: tuple[UUID, ...]
    offline: tuple[UUID, ...] = ()


ServerFrame = (
    Welcome
    | Started
    | Subscribed
    | Unsubscribed
    | Authenticated
    | Accepted
    | Pong
    | Failed
    | Heartbeat
    | Live
    | Ingest
    | Ring
    | Presence
)

_decoder: Final[msgspec.json.Decoder[ClientFrame]] = msgspec.json.Decoder(ClientFrame)
_encoder: Final = msgspec.json.Encoder()


class _Addressed(msgspec.Struct):
    id: Id


def read_frame(text: str) -> ClientFrame:
    """Raises `Invalid`."""
    try:
        return _decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Invalid(f"This is no frame: {error}.") from error


def id_of(text: str) -> str | None:
    """The id of a frame that could not be read otherwise."""
    try:
        return msgspec.json.decode(text, type=_Addressed).id
    except (msgspec.MsgspecError, UnicodeError):
        return None


def frame_text(frame: ServerFrame) -> str:
    return _encoder.encode(frame).decode()


def numbered(sequence: int, body: str) -> str:
    """A durable frame as one person gets it: only the number differs, so the rest is encoded once."""
    return f'{{"sequence":{sequence},{body[1:]}'
