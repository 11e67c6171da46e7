"""`kilowatch doctor`: looks at everything that Kilowatch needs, and says what to do about what is wrong."""

import ctypes
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import asyncpg

from kilowatch.administration import DatabaseUrl, databases
from kilowatch.kit.clock import Clock, system_clock
from kilowatch.kit.database import schema_state
from kilowatch.kit.errors import KilowatchError, Unavailable
from kilowatch.process import available_services, open_rabbitmq

SCARCE_BYTES: Final = 5 << 30
NO_BYTES: Final = 500 << 20
CLOCKS_APART_S: Final = 1.0
#: `ntp_adjtime` returns this while nothing keeps the clock right.
TIME_ERROR: Final = 5


class Verdict(StrEnum):
    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    verdict: Verdict
    text: str
    advice: str = ""


async def examine(data_dir: Path, amqp_url: str | None, clock: Clock = system_clock) -> Sequence[Finding]:
    local = [check_disk(data_dir), check_secrets(data_dir), check_clock(), check_time_zones()]
    return [*local, await _check_broker(amqp_url), *await _check_databases(data_dir, clock)]


def check_disk(data_dir: Path) -> Finding:
    place = next(path for path in (data_dir.absolute(), *data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(place).free
    text = f"{free / (1 << 30):.1f} GB free at {place}"
    if free > SCARCE_BYTES:
        return Finding("disk", Verdict.GOOD, text)
    verdict = Verdict.BAD if free < NO_BYTES else Verdict.DOUBTFUL
    return Finding("disk", verdict, text, "Make room, or choose another place with --data-dir.")


def check_secrets(data_dir: Path) -> Finding:
    directory = data_dir / "secrets"
    if not directory.exists():
        return Finding("secrets", Verdict.GOOD, "none yet; the first start makes them")
    exposed = [
        path.name for path in (directory, *directory.iterdir()) if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if exposed:
        advice = f"chmod -R go= {directory}; and think of who has read them."
        return Finding("secrets", Verdict.BAD, f"others may read {', '.join(exposed)}", advice)
    return Finding("secrets", Verdict.GOOD, "readable by nobody else")


def check_clock() -> Finding:
    try:
        state = ctypes.CDLL(None).ntp_adjtime(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return Finding("clock", Verdict.DOUBTFUL, "this system does not say whether its clock is right")
    if state == TIME_ERROR:
        advice = "Turn on time synchronisation (systemd-timesyncd, chrony); readings carry the senders' times."
        return Finding("clock", Verdict.DOUBTFUL, "nothing keeps this machine's clock right", advice)
    return Finding("clock", Verdict.GOOD, "synchronised")


def check_time_zones() -> Finding:
    try:
        ZoneInfo("Europe/Bucharest")
    except ZoneInfoNotFoundError:
        return Finding("time zones", Verdict.BAD, "there is no time-zone data", "pip install tzdata")
    return Finding("time zones", Verdict.GOOD, "known")


async def _check_broker(amqp_url: str | None) -> Finding:
    if amqp_url is None:
        return Finding("broker", Verdict.GOOD, "in this process; none is needed")
    try:
        async with open_rabbitmq(amqp_url) as broker:
            await broker.check()
    except KilowatchError as error:
        return Finding(
            "broker", Verdict.BAD, str(error), "Is RabbitMQ running, and are login and host in --amqp right?"
        )
    return Finding("broker", Verdict.GOOD, "answers")


async def _check_databases(data_dir: Path, clock: Clock) -> Sequence[Finding]:
    advice = f"See the logs in {data_dir / 'postgres' / 'log'}, or the database URLs in the environment."
    try:
        async with databases(data_dir) as url_of:
            server = await _check_server(url_of, clock)
            return [server, *[await _check_schema(service, url_of, advice) for service in available_services()]]
    except KilowatchError as error:
        return [Finding("database", Verdict.BAD, str(error), advice)]


async def _check_server(url_of: DatabaseUrl, clock: Clock) -> Finding:
    try:
        connection = await asyncpg.connect(url_of("auth").replace("+asyncpg", ""), timeout=5)
    except (OSError, asyncpg.PostgresError) as error:
        raise Unavailable(f"PostgreSQL does not let us in: {error}") from error
    try:
        version, now = await connection.fetchrow("SELECT current_setting('server_version'), clock_timestamp()")
    finally:
        await connection.close()
    apart_s = abs((clock() - now).total_seconds())
    if apart_s > CLOCKS_APART_S:
        advice = "Synchronise the clocks of both machines: leases and tokens are judged by them."
        return Finding("database", Verdict.BAD, f"its clock is {apart_s:.1f} s away from ours", advice)
    return Finding("database", Verdict.GOOD, f"PostgreSQL {version} answers")


async def _check_schema(service: str, url_of: DatabaseUrl, advice: str) -> Finding:
    try:
        state = await schema_state(url_of(service), service)
    except KilowatchError as error:
        return Finding(f"schema of {service}", Verdict.BAD, str(error), advice)
    if state.is_current:
        return Finding(f"schema of {service}", Verdict.GOOD, f"{state.current}")
    text = f"{state.current or 'empty'}, should be {state.newest}"
    return Finding(f"schema of {service}", Verdict.DOUBTFUL, text, "kilowatch migrate (a start does it, too)")
