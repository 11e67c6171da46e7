"""`kilowatch watch`. What it needs is imported when it runs."""

import asyncio
from typing import Annotated

import typer


def watch(
    url: Annotated[str, typer.Option(envvar="KILOWATCH_URL", help="A running Kilowatch.")] = "http://127.0.0.1:8080",
    email: Annotated[
        str, typer.Option(envvar="KILOWATCH_EMAIL", prompt="E-mail", help="Whose alerts and devices to watch.")
    ] = "",
    password: Annotated[
        str, typer.Option(envvar="KILOWATCH_PASSWORD", prompt=True, hide_input=True, help="Their password.")
    ] = "",
) -> None:
    """Watch alerts and live usage of an account, until Ctrl-C.

    Operators and administrators see the alerts of everybody, and readings a second. Into a pipe it writes lines.

    [bold]Examples[/bold]

        kilowatch watch
        kilowatch watch --email ana@example.org --url https://kilowatch.example.org
        KILOWATCH_EMAIL=ana@example.org KILOWATCH_PASSWORD=… kilowatch watch | grep raised
    """
    from kilowatch.realtime.terminal.watch import watch as watch_account  # noqa: PLC0415

    asyncio.run(watch_account(url, email, password))
