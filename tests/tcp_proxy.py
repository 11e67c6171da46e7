"""A TCP proxy that misbehaves on request: slow, cut, half-closed, or silent with everything left open."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

CHUNK = 65_536


class TcpProxy:
    """Forwards to `host:port`. What it does to connections holds for those open and those to come."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._to_target, self._to_client = asyncio.Event(), asyncio.Event()  # set: what goes there arrives
        self.restore()
        self.port = 0
        self.delay_s = 0.0  #: added to every chunk, each way

    def blackhole(self) -> None:
        """Swallow nothing, pass nothing: neither side hears that the other is gone."""
        self._to_target.clear()
        self._to_client.clear()

    def mute(self) -> None:
        """The client hears the target, and the target does not hear the client."""
        self._to_target.clear()

    def restore(self) -> None:
        self.delay_s = 0.0
        self._to_target.set()
        self._to_client.set()

    def cut(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def half_close(self) -> None:
        """End what is sent, each way, and go on receiving."""
        for writer in self._writers:
            with suppress(OSError, RuntimeError):
                writer.write_eof()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except (OSError, asyncio.CancelledError):  # the task is the server's, which would print that it was cancelled
            writer.transport.abort()
            return
        self._start(self._pass_on(reader, far_writer, self._to_target))
        self._start(self._pass_on(far_reader, writer, self._to_client))

    def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        self.cut()

    def _start(self, coroutine: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, flowing: asyncio.Event
    ) -> None:
        self._writers.add(writer)
        try:
            while chunk := await reader.read(CHUNK):
                await asyncio.sleep(self.delay_s)
                await flowing.wait()
                writer.write(chunk)
                await writer.drain()
        except (OSError, RuntimeError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()


@asynccontextmanager
async def tcp_proxy(port: int, host: str = "127.0.0.1") -> AsyncIterator[TcpProxy]:
    proxy = TcpProxy(host, port)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        proxy.close()
