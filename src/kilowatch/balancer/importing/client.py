"""What `kilowatch import` does over the public HTTP API, and what a person at a terminal sees of it."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import httpx2
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from kilowatch.balancer.domain.history import FileFormat, ImportOptions, Layout, NotHistory, Unit, read_blocks
from kilowatch.balancer.importing.files import UNREADABLE, open_table
from kilowatch.kit.account import Account, Json
from kilowatch.kit.errors import Invalid

#: A large file is taken in to its end before it is answered.
TIMEOUT: Final = httpx2.Timeout(300.0, connect=5.0)
LOOK_EVERY_S: Final = 0.3
#: Rows of one bulk registration.
REGISTER_AT_ONCE: Final = 5_000
BAR_WIDTH: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    files: Sequence[Path]
    options: Mapping[str, str | int]
    map_file: Path | None
    create: bool
    refused: Path | None


async def import_files(administrator: Account, wishes: Wishes, console: Console) -> None:
    """Raises `KilowatchError`, also when one of the files has failed, or nothing of it could be accepted."""
    if wishes.refused:
        _write_report(wishes.refused, [("file", "line", "reason", "detail", "as_read")], "w")
    failed = [path.name for path in wishes.files if not await _import(administrator, wishes, path, console)]
    if failed:
        raise Invalid(f"Not imported: {', '.join(failed)}")


async def _import(administrator: Account, wishes: Wishes, path: Path, console: Console) -> bool:
    if wishes.create:
        await _register_missing(administrator, wishes, path, console)
    console.print(path.name, markup=False, highlight=False)
    job = await _carry(administrator, wishes, path, console)
    console.print(_outcome(job), highlight=False)
    if wishes.refused and (job["refused"] or job["put_aside"]):
        await _add_to_report(administrator, job, path, wishes.refused)
    kept = job["accepted"] - (job["put_aside"] or 0)
    return bool(job["state"] == "done" and (kept or not job["refused"] + job["accepted"]))


async def _carry(administrator: Account, wishes: Wishes, path: Path, console: Console) -> Json:
    """The job, once it has ended."""
    with _bar(console) as progress:
        job = await _upload(administrator, wishes, path)
        while job["state"] in {"waiting", "running"}:
            await asyncio.sleep(LOOK_EVERY_S)
            job = await administrator.get(f"/api/imports/{job['id']}")
            progress.update(progress.task_ids[0], completed=job["progress"], text=f"{job['accepted']:,} readings")
    return job


@contextmanager
def _bar(console: Console) -> Iterator[Progress]:
    """On a line of its own: beside everything that there is to say nothing would be left of it."""
    columns = (BarColumn(BAR_WIDTH), TaskProgressColumn(), TextColumn("{task.fields[text]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        progress.add_task("", total=1.0, text="sending")
        yield progress


def _outcome(job: Mapping[str, Json]) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in job["reasons"].items())
    said = [f"{job['accepted']:,} accepted"]
    said += [f"[red]{job['put_aside']:,} of them put aside[/]"] if job["put_aside"] else []
    said += [f"{job['missing']:,} without a value"] if job["missing"] else []
    said += [f"[red]{job['refused']:,} refused[/] ({reasons})"] if job["refused"] else []
    said += [f"[red]{escape(job['problem'])}[/]"] if job["problem"] else []
    return ", ".join(said)


async def _add_to_report(administrator: Account, job: Mapping[str, Json], path: Path, report: Path) -> None:
    with tempfile.TemporaryFile() as received:
        await administrator.download(f"/api/imports/{job['id']}/refused.csv", received)
        received.seek(0)
        lines = csv.reader(io.TextIOWrapper(received, encoding="utf-8", newline=""))
        next(lines)
        _write_report(report, ([path.name, *cells] for cells in lines), "a")


def _write_report(report: Path, rows: Iterable[Sequence[str]], mode: Literal["a", "w"]) -> None:
    with report.open(mode, encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


async def _upload(administrator: Account, wishes: Wishes, path: Path) -> Json:
    fields = {name: str(value) for name, value in wishes.options.items()}
    if wishes.map_file:
        fields["map"] = json.dumps(_read_map(wishes.map_file))
    with path.open("rb") as file:
        sent = {"file": (path.name, file)}
        return await administrator.ask("POST", "/api/imports", files=sent, data=fields, timeout=TIMEOUT)


def _read_map(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if any(len(row) != 2 for row in rows):
        raise Invalid(f"{path} has other than two columns: name in the file, id or serial number.")
    return {name.strip(): device.strip() for name, device in rows}


async def _register_missing(administrator: Account, wishes: Wishes, path: Path, console: Console) -> None:
    known = set(_read_map(wishes.map_file)) if wishes.map_file else set()
    layout, names = await asyncio.to_thread(_names_in, path, _options(wishes.options))
    wanted = sorted(names - known - await _serial_numbers(administrator))
    for start in range(0, len(wanted), REGISTER_AT_ONCE):
        rows = [_device_row(name, layout) for name in wanted[start : start + REGISTER_AT_ONCE]]
        text = "name,serial_number,kind,interval_s,time_zone\n" + "".join(map(_csv_line, rows))
        headers = {"Content-Type": "text/csv"}
        outcomes = await administrator.ask(
            "POST", "/api/devices/import", content=text.encode(), headers=headers, timeout=TIMEOUT
        )
        if problems := [outcome["reason"] for outcome in outcomes if outcome["status"] == "error"]:
            raise Invalid(f"{len(problems):,} devices could not be registered; the first: {problems[0]}")
    console.print(f"{path.name}: {len(wanted):,} devices registered, {len(names) - len(wanted):,} were known")


def _options(given: Mapping[str, str | int]) -> ImportOptions:
    try:
        return msgspec.convert(dict(given), ImportOptions, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(str(error)) from error


def _names_in(path: Path, options: ImportOptions) -> tuple[Layout, set[str]]:
    """The names of devices in a file, read to its end unless they stand in its header."""
    try:
        with open_table(path) as table:
            blocks = read_blocks(table.take, options)
            found = list(islice(blocks, 1))
            if not found:
                raise NotHistory("There is no reading in the file.")
            [(layout, block)] = found
            in_header = layout.format in {FileFormat.UCI_LOAD, FileFormat.UCI_POWER}
            names = set(block.names) if in_header else set(block.names).union(*(more.names for _, more in blocks))
    except UNREADABLE as error:
        raise Invalid(f"{path}: {error}") from error
    return layout, {name for name in names if name}


async def _serial_numbers(administrator: Account) -> set[str]:
    """Names that mean a device already: serial numbers, and ids."""
    found: set[str] = set()
    offset = 0
    while items := (await administrator.get("/api/devices", limit=200, offset=offset))["items"]:
        found |= {item["serial_number"] for item in items if item["serial_number"]} | {
            str(item["id"]) for item in items
        }
        offset += len(items)
    return found


def _device_row(name: str, layout: Layout) -> Sequence[object]:
    kind = "power" if layout.unit in {Unit.KW, Unit.W} else "interval"
    return (f"Meter {name}", name, kind, layout.step_s or 900, layout.zone or "UTC")


def _csv_line(row: Sequence[object]) -> str:
    return ",".join('"' + str(cell).replace('"', '""') + '"' for cell in row) + "\n"
