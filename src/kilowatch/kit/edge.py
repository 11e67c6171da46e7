"""The HTTP server as a job of the supervisor."""

import asyncio
import resource
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from kilowatch.kit.connection import Connection
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.problems import stopped
from kilowatch.kit.service import Job

#: Requests that are under way when the process is asked to stop have this long to finish.
GRACE_S: Final = 2
#: Idle keep-alive connections are closed after this; longer than a browser's or a meter's usual pause of 60 s.
KEEP_ALIVE_S: Final = 75
#: Connections beyond this are answered 503 at once: each costs memory, and the machine is finite.
MAX_CONNECTIONS: Final = 20_000
#: File descriptors kept for everything else: database, broker, files.
RESERVED_DESCRIPTORS: Final = 256
#: All the sockets of a replica that is gone come to another one at once.
BACKLOG: Final = 4096
#: What a socket's peer has not read by then is thrown away, and the connection with it.
LINGER_S: Final = 5.0
MAX_SOCKET_FRAME: Final = 1 << 17


class _WebSocket(WebSocketsSansIOProtocol):
    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        # Closing waits until everything is sent. A peer that does not read would keep its descriptor for ever.
        self.loop.call_later(LINGER_S, self.transport.abort)

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.http.response.body":
            self.handshake_complete = True  # it was refused, which is no error of ours to log


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_listening: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_listening = on_listening

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_listening()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield  # signals are the supervisor's


class _Answering:
    """Around the application: who is cut off when the grace is over is told to ask again.

    They would get a 500, which says that it was their request. What they sent may have been done: it counts once.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        has_begun = False

        async def note_and_send(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, note_and_send)
        except asyncio.CancelledError:  # by the server, which ends with this task
            if has_begun:
                raise
            await stopped()(scope, receive, send)


def bind(host: str, port: int) -> socket.socket:
    """Take the port before anything else is started. Raises `Unavailable`."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, protocol)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        reason = error.strerror or error
        raise Unavailable(f"Cannot listen on {host}:{port}: {reason}. Choose another with --port.") from error
    return bound


def _connections() -> int:
    """As many as there may be, having raised the limit of descriptors as far as we are let."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_CONNECTIONS + RESERVED_DESCRIPTORS
    if resource.RLIM_INFINITY in (soft, hard):
        return MAX_CONNECTIONS
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, wanted)), hard))
    return min(MAX_CONNECTIONS, hard - RESERVED_DESCRIPTORS)


def serve_http(
    app: ASGIApp, bound: socket.socket, on_listening: Callable[[], None], connection: type[Connection] = Connection
) -> Job:
    """Answers requests; once stopped it accepts no more, and finishes those under way."""
    config = uvicorn.Config(
        _Answering(app),
        http=connection,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # `kit.address` decides whom to believe
        limit_concurrency=_connections(),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        ws=_WebSocket,
        ws_max_size=MAX_SOCKET_FRAME,
        ws_per_message_deflate=False,  # three times the memory of a socket, for frames of 300 bytes
        backlog=BACKLOG,
    )

    async def run(stopping: asyncio.Event) -> None:
        server = _Server(config, on_listening)
        async with asyncio.TaskGroup() as group:
            serving = group.create_task(server.serve([bound]))
            asked = group.create_task(stopping.wait())
            await asyncio.wait((serving, asked), return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            asked.cancel()
        if not stopping.is_set():
            raise Unavailable("The HTTP server ended by itself.")

    return run
