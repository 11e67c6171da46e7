"""What accounts cost: verifying a token, signing in, a page of 100,000 users, and rotating keys under load.

`auth` and `users` in one process over a real PostgreSQL, asked through the whole HTTP edge.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from itertools import cycle
from statistics import mean, quantiles
from typing import Final
from uuid import uuid4

import asyncpg

from benchmarks.house import open_own_house
from kilowatch.auth.store.accounts import StoredPassword
from kilowatch.contracts.accounts import Role
from kilowatch.kit.audit import Origin
from tests.house import PASSWORD, House, Person

PEOPLE: Final = 100_000
TOKENS: Final = 2_000
PAGES: Final = 1_000
SIGN_INS: Final = 50
ROTATIONS: Final = 5
ROTATION_S: Final = 2.0
BROWSERS: Final = 8

#: The first page, one far down, each order, each filter, and words that few or many have.
QUERIES: Final = (
    "",
    "offset=90000",
    "sort=email&order=descending",
    "sort=created_at&offset=50000",
    "role=operator",
    "active=false&limit=200",
    "search=anne4711",
    "search=anne",
    "search=per&sort=email",
)
_MAKE_PEOPLE: Final = """
    INSERT INTO users (id, version, email, name, role, active, deleted, time_zone, language, phone, address, notes,
                       preferences, created_at, updated_at)
    SELECT gen_random_uuid(), 1, 'person' || n || '@example.org',
           (ARRAY['Anne', 'Bogdan', 'Clara', 'Dan', 'Elena'])[1 + n % 5] || n || ' ' || md5(n::text),
           CASE WHEN n % 1000 = 0 THEN 'operator' ELSE 'client' END, n % 50 <> 0, false, 'Europe/Bucharest', 'ro',
           '', '', '', '{}', now() - n * interval '1 minute', now()
    FROM generate_series(1, $1::int) AS n
"""


async def measure(people: int = PEOPLE) -> dict[str, float]:
    async with open_own_house() as house:
        administrator = await house.administrator()
        return {
            **await _verification(house),
            **await _sign_in(house),
            **await _rotation(house, administrator),
            **await _lists(house, administrator, people),
        }


async def _verification(house: House) -> dict[str, float]:
    """Of a token that comes for the first time, and of one that comes again, as all but one in ten minutes do."""
    async with house.context("auth").working(Origin("benchmark", "")) as work:
        signer = await work.signer()
    tokens = [signer.for_user(uuid4(), Role.CLIENT, uuid4()) for _ in range(TOKENS)]
    first, again = [await _each_us(house.verifier.verify, tokens) for _ in range(2)]
    return {"verify_us": again, "verify_first_us": first}


async def _each_us(verify: Callable[[str], Awaitable[object]], tokens: list[str]) -> float:
    started = time.perf_counter()
    for token in tokens:
        await verify(token)
    return (time.perf_counter() - started) / len(tokens) * 1e6


async def _sign_in(house: House) -> dict[str, float]:
    """What it takes beside the hash that is meant to take long."""
    hasher = house.context("auth").hasher
    stored = StoredPassword(await hasher.hash(PASSWORD), datetime.now(UTC))
    whole, hashing = [], []
    for _ in range(SIGN_INS):
        hashing.append(await _timed_ms(lambda: hasher.check(stored, PASSWORD)))
        whole.append(await _timed_ms(house.administrator))
    return {"argon2_ms": mean(hashing), "sign_in_ms": mean(whole)}


async def _rotation(house: House, administrator: Person) -> dict[str, float]:
    """Browsers that ask, refresh and sign in all the while; every half minute of the house's clock a new key."""
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        fresh = group.create_task(house.verifier.keep_fresh(stopping))
        asking = [group.create_task(_browse(house, stopping)) for _ in range(BROWSERS)]
        for _ in range(ROTATIONS):
            answer = await administrator.ask("POST", "/api/auth/signing-keys")
            assert answer.status_code == 201, answer.text
            await house.verifier.fetch_now()  # every process does so every 4 s, and a key waits for 30 s
            await asyncio.sleep(ROTATION_S / 2)
            house.clock.advance(seconds=31)
            await asyncio.sleep(ROTATION_S / 2)
        stopping.set()
        await fresh
    codes = [code for task in asking for code in task.result()]
    return {"rotation_requests": len(codes), "rotation_failed_requests": sum(code != 200 for code in codes)}


async def _browse(house: House, stopping: asyncio.Event) -> list[int]:
    person = await house.administrator()
    codes = []
    for number in cycle(range(20)):
        if stopping.is_set():
            return codes
        if number == 0:
            person = Person(person.http, (await person.refresh()).json())
        codes.append((await person.ask("GET", "/api/users/me")).status_code)
    return codes


async def _lists(house: House, administrator: Person, people: int) -> dict[str, float]:
    connection = await asyncpg.connect(house.surroundings.database_url("users").replace("+asyncpg", ""))
    await connection.execute(_MAKE_PEOPLE, people)
    await connection.execute("VACUUM ANALYZE users")  # as autovacuum does after a while
    await connection.close()
    administrator = await house.administrator()
    times = [
        await _timed_ms(lambda query=query: _list(administrator, query))
        for query, _ in zip(cycle(QUERIES), range(PAGES), strict=False)
    ]
    cuts = quantiles(times, n=100)
    return {"users_list_p50_ms": cuts[49], "users_list_p99_ms": cuts[98]}


async def _list(administrator: Person, query: str) -> None:
    answer = await administrator.ask("GET", f"/api/users?{query}")
    assert answer.status_code == 200, answer.text


async def _timed_ms(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1e3
