"""Signs in, and shows what comes: a picture where there is a terminal, lines where there is a pipe."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import typer
from rich.console import Console
from rich.live import Live

from kilowatch.kit.account import Account, SecondFactorNeeded, open_account
from kilowatch.kit.errors import Unavailable
from kilowatch.realtime.terminal.client import device_names, frames
from kilowatch.realtime.terminal.picture import Picture


async def watch(url: str, email: str, password: str) -> None:
    """Until cancelled. Raises `KilowatchError`."""
    async with open_account(url, email, password) as account:
        await _sign_in(account)
        try:
            await _show(account)
        finally:
            await account.sign_out()


async def _sign_in(account: Account) -> None:
    try:
        await account.sign_in()
    except SecondFactorNeeded:
        if not sys.stdin.isatty():
            raise
        await account.sign_in(await asyncio.to_thread(typer.prompt, "Code of the authenticator app", err=True))


async def _show(account: Account) -> None:
    picture = Picture(await device_names(account))
    console = Console()
    if not console.is_terminal:
        async for line in lines(account, picture):
            if line:
                console.print(line, highlight=False, markup=False, soft_wrap=True)
        return
    with Live(picture.rendered(), console=console, screen=True, auto_refresh=False) as live:
        async for _ in lines(account, picture):
            live.update(picture.rendered(), refresh=True)


async def lines(account: Account, picture: Picture) -> AsyncIterator[str | None]:
    """What tells of each frame, once the picture has it. Raises `Unauthenticated`."""
    staff = ["staff/alerts", "staff/ingest"] if account.role != "client" else []
    async for frame in frames(account, ["alerts", "live", *staff]):
        yield picture.take(frame)
        if picture.incomplete:
            with suppress(Unavailable):  # the next frame asks again
                yield picture.load((await account.get("/api/alerts"))["items"])
