"""Signs in, and shows what comes: a picture where there is a terminal, lines where there is a pipe."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import suppress

import httpx2
import typer
from rich.console import Console
from rich.live import Live

from kilowatch.kit.errors import Unavailable
from kilowatch.realtime.terminal.client import TIMEOUT_S, Account, SecondFactorNeeded, frames
from kilowatch.realtime.terminal.picture import Picture


async def watch(url: str, email: str, password: str) -> None:
    """Until cancelled. Raises `KilowatchError`."""
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_S) as http:
        account = Account(http)
        await _sign_in(account, email, password)
        try:
            await _show(account)
        finally:
            await account.sign_out()


async def _sign_in(account: Account, email: str, password: str) -> None:
    try:
        await account.sign_in(email, password)
    except SecondFactorNeeded:
        if not sys.stdin.isatty():
            raise
        code = await asyncio.to_thread(typer.prompt, "Code of the authenticator app", err=True)
        await account.sign_in(email, password, str(code))


async def _show(account: Account) -> None:
    picture = Picture(await account.device_names())
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
                yield picture.load(await account.latest_alerts())
