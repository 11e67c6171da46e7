"""`kilowatch ring`: the ring as a person at a terminal sees it."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from kilowatch.kit.account import Account, open_account
from kilowatch.kit.errors import Unavailable
from kilowatch.simulator.password import administrator_password

PATH: Final = "/api/balancer/ring"
REFRESH_S: Final = 1.0
CHANGES: Final = 8

#: As the balancer answers it.
Ring = Mapping[str, Any]


async def show_ring(url: str, email: str, password: str | None) -> None:
    """Raises `KilowatchError`."""
    async with open_account(url, email, await administrator_password(url, email, password)) as administrator:
        Console().print(rendered(await administrator.get(PATH)))


async def watch_ring(url: str, email: str, password: str | None) -> None:
    """Raises `KilowatchError`; what passes by itself is shown, and it goes on."""
    async with open_account(url, email, await administrator_password(url, email, password)) as administrator:
        with Live(Text("…"), console=Console(), screen=True, auto_refresh=False) as live:
            while True:
                live.update(await _seen(administrator), refresh=True)
                await asyncio.sleep(REFRESH_S)


async def _seen(administrator: Account) -> RenderableType:
    try:
        return rendered(await administrator.get(PATH))
    except Unavailable as error:
        return Text(str(error), style="yellow")


def rendered(ring: Ring) -> RenderableType:
    # The longest last: on a low screen the rest is seen.
    return Group(_members(ring), Text(), _changes(ring), Text(), _partitions(ring))


def _partitions(ring: Ring) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Partition", justify="right")
    table.add_column("Replica")
    for name in ("Epoch", "Lease", "Lag", "Devices"):
        table.add_column(name, justify="right")
    for each in ring["partitions"]:
        table.add_row(
            str(each["partition"]),
            each["replica"] or Text("nobody", style="red"),
            str(each["epoch"]),
            _lease(each["left_s"]),
            _lag(each["depth"], parked=each["parked"]),
            f"{each['devices']:,}",
        )
    return table


def _lease(left_s: float | None) -> Text:
    if left_s is None:
        return Text("–")
    return Text(f"{left_s:.1f} s", style="" if left_s > 0 else "red")


def _lag(depth: int | None, *, parked: bool) -> Text:
    """In batches that wait in the queue."""
    if depth is None:
        return Text("?", style="yellow")
    return Text(f"{depth:,}{' refused' if parked else ''}", style="yellow" if depth or parked else "")


def _members(ring: Ring) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("Member")
    table.add_column(f"Holds (at most {ring['cap']})", justify="right")
    table.add_column("Heard of", justify="right")
    table.add_column("")
    for member in ring["members"]:
        standing = "" if member["standing"] == "member" else member["standing"]
        table.add_row(member["name"], str(member["holds"]), f"{member['silent_s']:.1f} s ago", standing)
    return table


def _changes(ring: Ring) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("When", "Replica", "", "Members", "Moves expected", "measured"):
        table.add_column(name, justify="left" if name in {"When", "Replica", ""} else "right")
    for change in ring["changes"][:CHANGES]:
        when = datetime.fromisoformat(change["at"]).astimezone().strftime("%H:%M:%S")
        numbers = (str(change[name]) for name in ("members", "expected", "moved"))
        table.add_row(when, change["replica"], change["kind"], *numbers)
    return table
