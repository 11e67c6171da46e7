"""Clients that cannot keep up, and what they cost their neighbours."""

import socket
import time
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

from kilowatch.realtime.outlet import MAX_WAITING_CHARACTERS, SEND_TIMEOUT_S
from kilowatch.realtime.socket import CloseCode
from tests.house import Person
from tests.integration.realtime.conftest import Town, raised

LENGTH = 100_000


def small_buffer(url: str) -> socket.socket:
    made = socket.create_connection((urlsplit(url).hostname, urlsplit(url).port))
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
    return made


async def test_who_reads_too_slowly_delays_nobody_and_is_told_to_come_back(
    town: Town, ana: Person, bob: Person
) -> None:
    async with town.tab(ana, sock=small_buffer(town.url), max_queue=1) as slow, town.tab(bob) as other:
        await slow.start("alerts")
        await other.start("alerts")
        [at_server] = [each for each in town.replicas[0].context.hub if str(each.user_id) == ana.id]
        delays: list[float] = []
        full = False
        while not full:
            full = at_server.outlet.waiting >= MAX_WAITING_CHARACTERS // LENGTH  # and then one too many
            began = time.monotonic()
            await town.publish(raised(ana, bob, device_name="x" * LENGTH))
            await other.until("alert.raised")
            delays.append(time.monotonic() - began)
        code, _ = await slow.closed()
    assert code == CloseCode.RESUME
    assert max(delays) < SEND_TIMEOUT_S / 2
    seen = len(slow.durable())
    assert seen < len(delays)
    async with town.tab(ana) as again:
        started = await again.start("alerts", after=slow.position)
    assert started["recovered"] is True
    assert seen + len(again.durable()) == len(delays)


async def test_a_socket_is_not_compressed_though_the_client_offers_it(town: Town, ana: Person) -> None:
    address = f"{town.url.replace('http', 'ws', 1)}/api/realtime?ticket={await town.ticket(ana)}"
    async with connect(address, compression="deflate") as connection:
        assert connection.protocol.extensions == []
