"""The HTTP server as a job of the supervisor."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from kilowatch.kit.errors import Unavailable
from kilowatch.kit.service import Job

#: Requests that are under way when the process is asked to stop have this long to finish.
GRACE_S: Final = 2
#: Idle keep-alive connections are closed after this; longer than a browser's or a meter's usual pause of 60 s.
KEEP_ALIVE_S: Final = 75
#: Connections beyond this are answered 503 at once: each costs memory, and the machine is finite.
MAX_CONNECTIONS: Final = 10_000


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


def serve_http(app: ASGIApp, bound: socket.socket, on_listening: Callable[[], None]) -> Job:
    """Answers requests; once stopped it accepts no more, and finishes those under way."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        proxy_headers=False,  # `kit.address` decides whom to believe
        limit_concurrency=MAX_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=1 << 20,
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
