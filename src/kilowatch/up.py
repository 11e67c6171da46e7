"""`kilowatch up`: the whole system in one process."""

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console

from kilowatch.installation import exclusive
from kilowatch.kit.edge import bind
from kilowatch.kit.postgres import embedded_postgres
from kilowatch.kit.telemetry import LogFormat, configure_logging
from kilowatch.process import Edge, ProcessSettings, run_embedded


def run(*, demo: bool, port: int, host: str, data_dir: Path, amqp_url: str | None) -> None:
    configure_logging(LogFormat.CONSOLE)
    signal.signal(signal.SIGTERM, _leave)
    settings = ProcessSettings(data_dir=data_dir.absolute(), amqp_url=amqp_url)
    with exclusive(settings.data_dir), bind(host, port) as bound:
        url = f"http://{_shown(host)}:{bound.getsockname()[1]}"
        edge = Edge(bound=bound, public_url=url, on_listening=lambda: _announce(url, settings.data_dir))
        with embedded_postgres(settings.data_dir / "postgres") as server:
            run_until_done(run_embedded(settings, server, edge))


def run_until_done(main: Coroutine[Any, Any, None]) -> None:
    import uvloop  # noqa: PLC0415

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, suppress(asyncio.CancelledError):
        runner.run(main)


def _announce(url: str, data_dir: Path) -> None:
    console = Console()
    console.print(f"\n  [bold green]Kilowatch is running[/] at [bold]{url}[/]")
    console.print(
        f"  API documentation  {url}/api/docs\n  Data directory     {data_dir}\n  Stop               Ctrl-C\n"
    )


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104


def _leave(_number: int, _frame: object) -> NoReturn:
    """Until the event loop takes over: leave through every `with`, so that PostgreSQL is stopped."""
    raise SystemExit(143)
