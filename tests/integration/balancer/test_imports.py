"""Imports of history, from the upload to the partitions."""

import csv
import gzip
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pyarrow as pa
import pytest
from pyarrow import parquet

from kilowatch.balancer.domain.history import BLOCK_READINGS
from kilowatch.balancer.importing.store import ImportStore
from kilowatch.contracts.accounts import Role
from kilowatch.contracts.batch import Source
from kilowatch.contracts.metering import MeterKind
from tests.eventually import eventually
from tests.integration.balancer.conftest import Inventory, OpenPlant, Plant, a_device

LONDON = b"""LCLid,tstp,energy(kWh/hh)
MAC000002,2022-10-12 00:30:00.0000000,0.215
MAC000002,2022-10-12 01:00:00.0000000,Null
MAC000002,2022-10-12 01:30:00.0000000,lots
MAC000009,2022-10-12 00:30:00.0000000,0.1
MAC000003,2062-10-12 00:30:00.0000000,1.5
MAC000003,2022-10-12 00:30:00.0000000,1.5
"""


@pytest.fixture
def inventory() -> Inventory:
    devices = [a_device(1), a_device(2), a_device(3, kind=MeterKind.POWER)]
    return Inventory(devices, serial_numbers={"MAC000002": 1, "MAC000003": 2, "MT_001": 3})


class Office:
    """An administrator at the plant."""

    def __init__(self, plant: Plant, clients_of: Any) -> None:
        self.plant = plant
        self.clients = clients_of(plant.app)

    async def ask(self, method: str, path: str, **request: Any) -> httpx2.Response:
        async with self.clients.user(Role.ADMINISTRATOR) as client:
            return await client.request(method, path, **request)

    async def start(self, content: bytes, name: str = "history.csv", **fields: Any) -> Any:
        answer = await self.ask("POST", "/api/imports", files={"file": (name, content)}, data=fields)
        assert answer.status_code == 202, answer.text
        return answer.json()

    async def run(self, content: bytes, **fields: Any) -> Any:
        """The job once it has ended."""
        started = await self.start(content, **fields)
        shown: dict[str, Any] = {}

        async def look() -> None:
            shown.update((await self.ask("GET", f"/api/imports/{started['id']}")).json())

        while shown.get("state") not in {"done", "failed", "cancelled"}:
            await look()
        return shown

    async def refused(self, import_id: str) -> list[str]:
        answer = await self.ask("GET", f"/api/imports/{import_id}/refused.csv")
        return answer.text.splitlines()[1:]


