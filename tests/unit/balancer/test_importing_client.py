"""`kilowatch import` against a server that answers from memory: what it sends, prints, writes and returns."""

import asyncio
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from rich.console import Console
from typer.testing import CliRunner

from kilowatch.balancer.importing.client import BAR_WIDTH, Wishes, import_files
from kilowatch.cli import app
from kilowatch.kit.account import Account
from kilowatch.kit.errors import Invalid, KilowatchError

ENDED = {
    "state": "done",
    "progress": 1.0,
    "accepted": 2,
    "put_aside": 0,
    "refused": 0,
    "missing": 0,
    "reasons": {},
    "problem": None,
}
REFUSED = ENDED | {"refused": 1, "reasons": {"future": 1}}
REPORT = "line,reason,detail,as_read\r\n7,future,It is ahead.,x\r\n"


class Server:
    """Knows one job, which runs until it has been looked at."""

    def __init__(self, job: dict[str, Any], report: tuple[int, str] = (200, REPORT), looks: int = 0) -> None:
        self.job = job
        self.report = report
        self.looks = looks
        self.asked: list[str] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path
        self.asked.append(f"{request.method} {path}")
        if path == "/api/auth/sign-in":
            return httpx2.Response(200, json={"access_token": "t", "role": "administrator"})
        if request.headers.get("authorization") != "Bearer t":
            return httpx2.Response(401, json={"detail": "Sign in."})
        if path.endswith("refused.csv"):
            return httpx2.Response(self.report[0], text=self.report[1])
        if path == "/api/devices/import":
            return httpx2.Response(
                200, text='{"status": "created"}\n', headers={"Content-Type": "application/x-ndjson"}
            )
        if path == "/api/devices":
            known = [{"id": 1, "serial_number": "A"}] if request.url.params["offset"] == "0" else []
            return httpx2.Response(200, json={"items": known})
        running = {"state": "running", "progress": 0.5} if self.looks else {}
        self.looks = max(0, self.looks - 1)
        return httpx2.Response(200, json={"id": "job", **self.job, **running})


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "one.csv", tmp_path / "two.csv"]
    for path in paths:
        path.write_text("device,time,value\nA,2026-01-01T00:00:00Z,1\nB,2026-01-01T00:00:00Z,1\n", encoding="utf-8")
    return paths


def run(server: Callable[[httpx2.Request], httpx2.Response], files: list[Path], **wishes: Any) -> str:
    """What a terminal of 80 columns shows."""
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    wanted = Wishes(**{"files": files, "options": {}, "map_file": None, "create": False, "refused": None} | wishes)

    async def import_all() -> None:
        async with httpx2.AsyncClient(transport=httpx2.MockTransport(server), base_url="http://kilowatch") as http:
            await import_files(Account(http, "admin@example.org", "secret"), wanted, console)

    asyncio.run(import_all())
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_job_is_watched_to_its_end_with_a_bar_that_can_be_seen(files: list[Path]) -> None:
    shown = run(Server(REFUSED, looks=1), files[:1])
    assert "one.csv" in shown
    assert "2 accepted, 1 refused (future 1)" in shown
    bars = re.findall(r"━+", shown.replace("╸", "━").replace("╺", "━"))
    assert min(map(len, bars)) == BAR_WIDTH
    assert "100%" in shown


def test_the_report_has_the_refused_lines_of_every_file(files: list[Path], tmp_path: Path) -> None:
    report = tmp_path / "refused.csv"
    report.write_text("of last time", encoding="utf-8")
    run(Server(REFUSED), files, refused=report)
    assert report.read_text(encoding="utf-8").splitlines() == [
        "file,line,reason,detail,as_read",
        "one.csv,7,future,It is ahead.,x",
        "two.csv,7,future,It is ahead.,x",
    ]


@pytest.mark.parametrize(
    "job",
    [
        REFUSED | {"accepted": 0},
        ENDED | {"put_aside": 2},
        ENDED | {"state": "failed", "problem": "No column for the time."},
        ENDED | {"state": "cancelled"},
    ],
)
def test_a_file_that_came_to_nothing_or_not_to_its_end_is_a_failure(files: list[Path], job: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match=r"one\.csv"):
        run(Server(job), files[:1])


def test_a_report_that_the_server_does_not_give_is_an_error_and_no_report(files: list[Path], tmp_path: Path) -> None:
    report = tmp_path / "refused.csv"
    with pytest.raises(KilowatchError, match="It is late"):
        run(Server(REFUSED, (500, '{"detail": "It is late."}')), files[:1], refused=report)
    assert "late" not in report.read_text(encoding="utf-8")


def test_devices_that_are_missing_are_registered_before(files: list[Path]) -> None:
    server = Server(ENDED)
    shown = run(server, files[:1], create=True)
    assert "1 devices registered, 1 were known" in shown
    assert server.asked.index("POST /api/devices/import") < server.asked.index("POST /api/imports")


def test_a_server_that_does_not_answer_is_one_clear_line(files: list[Path]) -> None:
    arguments = ["import", str(files[0]), "--url", "http://127.0.0.1:9", "--password", "secret"]
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 1
    assert "kilowatch: http://127.0.0.1:9 does not answer" in ended.stderr
