"""A mail server for tests."""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default


class Mailbox:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.refusals = 0
        self._messages: asyncio.Queue[EmailMessage] = asyncio.Queue()

    @property
    def is_empty(self) -> bool:
        return self._messages.empty()

    async def next_message(self) -> EmailMessage:
        async with asyncio.timeout(10):
            return await self._messages.get()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 ready\r\n")
        async for line in reader:
            match line[:4].upper():
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    data = await reader.readuntil(b"\r\n.\r\n")
                    self._messages.put_nowait(message_from_bytes(data[:-3], policy=default))
                    writer.write(b"250 kept\r\n")
                case b"MAIL" if self.refusals:
                    self.refusals -= 1
                    writer.write(b"451 not now\r\n")
                case b"QUIT":
                    writer.write(b"221 bye\r\n")
                    break
                case _:
                    writer.write(b"250 fine\r\n")
        writer.close()
