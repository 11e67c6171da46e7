"""What this replica hears from the broker."""

from typing import Final

import msgspec

from kilowatch.contracts.chat import PASSING_KEY, Passing
from kilowatch.contracts.events import DeviceChanged, SessionEnded, UserChanged
from kilowatch.contracts.routing import EVENTS, FRAMES
from kilowatch.kit.broker.port import Broker, Message
from kilowatch.kit.clock import Clock
from kilowatch.kit.errors import Poison
from kilowatch.kit.events import decode_event
from kilowatch.kit.listener import listen_to
from kilowatch.kit.service import Job
from kilowatch.realtime import metrics
from kilowatch.realtime.consumers import STORED_KEY, ToldFrame
from kilowatch.realtime.domain.channels import Channel
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.upkeep import Upkeep

#: Of the events that say who may be here, and who sees which device.
PATTERNS: Final = (SessionEnded.type, "user.*", "device.*")

_passing = msgspec.json.Decoder(Passing)
_stored = msgspec.json.Decoder(ToldFrame)


def hear_frames(broker: Broker, hub: Hub, upkeep: Upkeep, clock: Clock) -> Job:
    """Frames for the sockets: durable ones that are in the table by now, and those that pass."""

    def hear(message: Message) -> None:
        try:
            if message.routing_key == PASSING_KEY:
                _pass_on(hub, _passing.decode(message.body))
            else:
                _deliver(hub, upkeep, _stored.decode(message.body), clock)
        except msgspec.MsgspecError as error:
            raise Poison(f"not a frame: {error}") from error

    return listen_to(broker, FRAMES, [STORED_KEY, PASSING_KEY], hear, upkeep.compare_all)


def hear_of_rights(broker: Broker, hub: Hub, upkeep: Upkeep, clock: Clock) -> Job:
    """Sessions that end, people and devices that change. Whatever is missed of it, `upkeep` finds as well, later."""

    def hear(message: Message) -> None:
        event = decode_event(message.body)
        match event and event.payload:
            case SessionEnded(session_id, user_id):
                upkeep.note_ended(session_id)
                hub.session_ended(session_id, user_id)
            case UserChanged(user):
                hub.user_changed(user)
            case DeviceChanged(device):
                hub.device_changed(device, clock())
            case _:
                return

    return listen_to(broker, EVENTS, PATTERNS, hear, upkeep.recheck_rights)


def _deliver(hub: Hub, upkeep: Upkeep, frame: ToldFrame, clock: Clock) -> None:
    if not hub.deliver(frame.body, frame.places):
        upkeep.some_are_behind()
    metrics.DELAY.observe(max(0.0, (clock() - frame.time).total_seconds()))


def _pass_on(hub: Hub, passing: Passing) -> None:
    hub.pass_on(
        msgspec.json.encode(passing.frame).decode(),
        passing.user_ids,
        channel=Channel.CONVERSATIONS,
        staff_channel=Channel.ALL_CONVERSATIONS if passing.staff else None,
    )
