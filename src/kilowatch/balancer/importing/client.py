"""What `kilowatch import` does over the public HTTP API, and what a person at a terminal sees of it."""

import asyncio
import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final, TypeAlias

import httpx2
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from kilowatch.balancer.domain.history import FileFormat, ImportOptions, Layout, NotHistory, Unit, read_blocks
from kilowatch.balancer.importing.files import UNREADABLE, open_table
from kilowatch.kit.errors import Forbidden, Invalid, KilowatchError, NotFound, Unauthenticated, Unavailable

#: JSON as the other end answers it; each caller picks the fields that it knows.
Json: TypeAlias = Any

LOOK_EVERY_S: Final = 0.3
TIMEOUT: Final = httpx2.Timeout(300.0, connect=5.0)
#: Rows of one bulk registration.
REGISTER_AT_ONCE: Final = 5_000
_ERRORS: Final[Mapping[int, type[KilowatchError]]] = {401: Unauthenticated, 403: Forbidden, 404: NotFound}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    files: Sequence[Path]
    options: Mapping[str, str | int]
    map_file: Path | None
    create: bool
    refused: Path | None


async def import_files(url: str, email: str, password: str, wishes: Wishes) -> None:
    """Raises `KilowatchError`, also when one of the files has failed."""
    console = Console(stderr=True)
    async with httpx2.AsyncClient(base_url=url, timeout=TIMEOUT) as http:
        office = _Office(http, email, password)
        failed = [path.name for path in wishes.files if not await _import(office, wishes, path, console)]
    if failed:
        raise Invalid(f"Not imported to the end: {', '.join(failed)}")


async def _import(office: "_Office", wishes: Wishes, path: Path, console: Console) -> bool:
    if wishes.create:
        await _register_missing(office, wishes, path, console)
    with _bar(path.name, console) as progress:
        job = await _upload(office, wishes, path)
        while job["state"] in {"waiting", "running"}:
            await asyncio.sleep(LOOK_EVERY_S)
            job = await office.ask("GET", f"/api/imports/{job['id']}")
            progress.update(progress.task_ids[0], completed=job["progress"], text=_counts(job))
    if job["problem"]:
        console.print(f"[red]{job['problem']}[/]")
    if wishes.refused and job["refused"]:
        await office.download(f"/api/imports/{job['id']}/refused.csv", wishes.refused)
        console.print(f"refused lines: {wishes.refused}")
    return bool(job["state"] == "done")


@contextmanager
def _bar(name: str, console: Console) -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[text]}"), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        progress.add_task(name, total=1.0, text="sending")
        yield progress


def _counts(job: Mapping[str, Json]) -> str:
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in job["reasons"].items())
    refused = f"  [red]{job['refused']:,} refused ({reasons})[/]" if job["refused"] else ""
    missing = f"  {job['missing']:,} without a value" if job["missing"] else ""
    return f"{job['accepted']:,} accepted{missing}{refused}"


async def _upload(office: "_Office", wishes: Wishes, path: Path) -> Json:
    fields = {name: str(value) for name, value in wishes.options.items()}
    if wishes.map_file:
        fields["map"] = json.dumps(_read_map(wishes.map_file))
    with path.open("rb") as file:
        return await office.ask("POST", "/api/imports", files={"file": (path.name, file)}, data=fields)


def _read_map(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if any(len(row) != 2 for row in rows):
        raise Invalid(f"{path} has other than two columns: name in the file, id or serial number.")
    return {name.strip(): device.strip() for name, device in rows}


async def _register_missing(office: "_Office", wishes: Wishes, path: Path, console: Console) -> None:
    known = set(_read_map(wishes.map_file)) if wishes.map_file else set()
    layout, names = await asyncio.to_thread(_names_in, path, _options(wishes.options))
    wanted = sorted(names - known - await _serial_numbers(office))
    for start in range(0, len(wanted), REGISTER_AT_ONCE):
        rows = [_device_row(name, layout) for name in wanted[start : start + REGISTER_AT_ONCE]]
        text = "name,serial_number,kind,interval_s,time_zone\n" + "".join(map(_csv_line, rows))
        headers = {"Content-Type": "text/csv"}
        outcomes = await office.ask("POST", "/api/devices/import", content=text.encode(), headers=headers)
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
            blocks = read_blocks(table.lines, options)
            found = list(islice(blocks, 1))
            if not found:
                raise NotHistory("There is no reading in the file.")
            [(layout, block)] = found
            in_header = layout.format in {FileFormat.UCI_LOAD, FileFormat.UCI_POWER}
            names = set(block.names) if in_header else set(block.names).union(*(more.names for _, more in blocks))
    except UNREADABLE as error:
        raise Invalid(f"{path}: {error}") from error
    return layout, {name for name in names if name}


async def _serial_numbers(office: "_Office") -> set[str]:
    """Names that mean a device already: serial numbers, and ids."""
    found: set[str] = set()
    offset = 0
    while items := (await office.ask("GET", "/api/devices", params={"limit": 200, "offset": offset}))["items"]:
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


class _Office:
    """An administrator, signed in when that is needed."""

    def __init__(self, http: httpx2.AsyncClient, email: str, password: str) -> None:
        self._http = http
        self._who = {"email": email, "password": password}

    async def ask(self, method: str, path: str, **request: Json) -> Json:
        """Raises `KilowatchError`."""
        if "Authorization" not in self._http.headers:
            await self._sign_in()
        response = await self._send(method, path, **request)
        if response.status_code == httpx2.codes.UNAUTHORIZED:
            await self._sign_in()
            response = await self._send(method, path, **request)
        return _content(response)

    async def download(self, path: str, target: Path) -> None:
        with target.open("wb") as file:
            async with self._http.stream("GET", path) as response:
                async for piece in response.aiter_bytes():
                    file.write(piece)

    async def _sign_in(self) -> None:
        self._http.headers.pop("Authorization", None)
        answer = _content(await self._send("POST", "/api/auth/sign-in", json=self._who))
        if "access_token" not in answer:
            raise Unauthenticated("This account signs in with a second factor; use another, or the API with a key.")
        self._http.headers["Authorization"] = f"Bearer {answer['access_token']}"

    async def _send(self, method: str, path: str, **request: Json) -> httpx2.Response:
        try:
            return await self._http.request(method, path, **request)
        except httpx2.TransportError as error:
            raise Unavailable(f"{self._http.base_url} does not answer: {error}") from error


def _content(response: httpx2.Response) -> Json:
    if response.is_success:
        # A bulk registration answers a line of JSON for each device.
        return [json.loads(line) for line in response.text.splitlines()] if _is_lines(response) else response.json()
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = response.text[:300]
    raise _ERRORS.get(response.status_code, Invalid)(detail)


def _is_lines(response: httpx2.Response) -> bool:
    return "ndjson" in response.headers.get("content-type", "")
