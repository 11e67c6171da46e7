"""Crowds for tests and benchmarks: who they are, and how to ask them what they have seen."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from kilowatch.contracts.accounts import Role
from kilowatch.kit.edge import bind, serve_http
from kilowatch.kit.peers import KEY_SET_PATH
from kilowatch.kit.security import ALGORITHM, AUDIENCE, ISSUER


@dataclass(frozen=True)
class Citizen:
    user_id: UUID
    session_id: UUID
    token: str


@dataclass(frozen=True)
class Registry:
    """Stands for `auth`: thousands of sign-ins would measure argon2."""

    key: Ed25519PrivateKey

    def citizens(self, count: int, role: Role = Role.CLIENT) -> list[Citizen]:
        return [self._citizen(uuid4(), uuid4(), role) for _ in range(count)]

    def _citizen(self, user_id: UUID, session_id: UUID, role: Role) -> Citizen:
        now = datetime.now(UTC)
        claims = {"sub": f"user/{user_id}", "role": role.value, "sid": str(session_id)}
        standard = {"iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + timedelta(hours=2)}
        token = jwt.encode(standard | claims, self.key, ALGORITHM, headers={"kid": "crowd", "typ": "at+jwt"})
        return Citizen(user_id, session_id, token)

    def key_set(self) -> dict[str, object]:
        public = json.loads(jwt.get_algorithm_by_name(ALGORITHM).to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "crowd", "alg": ALGORITHM, "use": "sig"}]}


@asynccontextmanager
async def open_registry(port: int) -> AsyncIterator[Registry]:
    """Answers at the port of `auth`."""
    registry = Registry(Ed25519PrivateKey.generate())
    app = FastAPI()
    app.get(KEY_SET_PATH)(registry.key_set)
    stopping = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(serve_http(app, bind("127.0.0.1", port), lambda: None)(stopping))
        try:
            yield registry
        finally:
            stopping.set()


@dataclass
class Crowd:
    process: asyncio.subprocess.Process
    size: int

    async def report(self) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(b'"tell"\n')
        await self.process.stdin.drain()
        return dict(json.loads(await self.process.stdout.readline()))

    async def has_started(self) -> bool:
        return (await self.report())["started"] == self.size


@asynccontextmanager
async def open_crowd(
    citizens: Sequence[Citizen], urls: Sequence[str], channels: Sequence[str], turn: int = 0
) -> AsyncIterator[Crowd]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.crowd",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 28,
    )
    assert process.stdin
    wanted = {"urls": urls, "tokens": [each.token for each in citizens], "channels": channels, "turn": turn}
    process.stdin.write(json.dumps(wanted).encode() + b"\n")
    await process.stdin.drain()
    try:
        yield Crowd(process, len(citizens))
    finally:
        process.stdin.close()
        try:
            async with asyncio.timeout(10):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
