"""`kilowatch up` and `kilowatch serve`: from a command line to a running process."""

import asyncio
import os
import signal
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table

from kilowatch.installation import exclusive
from kilowatch.kit.edge import bind
from kilowatch.kit.postgres import embedded_postgres
from kilowatch.kit.telemetry import LogFormat, configure_logging
from kilowatch.kit.tracing import tracing
from kilowatch.kit.web import DemoAccount
from kilowatch.process import Edge, ProcessSettings, run_embedded, run_service


def run_up(*, demo: bool, port: int, host: str, data_dir: Path, amqp_url: str | None) -> None:
    settings = ProcessSettings(data_dir=data_dir.absolute(), amqp_url=amqp_url)
    # Who starts it by hand wants to see the address, and then only what needs them.
    configure_logging(settings.log_format or LogFormat.CONSOLE, settings.log_level or "WARNING")
    signal.signal(signal.SIGTERM, _leave)
    accounts = _demo_accounts() if demo else ()
    with exclusive(settings.data_dir), bind(host, port) as bound:
        url = settings.public_url or f"http://{_reachable(host)}:{bound.getsockname()[1]}"
        edge = Edge(bound=bound, public_url=url, on_listening=lambda: _announce(url, settings.data_dir, accounts))
        with embedded_postgres(settings.data_dir / "postgres") as server, tracing("kilowatch"):
            _run_until_done(run_embedded(settings, server, edge, accounts))


def run_serve(service: str, *, port: int, host: str, data_dir: Path) -> None:
    settings = ProcessSettings(data_dir=data_dir.absolute())
    configure_logging(settings.log_format or LogFormat.JSON, settings.log_level or "INFO")
    signal.signal(signal.SIGTERM, _leave)
    with bind(host, port) as bound, tracing(f"kilowatch-{service}"):
        url = settings.public_url or f"http://{_reachable(host)}:{bound.getsockname()[1]}"
        edge = Edge(bound=bound, public_url=url, on_listening=lambda: None)
        _run_until_done(run_service(service, settings, edge))


def _run_until_done(main: Coroutine[Any, Any, None]) -> None:
    import uvloop  # noqa: PLC0415  (not on every platform, and only here)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner, suppress(asyncio.CancelledError):
        runner.run(main)


def _demo_accounts() -> Sequence[DemoAccount]:
    accounts = import_module("kilowatch.simulator.demo.accounts")
    os.environ.setdefault("KILOWATCH_ADMIN_PASSWORD", accounts.DEMO_PASSWORD)
    listed: Sequence[DemoAccount] = accounts.DEMO_ACCOUNTS
    return listed


def _announce(url: str, data_dir: Path, accounts: Sequence[DemoAccount]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold green]Kilowatch is running[/] at [bold]{url}[/]\n")
    console.print(f"API documentation  {url}/api/docs\nData directory     {data_dir}\nStop               Ctrl-C")
    if accounts:
        console.print(_accounts_table(accounts))
    elif password := import_module("kilowatch.auth.first_password").take_first_password(data_dir):
        console.print("\nSign in as [bold]admin@kilowatch.local[/] with this password; it is shown only now:")
        console.print(f"\n    [bold]{password}[/]\n")


def _accounts_table(accounts: Sequence[DemoAccount]) -> Table:
    table = Table("\nDemo account", "\nE-mail", "\nPassword", box=None, padding=(0, 2, 0, 0))
    for account in accounts:
        table.add_row(account.words, account.email, account.password)
    return table


def _reachable(host: str) -> str:
    """As part of a URL that works on this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104
    return everywhere.get(host, f"[{host}]" if ":" in host else host)


def _leave(_number: int, _frame: object) -> NoReturn:
    """Until the event loop takes over: leave through every `with`, so that PostgreSQL is stopped."""
    raise SystemExit(143)
