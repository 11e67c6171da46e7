"""How many sockets there may be, how fast one may speak, and that none is ever silent for long."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.contracts.accounts import Role
from kilowatch.kit.errors import SlowDown, Throttled
from kilowatch.kit.security import UserPrincipal
from kilowatch.realtime.domain.pace import BURST, PER_S, Pace
from kilowatch.realtime.hub import Hub
from kilowatch.realtime.settings import RealtimeSettings
from kilowatch.realtime.socket import CloseCode, Socket
from kilowatch.realtime.upkeep import HEARTBEAT_S, Upkeep

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANA, BOB = UUID(int=1), UUID(int=2)


def socket_of(user_id: UUID, address: str = "192.0.2.1", ends_in_s: float = 600) -> Socket:
    until = NOW + timedelta(seconds=ends_in_s)
    return Socket(UserPrincipal(user_id=user_id, role=Role.CLIENT, session_id=uuid4(), until=until), address)


async def test_there_is_room_for_so_many_of_a_person_of_an_address_and_in_all():
    hub = Hub(RealtimeSettings(realtime_sockets=4, realtime_sockets_of_user=2, realtime_sockets_of_address=3))
    tabs = [socket_of(ANA), socket_of(ANA)]
    for tab in tabs:
        hub.require_room(ANA, "192.0.2.1")
        hub.add(tab)
    with pytest.raises(Throttled):
        hub.require_room(ANA, "198.51.100.7")
    hub.require_room(BOB, "192.0.2.1")
    hub.add(socket_of(BOB))
    with pytest.raises(Throttled):
        hub.require_room(UUID(int=3), "192.0.2.1")
    hub.require_room(UUID(int=3), "198.51.100.7")
    hub.add(socket_of(UUID(int=3), "198.51.100.7"))
    with pytest.raises(SlowDown):
        hub.require_room(UUID(int=4), "203.0.113.9")
    hub.remove(tabs[0])
    hub.require_room(ANA, "192.0.2.1")


async def test_a_socket_to_which_nothing_was_sent_hears_a_heartbeat_and_one_whose_token_is_over_is_closed():
    hub = Hub(RealtimeSettings())
    quiet, busy, late = (socket_of(ANA), socket_of(BOB), socket_of(BOB, ends_in_s=-1))
    quiet.outlet.sent_at -= HEARTBEAT_S
    for each in (quiet, busy, late):
        hub.add(each)
    unknown: Any = SimpleNamespace(has_ended=lambda _: False)
    ticking, stopping = Upkeep(hub, unknown, unknown, lambda: NOW), asyncio.Event()
    job = asyncio.create_task(ticking.tick(stopping))
    async with asyncio.timeout(30):
        while not late.closing:
            await asyncio.sleep(0)
    stopping.set()
    await job
    assert late.closing.code is CloseCode.TOKEN_ENDED
    assert [await _next(quiet)] == [{"type": "heartbeat"}]
    assert busy.outlet.waiting == 0


async def _next(socket: Socket) -> object:
    sent: list[str] = []

    async def send(text: str) -> None:
        sent.append(text)
        socket.outlet.end()

    await socket.outlet.run(send)
    return msgspec.json.decode(sent[0])


@given(st.lists(st.floats(0, 3), max_size=300))
def test_nobody_is_heard_more_often_than_the_burst_and_the_rate_allow(pauses):
    pace, now, heard = Pace(0.0), 0.0, 0
    for pause in pauses:
        now += pause
        pace.take(now)
        heard += not pace.too_fast
    assert heard <= BURST + now * PER_S + 1
    pace.take(now + pace.wait_s + 0.001)
    assert not pace.too_fast
