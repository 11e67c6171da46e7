"""`kilowatch doctor`: what it says of each thing that can be wrong, and what to do about it."""

import shutil
from collections import namedtuple
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

from kilowatch.doctor import Finding, Verdict, examine
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.process import available_services
from tests.databases import FreshUrl
from tests.rabbitmq_node import free_ports

Usage = namedtuple("Usage", "total used free")


@dataclass
class Site:
    """An installation in order, until a test breaks it."""

    data_dir: Path
    patch: pytest.MonkeyPatch
    urls: dict[str, str]
    amqp_url: str | None = None
    clock: Clock = field(default=system_clock)

    def set_urls(self) -> None:
        for service, url in self.urls.items():
            self.patch.setenv(f"KILOWATCH_{service.upper()}_DATABASE_URL", url)

    async def examined(self) -> dict[str, Finding]:
        return {finding.subject: finding for finding in await examine(self.data_dir, self.amqp_url, self.clock)}


@pytest.fixture
async def site(fresh_url: FreshUrl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    secrets = tmp_path / "secrets"
    secrets.mkdir(mode=0o700)
    (secrets / "vault").touch(mode=0o600)
    services = available_services()
    urls = {service: (await fresh_url(service)).replace("+asyncpg", "") for service in services}
    site = Site(tmp_path, monkeypatch, urls)
    site.set_urls()
    return site


async def _broker_down(site: Site) -> None:
    site.amqp_url = f"amqp://guest:guest@127.0.0.1:{free_ports(1)[0]}/"


async def _old_schema(site: Site) -> None:
    connection = await asyncpg.connect(site.urls["devices"])
    await connection.execute("UPDATE alembic_version SET version_num = 'devices_0001'")
    await connection.close()


async def _database_down(site: Site) -> None:
    site.urls = dict.fromkeys(site.urls, f"postgresql://anybody:secret@127.0.0.1:{free_ports(1)[0]}/any")
    site.set_urls()


async def _no_such_database(site: Site) -> None:
    site.urls = {service: url.replace(f"/{service}", "/missing_") for service, url in site.urls.items()}
    site.set_urls()


async def _no_such_database_of_one(site: Site) -> None:
    site.urls["devices"] = site.urls["devices"].replace("/devices", "/missing_")
    site.set_urls()


async def _clock_apart(site: Site) -> None:
    site.clock = lambda: system_clock() + timedelta(seconds=30)


async def _scarce_disk(site: Site) -> None:
    site.patch.setattr(shutil, "disk_usage", lambda _: Usage(10 << 30, 9 << 30, 1 << 30))


async def _full_disk(site: Site) -> None:
    site.patch.setattr(shutil, "disk_usage", lambda _: Usage(10 << 30, 10 << 30, 1 << 20))


async def _exposed_secret(site: Site) -> None:
    (site.data_dir / "secrets" / "vault").chmod(0o644)


@pytest.mark.parametrize(
    ("break_it", "subject", "verdict", "text", "advice"),
    [
        (_broker_down, "broker", Verdict.BAD, "", "Is RabbitMQ running"),
        (_old_schema, "schema of devices", Verdict.DOUBTFUL, "devices_0001, should be devices_0", "kilowatch migrate"),
        (_database_down, "database", Verdict.BAD, "does not let us in", "the database URLs in the environment"),
        (_no_such_database, "database", Verdict.BAD, "does not exist", "the database URLs in the environment"),
        (_no_such_database_of_one, "schema of devices", Verdict.BAD, "does not exist", "the database URLs"),
        (_clock_apart, "database", Verdict.BAD, "30.0 s away from ours", "Synchronise the clocks"),
        (_scarce_disk, "disk", Verdict.DOUBTFUL, "1.0 GB free at", "Make room"),
        (_full_disk, "disk", Verdict.BAD, "0.0 GB free at", "Make room"),
        (_exposed_secret, "secrets", Verdict.BAD, "others may read vault", "chmod -R go="),
    ],
)
async def test_doctor_finds_what_is_wrong_and_says_what_to_do(
    site: Site, break_it: Callable[[Site], Awaitable[None]], subject: str, verdict: Verdict, text: str, advice: str
) -> None:
    before = (await site.examined())[subject]
    assert (before.verdict, before.advice) == (Verdict.GOOD, ""), before
    await break_it(site)
    found = (await site.examined())[subject]
    assert found.verdict is verdict
    assert text in found.text
    assert advice in found.advice