async def test_a_file_becomes_readings_and_every_refused_line_is_named(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    async with open_plant(inventory) as plant:
        office = Office(plant, clients_of)
        job = await office.run(LONDON)
        assert (job["state"], job["format"], job["progress"]) == ("done", "lcl", 1.0)
        assert (job["accepted"], job["refused"], job["missing"]) == (2, 3, 1)
        assert job["reasons"] == {"malformed": 1, "unknown_device": 1, "future": 1}
        assert await office.refused(job["id"]) == [
            "4,malformed,'lots' is not a number.,\"MAC000002,2022-10-12 01:30:00.0000000,lots\"",
            '5,unknown_device,There is no such device.,"MAC000009,2022-10-12 00:30:00.0000000,0.1"',
            '6,future,The time lies in the future.,"MAC000003,2062-10-12 00:30:00.0000000,1.5"',
            f',conflict,"It was handed over, and put aside where it would have been written.",{job["id"]}',
        ]
        assert job["put_aside"] == 1
        await eventually(lambda: plant.taker.accepted == 2)
        assert {batch.header.correlation_id for batch in plant.taker.batches} == {job["id"]}
        assert {batch.header.source for batch in plant.taker.batches} == {Source.IMPORT}
        assert [(device, value) for device, _, value, _ in plant.taker.readings] == [(1, 0.215), (2, 1.5)]


async def test_a_refused_line_is_no_formula_in_a_spreadsheet(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    line = '=HYPERLINK("//x"),2022-10-12 00:30:00.0000000,0.1'
    async with open_plant(inventory) as plant:
        office = Office(plant, clients_of)
        job = await office.run(f"LCLid,tstp,energy(kWh/hh)\n{line}\n".encode())
        [refused, _] = await office.refused(job["id"])
        assert next(csv.reader([refused]))[3].startswith("'=HYPERLINK")


@pytest.mark.parametrize(
    ("file", "fields"),
    [
        (b"LCLid,tstp,energy(kWh/hh)\nMAC000002,2012-10-12 00:30:00.0000000,0.215\n", {}),
        (
            (
                b"Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1;"
                b"Sub_metering_2;Sub_metering_3\n16/12/2006;17:24:00;4.216;0.418;234.840;18.400;0.000;1.000;17.000\n"
            ),
            {"device": "3"},
        ),
        (b'"";"MT_001";"MT_002"\n"2011-01-01 00:15:00";1,5;2,5\n', {"map": '{"MT_001": "3", "MT_002": "1"}'}),
    ],
    ids=["london", "household", "load-diagrams"],
)
async def test_history_is_as_old_as_it_is(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any, file: bytes, fields: dict[str, str]
) -> None:
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(file, **fields)
        assert "too_old" not in job["reasons"], job
        assert job["accepted"] >= 1, job


async def test_gzip_and_parquet_say_the_same_as_csv(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    rows = [line.split(",") for line in LONDON.decode().splitlines()]
    table = pa.table({name: [row[column] for row in rows[1:]] for column, name in enumerate(rows[0])})
    file = io.BytesIO()
    parquet.write_table(table, file)
    async with open_plant(inventory) as plant:
        office = Office(plant, clients_of)
        for content in (gzip.compress(LONDON), file.getvalue()):
            job = await office.run(content)
            assert (job["state"], job["accepted"], job["refused"], job["missing"]) == ("done", 2, 3, 1), job


async def test_parquet_with_columns_of_their_own_types(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    times = pa.array([1_767_225_600_000_000, 1_767_226_500_000_000], pa.timestamp("us", "UTC"))
    file = io.BytesIO()
    parquet.write_table(pa.table({"device": [1, 1], "time": times, "value": [0.1, None]}), file)
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(file.getvalue())
        assert (job["accepted"], job["missing"], job["refused"]) == (1, 1, 0), job
        await eventually(lambda: plant.taker.accepted == 1)
        assert plant.taker.readings == [(1, 1_767_225_600_000_000, 0.1, 0)]


async def test_names_of_the_file_are_mapped_to_devices(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    text = b'"";"MT_001";"Client 2"\n"2022-01-01 00:15:00";0,5;1\n'
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(text, map='{"Client 2": "2"}')
        assert (job["state"], job["format"], job["accepted"]) == ("done", "uci-load", 2)
        await eventually(lambda: plant.taker.accepted == 2)
        assert [(device, value) for device, _, value, _ in plant.taker.readings] == [(2, 0.25), (3, 500.0)]


async def test_a_job_that_was_interrupted_goes_on_behind_what_it_had_handed_over(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    async with open_plant(inventory) as plant:
        office = Office(plant, clients_of)
        job = await office.run(LONDON)
        # As a kill -9 in the middle leaves it: running, silent for long, its file still there.
        async with plant.context.database.transaction() as connection:
            await connection.exec_driver_sql(
                "UPDATE import_job SET state = 'running', line = 5, accepted = 1, refused = 2, missing = 1,"
                " finished_at = NULL, heartbeat_at = now() - interval '1 hour',"
                ' reasons = \'{"malformed": 1, "unknown_device": 1}\''
            )
            for number, content in enumerate((LONDON[:30], LONDON[30:])):
                await ImportStore(connection).add_chunk(job["id"], number, content)
        plant.context.importer.wake.set()
        shown: dict[str, Any] = {"state": "running"}
        while shown["state"] != "done":
            shown = (await office.ask("GET", f"/api/imports/{job['id']}")).json()
        # A block is taken whole: what of it was handed over before goes again, and counts nothing where it is known.
        assert shown["starts"] == 2
        assert shown["line"] == 7
        await eventually(lambda: plant.taker.accepted == 4)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "nothing in the file"),
        (b"what,is,this\n1,2,3\n", "No column for the time"),
        (b"PAR1 and then nothing of the kind", "Parquet"),
        (b"\x1f\x8b and no gzip", ""),
        (b"device,time,value\n\xff\xfe,1,2\n", "utf-8"),
        (b"Date;Time;Global_active_power\n1/1/2007;00:00:00;1\n", "device"),
    ],
)
async def test_a_file_that_cannot_be_read_fails_and_says_why(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any, content: bytes, problem: str
) -> None:
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(content)
        assert job["state"] == "failed"
        assert problem in job["problem"]


async def test_what_lies_before_the_place_that_cannot_be_read_is_taken_and_counted(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    start = datetime(2022, 1, 1, tzinfo=UTC)
    lines = [f"1,{(start + timedelta(seconds=n)).isoformat()},1\n".encode() for n in range(3 * BLOCK_READINGS)]
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(b"".join([b"device,time,value\n", *lines, b"\xff\xfe,1,2\n"]))
        assert job["state"] == "failed"
        # The last block is lost with the line in it; every reading of the others is counted where it is.
        assert job["accepted"] >= 2 * BLOCK_READINGS
        await eventually(lambda: plant.taker.accepted == job["accepted"])


async def test_the_wrong_file_is_given_up_and_not_refused_to_its_end(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    content = b"device,time,value\n" + b"99,2026-01-01T00:00:00Z,1\n" * 60_000
    async with open_plant(inventory) as plant:
        job = await Office(plant, clients_of).run(content)
        assert job["state"] == "failed"
        assert job["refused"] < 60_000


async def test_a_job_that_waits_for_a_full_partition_can_be_cancelled(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any
) -> None:
    content = b"device,time,value\n" + b"".join(
        b"1,2026-01-01T%02d:%02d:00Z,1\n" % (n // 60, n % 60) for n in range(1_000)
    )
    async with open_plant(inventory, lane_readings=1, ingest_gather_s=1.0) as plant:
        office = Office(plant, clients_of)
        started = await office.start(content)
        cancelled = await office.ask("POST", f"/api/imports/{started['id']}/cancel")
        assert cancelled.json()["state"] == "cancelled"
        again = await office.ask("POST", f"/api/imports/{started['id']}/cancel")
        assert again.status_code == 409
        async with office.clients.service("users") as client:
            told = (await client.get("/internal/balancer/audit")).json()
        assert ("import.cancelled", f"import/{started['id']}") in {(each["action"], each["object"]) for each in told}


@pytest.mark.parametrize(
    "fields", [{"format": "excel"}, {"zone": "Mars"}, {"map": "no json"}, {"shift_s": "long"}, {"colour": "red"}]
)
async def test_wrong_options_are_refused_before_anything_is_kept(
    open_plant: OpenPlant, inventory: Inventory, clients_of: Any, fields: dict[str, str]
) -> None:
    async with open_plant(inventory) as plant:
        office = Office(plant, clients_of)
        answer = await office.ask("POST", "/api/imports", files={"file": ("x", b"y")}, data=fields)
        assert answer.status_code == 422
        assert (await office.ask("GET", "/api/imports")).json() == []
