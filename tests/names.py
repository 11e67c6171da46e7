"""A name server for one topology: the addresses of the replicas that run, under the name of their service.

Docker's does the same for containers, so that the edge finds replicas in the same way.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import cast

A_RECORD, INTERNET = 1, 1
HEADER = struct.Struct("!6H")
#: An answer, authoritative and without recursion; the name is the one at offset 12, the question's.
FLAGS = 0x8580
RECORD = struct.Struct("!HHHIH4s")
NAME_OF_QUESTION = 0xC00C


class NameServer(asyncio.DatagramProtocol):
    def __init__(self, addresses_of: Callable[[str], Sequence[str]]) -> None:
        self._addresses_of = addresses_of
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport
        self._transport.sendto(answer(data, self._addresses_of), addr)


def answer(query: bytes, addresses_of: Callable[[str], Sequence[str]]) -> bytes:
    """IPv4 addresses of the first label of the name; nothing for any other kind of record."""
    labels, position = [], HEADER.size
    while length := query[position]:
        labels.append(query[position + 1 : position + 1 + length].decode())
        position += length + 1
    question = query[HEADER.size : position + 5]
    kind = int.from_bytes(query[position + 1 : position + 3], "big")
    addresses = addresses_of(labels[0]) if kind == A_RECORD else []
    records = b"".join(
        RECORD.pack(NAME_OF_QUESTION, A_RECORD, INTERNET, 0, 4, socket.inet_aton(address)) for address in addresses
    )
    return HEADER.pack(int.from_bytes(query[:2], "big"), FLAGS, 1, len(addresses), 0, 0) + question + records


@asynccontextmanager
async def name_server(port: int, addresses_of: Callable[[str], Sequence[str]]) -> AsyncIterator[None]:
    """Answers on 127.0.0.1 while the block runs."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: NameServer(addresses_of), local_addr=("127.0.0.1", port)
    )
    try:
        yield
    finally:
        transport.close()
