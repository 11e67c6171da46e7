from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import APIRouter

from kilowatch.kit import web
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.http import build_app
from kilowatch.kit.service import Service
from kilowatch.kit.web import DemoAccount, add_web
from tests.conftest import Clients, Tokens


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package with a built web app in it."""
    (tmp_path / "secret.txt").write_text("not for the world")
    (tmp_path / "web" / "assets").mkdir(parents=True)
    (tmp_path / "web" / "index.html").write_text("<!doctype html><title>app</title>")
    (tmp_path / "web" / "assets" / "index-1a2b3c.js").write_text("run()")
    (tmp_path / "web" / "favicon.svg").write_text("<svg/>")
    monkeypatch.setattr(web.resources, "files", lambda _package: tmp_path)
    return tmp_path


@pytest.fixture
def not_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.resources, "files", lambda _package: tmp_path)


async def never() -> None:
    raise Unavailable("<b>the database</b> is away")


@pytest.fixture
async def browser(tokens: Tokens) -> AsyncIterator[httpx2.AsyncClient]:
    service = Service(name="sample", router=APIRouter(), context=object(), ready=never)
    app = build_app([service], tokens.verifier())
    add_web(app, [service], [DemoAccount("client", "ana@example.org", "<script>", "Home")])
    async with Clients(app, tokens).nobody() as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/index.html", "/devices", "/devices/7?tab=usage", "/reports.2026"])
async def test_every_page_of_the_app_is_its_index(built: Path, browser: httpx2.AsyncClient, path: str):
    answer = await browser.get(path)
    assert "<title>app</title>" in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_hashed_assets_are_kept_for_ever_and_the_rest_is_asked_for_again(
    built: Path, browser: httpx2.AsyncClient
):
    assert "immutable" in (await browser.get("/assets/index-1a2b3c.js")).headers["cache-control"]
    assert (await browser.get("/favicon.svg")).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/api/nothing", "/internal/nothing", "/assets/old-9f8e.js"])
async def test_what_is_missing_is_missing_and_no_page(built: Path, browser: httpx2.AsyncClient, path: str):
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt", "//etc/passwd"]
)
async def test_nothing_outside_of_the_app_is_served(built: Path, browser: httpx2.AsyncClient, path: str):
    answer = await browser.get(path)
    assert "not for the world" not in answer.text
    assert "root:" not in answer.text


@pytest.mark.parametrize("path", ["/%00", "/" + "a" * 5000, "/" + "a/" * 3000])
async def test_a_path_that_no_file_can_have_is_no_defect(built: Path, browser: httpx2.AsyncClient, path: str):
    assert (await browser.get(path)).status_code == 200


async def test_health_goes_before_pages(built: Path, browser: httpx2.AsyncClient):
    alive = await browser.get("/livez")
    assert alive.text == "alive"
    assert "default-src 'none'" in alive.headers["content-security-policy"]


async def test_the_status_page_says_what_is_not_ready_and_runs_no_script(not_built: None, browser: httpx2.AsyncClient):
    answer = await browser.get("/")
    assert "sample" in answer.text
    assert "&lt;b&gt;the database&lt;/b&gt; is away" in answer.text
    assert "<script" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
