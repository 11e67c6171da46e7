"""`kilowatch import`. What it needs is imported when it runs."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer


def import_history(  # noqa: PLR0913, PLR0917
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV, CSV.gz or Parquet.")],
    format_: Annotated[str, typer.Option("--format", help="auto, long, wide, lcl, uci-power or uci-load.")] = "auto",
    device: Annotated[str | None, typer.Option(help="Id or serial number: every reading is of this device.")] = None,
    device_column: Annotated[str | None, typer.Option(help="Name of the column with the device.")] = None,
    time_column: Annotated[str | None, typer.Option(help="Name of the column with the time.")] = None,
    value_column: Annotated[str | None, typer.Option(help="Name of the column with the value.")] = None,
    unit: Annotated[str | None, typer.Option(help="kWh, Wh, kW or W. Default: that of the device's kind.")] = None,
    zone: Annotated[str | None, typer.Option(help="Of times without an offset. Default: the device's own.")] = None,
    shift: Annotated[int, typer.Option(help="Seconds added to each time: 1800 where half hours begin at it.")] = 0,
    map_: Annotated[
        Path | None,
        typer.Option("--map", exists=True, help="CSV with two columns: name in the file, id or serial number."),
    ] = None,
    create: Annotated[
        bool, typer.Option("--create", help="Register the devices that are missing, under the names in the file.")
    ] = False,
    refused: Annotated[Path | None, typer.Option(help="Write the refused lines of all files to this CSV.")] = None,
    url: Annotated[str, typer.Option(envvar="KILOWATCH_URL", help="A running Kilowatch.")] = "http://127.0.0.1:8080",
    email: Annotated[
        str, typer.Option(envvar="KILOWATCH_ADMIN_EMAIL", help="An administrator.")
    ] = "admin@kilowatch.local",
    password: Annotated[
        str, typer.Option(envvar="KILOWATCH_ADMIN_PASSWORD", prompt=True, hide_input=True, help="Their password.")
    ] = "",
) -> None:
    """Take in history from files: through the same checks as live readings, and with a report of what was refused.

    A row names its device by id or serial number. The same file again changes nothing: readings that are known count
    once. Limits that history passes become alerts that notify nobody.

    [bold]Examples[/bold]

        kilowatch import readings.csv
        kilowatch import block_0.csv --format lcl --create
        kilowatch import household_power_consumption.txt --device 7
        kilowatch import LD2011_2014.txt --map clients.csv --refused refused.csv
    """
    from rich.console import Console  # noqa: PLC0415

    from kilowatch.balancer.importing.client import Wishes, import_files  # noqa: PLC0415
    from kilowatch.kit.account import open_account  # noqa: PLC0415

    options = {
        "format": format_,
        "device": device,
        "device_column": device_column,
        "time_column": time_column,
        "value_column": value_column,
        "unit": unit,
        "zone": zone,
        "shift_s": shift,
    }
    given = {name: value for name, value in options.items() if value is not None}
    wishes = Wishes(files=files, options=given, map_file=map_, create=create, refused=refused)

    async def run() -> None:
        async with open_account(url, email, password) as administrator:
            await import_files(administrator, wishes, Console(stderr=True))

    asyncio.run(run())
