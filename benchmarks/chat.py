"""The way of a chat message: from a client's socket over realtime, the broker and support to an administrator's socket.

RabbitMQ, PostgreSQL, realtime and support are processes of their own on this machine; `auth` is stood for.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any, Final
from uuid import uuid4

import httpx2
import numpy as np

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import Event, UserCreated
from kilowatch.contracts.routing import EVENTS
from kilowatch.kit.broker.rabbitmq import open_rabbitmq
from kilowatch.kit.events import encode_event, event_message
from tests.crowded import Citizen, open_registry
from tests.realtime_client import Tab, open_tab
from tests.stack import Process, Stack, open_stack

#: Each may write thirty messages a minute.
CLIENTS: Final = 24
MESSAGES: Final = int(os.environ.get("BENCH_CHAT_MESSAGES", "500"))
WARMING: Final = CLIENTS
PAUSE_S: Final = 0.1


@dataclass(frozen=True)
class Client:
    """Somebody who waits for a person: the bot keeps silent in their conversation."""

    tab: Tab
    conversation_id: str


async def measure() -> dict[str, float]:
    async with open_stack() as stack, open_registry(stack.ports["auth"]) as registry:
        realtime, support = stack.launch("realtime"), stack.launch("support")
        await asyncio.gather(realtime.ready(), support.ready())
        [administrator], people = registry.citizens(1, Role.ADMINISTRATOR), registry.citizens(CLIENTS)
        await _introduce(stack, administrator, Role.ADMINISTRATOR)
        async with AsyncExitStack() as tabs:
            theirs = await tabs.enter_async_context(_tab(realtime, administrator))
            await theirs.start("staff/conversations")
            clients = [await tabs.enter_async_context(_client(realtime, support, each)) for each in people]
            await _until_staff_is_known(clients[0], theirs)
            said = [await _say(each, theirs) for each in islice(cycle(clients), WARMING + MESSAGES)]
    return {f"message_p{part}_ms": float(np.percentile(said[WARMING:], part)) * 1_000 for part in (50, 99)}


@asynccontextmanager
async def _client(realtime: Process, support: Process, citizen: Citizen) -> AsyncIterator[Client]:
    conversation_id = await _hand_over(support, citizen)
    async with _tab(realtime, citizen) as tab:
        await tab.start("conversations")
        yield Client(tab, conversation_id)


@asynccontextmanager
async def _tab(realtime: Process, citizen: Citizen) -> AsyncIterator[Tab]:
    # What nobody reads meanwhile is kept: with a full queue the pongs behind it would not be seen.
    async with open_tab(realtime.url, await _ticket(realtime, citizen), max_queue=None) as tab:
        yield tab


async def _until_staff_is_known(client: Client, theirs: Tab) -> None:
    """The event about the administrator is on its way to realtime; what is said before is not for them."""
    async with asyncio.timeout(60):
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await _say(client, theirs)
                    return


async def _say(client: Client, theirs: Tab) -> float:
    """From sending it to the frame at the administrator's."""
    text = str(uuid4())

    def is_it(frame: dict[str, Any]) -> bool:
        return frame["type"] == "message.posted" and frame["data"]["text"] == text

    began = time.monotonic()
    command = {"type": "message.send", "conversation_id": client.conversation_id, "text": text}
    accepted = asyncio.create_task(client.tab.chat(command))
    await theirs.until(is_it)
    taken = time.monotonic() - began
    await accepted
    await asyncio.sleep(PAUSE_S)
    return taken


async def _introduce(stack: Stack, citizen: Citizen, role: Role) -> None:
    user = User(id=citizen.user_id, version=1, email=f"{citizen.user_id}@example.org", name="Somebody", role=role)
    event = Event(id=uuid4(), source="benchmark", time=datetime.now(UTC), payload=UserCreated(user))
    async with open_rabbitmq(stack.rabbit.url) as broker:
        await broker.publish(EVENTS, event_message(event.id, UserCreated.type, encode_event(event)))


async def _hand_over(support: Process, client: Citizen) -> str:
    """Gives the conversation."""
    headers = {"Authorization": f"Bearer {client.token}"}
    async with httpx2.AsyncClient(base_url=support.url, headers=headers) as http:
        made = (await http.post("/api/support/conversations", json={})).raise_for_status().json()
        (await http.post(f"/api/support/conversations/{made['id']}/hand-over")).raise_for_status()
    return str(made["id"])


async def _ticket(realtime: Process, citizen: Citizen) -> str:
    async with httpx2.AsyncClient(base_url=realtime.url) as http:
        answer = await http.post("/api/realtime/tickets", headers={"Authorization": f"Bearer {citizen.token}"})
    return str(answer.raise_for_status().json()["ticket"])
