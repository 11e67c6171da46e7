"""The administrator's password, for commands that register what they simulate."""

import asyncio
import sys

import typer

from kilowatch.kit.account import open_account
from kilowatch.kit.errors import Invalid, Unauthenticated
from kilowatch.kit.secrets import given_secret
from kilowatch.simulator.demo.accounts import DEMO_PASSWORD


async def administrator_password(url: str, email: str, given: str | None) -> str:
    """The given one, also in a mounted file, else the demo's where it is good, else ask."""
    if known := given or given_secret("admin_password"):
        return known
    async with open_account(url, email, DEMO_PASSWORD) as administrator:
        try:
            await administrator.get("/api/users/me")
        except Unauthenticated:
            if not sys.stdin.isatty():
                raise Invalid("Give the administrator's password: KILOWATCH_ADMIN_PASSWORD=…") from None
            return str(await asyncio.to_thread(typer.prompt, f"Password of {email}", hide_input=True, err=True))
    return DEMO_PASSWORD
