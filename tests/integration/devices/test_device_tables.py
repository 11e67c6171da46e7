"""Import and export of many devices."""

import csv
import io
import json
from typing import Any

import httpx2

from kilowatch.contracts.events import CredentialChanged, DeviceRegistered

HEADER = "serial_number,name,kind,time_zone"


def lines_of(answer: httpx2.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


async def upload(running, *lines: str, **query: Any) -> httpx2.Response:
    return await running.admin.post("/api/devices/import", content="\n".join(lines).encode(), params=query)


async def test_each_line_of_a_table_is_told_what_became_of_it(running) -> None:
    known = await running.register(name="Old name", serial_number="S-1")
    report = lines_of(
        await upload(
            running,
            HEADER,
            "S-1,New name,counter,Europe/Bucharest",
            "S-2,Fridge,interval,Europe/Bucharest",
            "S-3,Nowhere,interval,Europe/Atlantis",
            "S-2,Fridge again,interval,UTC",
            "S-4,Short",
        )
    )
    assert [(line["line"], line["status"]) for line in report] == [
        (2, "updated"),
        (3, "created"),
        (4, "error"),
        (5, "error"),
        (6, "error"),
    ]
    assert report[0]["id"] == known["id"]
    assert report[2]["reason"] == "time_zone: not the name of a time zone, such as Europe/Bucharest"
    assert "line 3" in report[3]["reason"]
    assert [line["name"] for line in report] == ["New name", "Fridge", "Nowhere", "Fridge again", None]
    assert report[3]["serial_number"] == "S-2"
    listed = (await running.admin.get("/api/devices")).json()
    assert [device["name"] for device in listed["items"]] == ["Fridge", "New name"]


async def test_a_dry_run_tells_the_same_and_stores_nothing(running) -> None:
    table = (HEADER + ",parent_serial_number", "M,Main,counter,UTC,", "S,Sub,counter,UTC,M", "T,Sub,counter,UTC,X")
    rehearsed = lines_of(await upload(running, *table, dry_run=True))
    assert await running.said() == []
    assert (await running.admin.get("/api/devices")).json()["total"] == 0
    performed = lines_of(await upload(running, *table))
    assert [line["status"] for line in rehearsed] == [line["status"] for line in performed]
    assert [line["status"] for line in performed] == ["created", "created", "error"]
    assert len(await running.said()) == 2


async def test_a_sub_meter_may_follow_its_parent_in_the_same_table(running) -> None:
    await upload(running, HEADER + ",parent_serial_number", "M,Main,counter,UTC,", "S,Sub,counter,UTC,M")
    sub, main = (await running.admin.get("/api/devices", params={"sort": "name", "order": "descending"})).json()[
        "items"
    ]
    assert sub["parent"] == {"id": main["id"], "name": "Main"}


async def test_an_exported_table_can_be_imported_again_and_changes_nothing(running) -> None:
    site = await running.site()
    parent = await running.register(name="=cmd|' /C calc'!A0", site_id=site["id"], description='a, "b"\nc')
    await running.register(name="Sub", site_id=site["id"], parent_id=parent["id"], modulus_kwh=99999.9, active=False)
    exported = await running.operator.get("/api/devices/export")
    assert exported.headers["content-type"].startswith("text/csv")
    assert "'=cmd" in exported.text
    before = (await running.admin.get("/api/devices")).json()
    report = lines_of(await running.admin.post("/api/devices/import", content=exported.content))
    assert [line["status"] for line in report] == ["unchanged", "unchanged"]
    assert (await running.admin.get("/api/devices")).json() == before


async def test_an_empty_cell_clears_what_may_be_empty_and_leaves_the_rest(running) -> None:
    await running.register(serial_number="S", name="Kept", hourly_limit_kwh=3, description="gone")
    [line] = lines_of(await upload(running, "serial_number,name,hourly_limit_kwh,description", "S,,,"))
    assert line["status"] == "updated"
    [device] = (await running.admin.get("/api/devices")).json()["items"]
    assert (device["name"], device["hourly_limit_kwh"], device["description"]) == ("Kept", None, "")


async def test_credentials_are_in_the_report_when_asked_for(running) -> None:
    table = f"{HEADER}\nS-1,Fridge,interval,UTC\n".encode()
    answer = await running.admin.post(
        "/api/devices/import", content=table, params={"credentials": True}, headers={"Accept": "text/csv"}
    )
    assert answer.headers["cache-control"] == "no-store"
    [line] = csv.DictReader(io.StringIO(answer.text))
    assert line["credential"].startswith(f"kwd_{line['id']}_")
    said = await running.said()
    assert [type(event) for event in said] == [DeviceRegistered, CredentialChanged]


async def test_imported_devices_can_be_put_on_the_list_of_a_gateway(running) -> None:
    gateway = await running.create("/api/gateways", name="Cellar")
    await running.create(f"/api/gateways/{gateway['id']}/credentials")
    await running.said()
    report = lines_of(await upload(running, HEADER, "A,A,power,UTC", "B,B,power,UTC", gateway_id=gateway["id"]))
    listed = (await running.admin.get(f"/api/gateways/{gateway['id']}")).json()
    assert listed["device_ids"] == [line["id"] for line in report]
    *_, changed = await running.said()
    assert isinstance(changed, CredentialChanged)
    assert list(changed.credential.device_ids) == listed["device_ids"]


async def test_semicolons_and_a_byte_order_mark_are_read_as_a_spreadsheet_writes_them(running) -> None:
    table = "\ufeffname;kind;time_zone\nBoiler, big;power;UTC\n".encode()
    [line] = lines_of(await running.admin.post("/api/devices/import", content=table))
    assert (line["status"], line["name"]) == ("created", "Boiler, big")


async def test_what_is_no_table_is_refused_as_a_whole(running) -> None:
    for content in (b"", b"\n", b"nmae,kind\nx,power\n", b"name,name\n", b"name\n\xff\xfe\n", b"\x00" * 100):
        answer = await running.admin.post("/api/devices/import", content=content)
        assert answer.status_code == 422, (content, answer.text)
    only_header = await running.admin.post("/api/devices/import", content=b"name\n")
    assert (only_header.status_code, only_header.text) == (200, "")


async def test_a_line_about_an_unknown_id_or_gateway_is_an_error(running) -> None:
    [line] = lines_of(await upload(running, "id,name", "77,Ghost"))
    assert (line["status"], line["reason"]) == ("error", "There is no such device.")
    [line] = lines_of(await upload(running, "id,name", "x,Ghost"))
    assert line["reason"].startswith("id: ")
    answer = await upload(running, HEADER, "A,A,power,UTC", gateway_id=5)
    assert answer.status_code == 404


async def test_only_administrators_import_and_only_staff_exports(running) -> None:
    client = running.as_client(await running.person())
    for caller in (client, running.operator):
        assert (await caller.post("/api/devices/import", content=b"name\nx\n")).status_code == 403
    assert (await client.get("/api/devices/export")).status_code == 403
