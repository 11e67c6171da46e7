"""From the first release's schema to today's: nothing that was stored is lost, and the step before still works.

`first_release/SERVICE.sql` is what `pg_dump` said of each database then, with a few rows. It is never changed.
"""

import os
import re
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from alembic.script import Script, ScriptDirectory

from kilowatch.kit.database import _configuration, migrate, schema_state
from kilowatch.kit.postgres.cluster import binaries
from kilowatch.process import available_services

FIRST_RELEASE = Path(__file__).with_name("first_release")
SERVICES = sorted(path.stem for path in FIRST_RELEASE.glob("*.sql"))

#: A month of readings is a table, made when its first reading comes.
MONTH = re.compile(r"reading_\d{4}_\d\d")
#: What an older version that still runs beside the new one would miss, or trip over.
CONTRACTING = re.compile(
    r"DROP\s+(TABLE|COLUMN|VIEW|FUNCTION|TYPE|SEQUENCE)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\w+\s+TYPE"
    r"|ADD\s+COLUMN\s+\w+\s+\w+\s+NOT\s+NULL(?!\s+DEFAULT)",
    re.IGNORECASE,
)

FreshUrl = Callable[[str], Awaitable[str]]


#: What the first release's databases are asked for, and what they must still say.
STORED = {
    "monitoring": {
        "SELECT sum(value) FROM reading WHERE device = 7": 0.75,
        "SELECT sum(energy) FROM usage WHERE device = 7": 750_000,
        "SELECT state ->> 'name' FROM device WHERE id = 7": "Kitchen",
    },
    "realtime": {
        "SELECT body FROM delivery JOIN frame ON frame.id = frame_id WHERE sequence = 1": '{"type": "alert"}',
    },
    "support": {
        "SELECT string_agg(author, ', ' ORDER BY sequence) FROM messages": "client, bot",
        "SELECT text FROM messages WHERE words @@ to_tsquery('simple', 'bill')": "Why is my bill so high?",
    },
}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_first_release_s_database_becomes_the_one_that_is_made_today_with_all_that_is_in_it(
    service: str, empty_url: FreshUrl, fresh_url: FreshUrl
):
    old, new = await empty_url(service), await fresh_url(service)
    _load(old, FIRST_RELEASE / f"{service}.sql")
    await migrate(old, service)
    assert (await schema_state(old, service)).is_current
    assert _schema(old) == _schema(new)
    connection = await asyncpg.connect(old.replace("+asyncpg", ""), timeout=10)
    for question, answer in STORED.get(service, {}).items():
        assert await connection.fetchval(question) == answer, question
    await connection.close()


def test_every_service_has_a_first_release():
    assert sorted(available_services()) == SERVICES


@pytest.mark.parametrize("service", available_services())
def test_a_version_takes_away_only_what_no_version_before_it_still_uses(service: str):
    """A migration that contracts says so, `contracts = "…"`, with the version that stopped using it."""
    for script in _later(service):
        source = Path(script.path).read_text()
        # The way back takes away what the way there has added.
        taken = CONTRACTING.search(source.split("def downgrade", 1)[0])
        assert not taken or hasattr(script.module, "contracts"), f"{script.revision}: {taken and taken[0]}"


def _later(service: str) -> list[Script]:
    """The migrations after the first."""
    return [
        script
        for script in ScriptDirectory.from_config(_configuration(service)).walk_revisions()
        if script.down_revision is not None
    ]


def _load(url: str, file: Path) -> None:
    _run("psql", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={file}", url=url)


def _schema(url: str) -> list[str]:
    """Statements, whatever their order: a table that a migration has added comes last in the old one."""
    dumped = _run("pg_dump", "--schema-only", "--no-owner", "--no-privileges", "--no-comments", url=url)
    statements = re.sub(r"^(--|\\|SET |SELECT pg_catalog).*$", "", dumped, flags=re.MULTILINE).split(";\n")
    return sorted(" ".join(statement.split()) for statement in statements if not MONTH.search(statement))


def _run(program: str, *arguments: str, url: str) -> str:
    parts = urlsplit(url)
    environment = {
        "PATH": os.defpath,
        "PGHOST": parse_qs(parts.query)["host"][0],
        "PGUSER": parts.username or "",
        "PGDATABASE": parts.path.strip("/"),
    }
    done = subprocess.run(
        (str(binaries() / program), *arguments),
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
