"""From HTTP to committed usage: two monitoring replicas, RabbitMQ and PostgreSQL on this machine, all durable."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import numpy as np
import psutil

from benchmarks.fleet import CREDENTIAL, FIRST_ID, seed
from benchmarks.load import DEVICES, MeterTime
from benchmarks.messages import MESSAGES, pile_up
from tests.stack import Stack, open_stack

SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
COPY_PAGES = 640
DEVICE_DAY = "SELECT * FROM reading WHERE device = $1 AND time >= $2 ORDER BY time"
NEIGHBOURS = """
(SELECT * FROM reading WHERE device = $1 AND time < $2 ORDER BY time DESC LIMIT 3)
UNION ALL
(SELECT * FROM reading WHERE device = $1 AND time > $2 ORDER BY time LIMIT 3)
"""
SIZES = """
SELECT (SELECT sum(pg_total_relation_size(inhrelid)) FROM pg_inherits WHERE inhparent = 'reading'::regclass)
        / (SELECT count(*) FROM reading)::float AS reading,
    pg_total_relation_size('usage') / (SELECT count(*) FROM usage)::float AS slot
"""
PARTITIONS = """
SELECT inhrelid::regclass::text, pg_relation_size(inhrelid) / current_setting('block_size')::int
FROM pg_inherits WHERE inhparent = 'reading'::regclass
"""
WRITTEN = "SELECT coalesce(sum(accepted + duplicate + rejected), 0)::bigint FROM tally"
LATENCY_SECONDS, LATENCY_RATE, LATENCY_PROBES = 60.0, 20_000.0, 1_000


async def measure() -> dict[str, float]:
    async with open_stack() as stack:
        await seed(stack, DEVICES + LATENCY_PROBES)
        await stack.start("monitoring", "monitoring-1")
        await stack.start("monitoring", "monitoring-2")
        balancer = await stack.start("balancer")
        await settled(stack)
        meters = MeterTime()
        latency = await _usage_latency(stack, balancer.url, meters)
        figures = await _measure_http(stack, balancer.url, meters)
        copy = await _copy_rows_per_s(stack)
        return {
            **figures,
            **latency,
            **await _reading_back(stack),
            "copy_rows_per_s": copy,
            "http_over_copy": figures["http_readings_per_s"] / copy,
            **await _drain_messages(stack, meters),
        }


async def settled(stack: Stack) -> None:
    """Both replicas hold their half of the partitions."""
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    while await connection.fetchval("SELECT count(DISTINCT replica_id) FROM lease WHERE expires_at IS NOT NULL") < 2:
        await asyncio.sleep(0.2)
    await asyncio.sleep(3)
    await connection.close()


async def until_steady(rate: float) -> None:
    """Once around: a replica reads the newest readings of each device when it hears of it for the first time."""
    await asyncio.sleep(DEVICES / rate + 3)


async def _measure_http(stack: Stack, url: str, meters: MeterTime) -> dict[str, float]:
    before, written, logged = _cpu_seconds(stack), await _written(stack), await _logged(stack)
    began = time.monotonic()
    sent = await generate(url, meters)
    await _wait_until_written(stack, written + sent["readings"])
    seconds = time.monotonic() - began
    _print_cpu(before, _cpu_seconds(stack), sent["cpu_s"], seconds)
    replicas = [process for process in stack.processes.values() if process.service == "monitoring"]
    return {
        "http_readings_per_s": sent["readings"] / seconds,
        "http_requests_slowed_down": sent["slowed_down"],
        "wal_bytes_per_reading": (await _logged(stack) - logged) / sent["readings"],
        "replica_rss_mb": max(_peak_rss_mb(process.popen.pid) for process in replicas),
    }


async def _drain_messages(stack: Stack, meters: MeterTime) -> dict[str, float]:
    """A backlog that has come while no balancer ran, from the moment that one is ready until usage is committed."""
    stack.processes["balancer"].stop()
    written = await _written(stack)
    await pile_up(stack.rabbit.url, meters)
    await stack.start("balancer")
    began, already = time.monotonic(), await _written(stack) - written
    await _wait_until_written(stack, written + MESSAGES)
    return {"amqp_messages_per_s": (MESSAGES - already) / (time.monotonic() - began)}


async def _usage_latency(stack: Stack, url: str, meters: MeterTime) -> dict[str, float]:
    """From sending one reading to seeing it in usage, while others arrive at a steady rate."""
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    others = asyncio.create_task(generate(url, meters, LATENCY_SECONDS, LATENCY_RATE))
    await until_steady(LATENCY_RATE)
    latencies: list[float] = []
    async with httpx2.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {CREDENTIAL}"}) as client:
        while not others.done() and len(latencies) < LATENCY_PROBES:
            latencies.append(await _probe(client, connection, len(latencies)))
    sent = await others
    await _wait_until_written(stack, sent["readings"] + len(latencies))
    await connection.close()
    print(f"  {len(latencies)} probes among {LATENCY_RATE:,.0f} readings/s")
    return {
        "usage_p50_ms": float(np.percentile(latencies, 50)) * 1_000,
        "usage_p99_ms": float(np.percentile(latencies, 99)) * 1_000,
    }


async def _probe(client: httpx2.AsyncClient, connection: asyncpg.Connection, number: int) -> float:
    """The first reading of a device that nobody else sends for."""
    device = FIRST_ID + DEVICES + number
    reading = {"device_id": device, "timestamp": datetime.now(UTC).isoformat(), "value": 1_500.0}
    began = time.monotonic()
    answer = await client.post("/api/ingest", json=reading)
    answer.raise_for_status()
    while not await connection.fetchval("SELECT EXISTS (SELECT FROM usage WHERE device = $1)", device):
        await asyncio.sleep(0.01)  # often enough, without taking part in the load
    return time.monotonic() - began


async def _reading_back(stack: Stack) -> dict[str, float]:
    """What is stored, and how long it takes to read a day of one device and the neighbours of one reading."""
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    size = await connection.fetchrow(SIZES)
    day = datetime.now(UTC) - timedelta(days=1)
    seconds = []
    for device in np.random.default_rng(3).integers(FIRST_ID, FIRST_ID + DEVICES, 300).tolist():
        began = time.monotonic()
        found = await connection.fetch(DEVICE_DAY, device, day)
        await connection.fetch(NEIGHBOURS, device, found[len(found) // 2]["time"])
        seconds.append(time.monotonic() - began)
    await connection.close()
    return {
        "bytes_per_reading": size["reading"],
        "bytes_per_slot": size["slot"],
        "device_day_p99_ms": float(np.percentile(seconds, 99)) * 1_000,
    }


async def generate(url: str, meters: MeterTime, seconds: float = SECONDS, rate: float | None = None) -> dict[str, Any]:
    limit = [str(rate)] if rate else []
    arguments = [url, str(seconds), meters.began.isoformat(), str(meters.minute), *limit]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.load", *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the generator failed")
    sent: dict[str, Any] = json.loads(output)
    meters.pass_for(sent["readings"])
    return sent


async def _wait_until_written(stack: Stack, readings: int) -> None:
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    while (written := await connection.fetchval(WRITTEN)) < readings:
        await asyncio.sleep(0.1)
    await connection.close()
    print(f"  {written:,} readings accounted for")


async def _written(stack: Stack) -> int:
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    written: int = await connection.fetchval(WRITTEN)
    await connection.close()
    return written


async def _logged(stack: Stack) -> float:
    """Bytes that PostgreSQL's log has had so far."""
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    logged = float(await connection.fetchval("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))
    await connection.close()
    return logged


async def _copy_rows_per_s(stack: Stack) -> float:
    """The same rows, in the order in which they lie, by one bare binary COPY a batch into a table with the same key."""
    connection = await asyncpg.connect(stack.database_url("monitoring"))
    await connection.execute("CREATE TABLE bare (LIKE reading INCLUDING ALL)")
    copied, spent = 0, 0.0
    async for batch in _stored(connection):
        began = time.monotonic()
        status = await connection.copy_to_table("bare", source=batch, format="binary")
        spent += time.monotonic() - began
        copied += int(status.removeprefix("COPY "))
    await connection.close()
    print(f"  {copied:,} rows copied")
    return copied / spent


async def _stored(connection: asyncpg.Connection) -> AsyncIterator[BytesIO]:
    """All readings as COPY BINARY, some 100,000 at a time."""
    for partition, pages in await connection.fetch(PARTITIONS):
        for page in range(0, pages, COPY_PAGES):
            batch = BytesIO()
            await connection.copy_from_query(
                f"SELECT * FROM {partition} WHERE ctid >= '({page},0)' AND ctid < '({page + COPY_PAGES},0)'",
                output=batch,
                format="binary",
            )
            batch.seek(0)
            yield batch


def _cpu_seconds(stack: Stack) -> dict[str, float]:
    """User and system seconds so far, by what the processes are for."""
    seconds = {
        name: sum(psutil.Process(process.popen.pid).cpu_times()[:2]) for name, process in stack.processes.items()
    }
    for process in psutil.process_iter(["name", "cpu_times"]):
        kind = {"postgres": "postgres", "beam.smp": "rabbitmq"}.get(process.info["name"] or "")
        if kind and process.info["cpu_times"]:
            seconds[kind] = seconds.get(kind, 0.0) + sum(process.info["cpu_times"][:2])
    return seconds


def _print_cpu(before: dict[str, float], after: dict[str, float], generator_s: float, seconds: float) -> None:
    used = {name: after[name] - before.get(name, 0.0) for name in after} | {"generator": generator_s}
    for name, cpu in sorted(used.items()):
        print(f"  {name:14} {cpu:7.1f} s CPU, {cpu / seconds:5.2f} cores")


def _peak_rss_mb(pid: int) -> float:
    with Path(f"/proc/{pid}/status").open() as status:
        peak = next(line for line in status if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure()), indent=2))
