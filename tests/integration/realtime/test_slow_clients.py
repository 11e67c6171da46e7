"""A client that does not read costs its own socket, and nobody else anything."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit
from uuid import UUID

from kilowatch.realtime.domain.frames import LiveDevice
from kilowatch.realtime.outlet import MAX_WAITING
from tests.eventually import eventually
from tests.house import Person
from tests.integration.realtime.conftest import Town, raised


@asynccontextmanager
async def deaf_tab(url: str, ticket: str, *channels: str) -> AsyncIterator[None]:
    """Opens, starts, and reads nothing any more."""
    parts = urlsplit(url)
    # A reader whose buffer is full stops reading from the network.
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port, limit=4096)
    writer.write(
        f"GET /api/realtime?ticket={ticket} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: Upgrade\r\n"
        "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101")
    start = json.dumps({"type": "start", "id": "1", "channels": channels}).encode()
    writer.write(bytes([0x81, 0x80 | len(start)]) + b"\0\0\0\0" + start)
    try:
        yield
    finally:
        writer.close()


async def test_a_client_that_does_not_read_is_let_go_and_others_hear_all(town: Town, ana: Person, bob: Person) -> None:
    hub = town.replicas[0].context.hub
    ticket = await town.ticket(ana)

    async def is_started() -> bool:
        return any(str(each.user_id) == ana.id and each.channels for each in hub)

    async def is_gone() -> bool:
        return UUID(ana.id) not in hub.users

    async with town.tab(bob) as tab:
        await tab.start("alerts")
        async with deaf_tab(town.url, ticket, "alerts"):
            await eventually(is_started)
            for mine in hub:
                if str(mine.user_id) == ana.id:
                    for _ in range(3 * MAX_WAITING):
                        mine.outlet.put("x" * 20_000)
            await town.publish(*(raised(bob) for _ in range(20)))
            heard = [(await tab.until(lambda frame: "sequence" in frame))["sequence"] for _ in range(20)]
            assert heard == list(range(1, 21))
            await eventually(is_gone)


async def test_live_values_that_wait_are_coalesced(town: Town, ana: Person) -> None:
    device = await town.device(ana)
    context = town.replicas[0].context
    async with town.tab(ana) as tab:
        await tab.start(f"live/{device}")
        # All of them before the loop turns once: only the newest is sent.
        for power in range(10_000):
            value = LiveDevice(device_id=device, power_w=float(power), today_kwh=0.0, at=None)
            context.hub.show_live({device: value})
        frame = await tab.until(lambda frame: frame["type"] == "live" and frame["devices"][0]["power_w"] is not None)
        assert frame["devices"][0]["power_w"] == 9_999.0
