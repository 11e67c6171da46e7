"""A conversation in the database of support alone, and those who do something in it."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import text

from kilowatch.contracts.accounts import Role
from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import Database
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.message import Draft
from kilowatch.support.domain.turn import TurnOutcome, Verdict
from kilowatch.support.handlers import conversations, messages, queue
from kilowatch.support.handlers.turns import Reply, finish
from kilowatch.support.unit import working


def person(role: Role) -> UserPrincipal:
    return UserPrincipal(user_id=uuid4(), role=role, session_id=uuid4())


class Room:
    """A conversation and those who do something in it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.client = person(Role.CLIENT)
        self.admins = [person(Role.ADMINISTRATOR), person(Role.ADMINISTRATOR)]
        self.id = UUID(int=0)

    async def begin(self) -> None:
        async with working(self.database, system_clock) as work:
            self.id = (await conversations.start(work, self.client, "", "en")).id

    async def write(self) -> None:
        async with working(self.database, system_clock) as work:
            conversation = await conversations.find_for_change(work, self.client, self.id)
            await messages.write(work, self.client, conversation, Draft(text="hello", client_message_id=uuid4()))

    async def bot_answers_late(self) -> None:
        async with working(self.database, system_clock) as work:
            turn = await work.turns.take()
        if turn is None:
            return
        await asyncio.sleep(0)
        async with working(self.database, system_clock) as work:
            await finish(work, turn, Verdict(outcome=TurnOutcome.ANSWERED), Reply(text="I am the bot"))

    async def hand_over(self) -> None:
        async with working(self.database, system_clock) as work:
            conversation = await conversations.find_for_change(work, self.client, self.id)
            await conversations.ask_for_person(work, self.client, conversation)

    async def leave_queue(self) -> None:
        async with working(self.database, system_clock) as work:
            await conversations.leave_queue(work, self.client, self.id)

    async def claim(self, number: int) -> None:
        await self.claim_as(self.admins[number], most=1000)

    async def claim_as(self, administrator: UserPrincipal, most: int) -> None:
        async with working(self.database, system_clock) as work:
            await queue.claim(work, administrator, self.id, most)

    async def transfer_to(self, administrator: UserPrincipal, most: int) -> None:
        async with working(self.database, system_clock) as work:
            await queue.transfer(work, self.admins[0], self.id, administrator.user_id, "", most)

    async def reply(self) -> None:
        async with working(self.database, system_clock) as work:
            conversation = await work.conversations.get_for_change(self.id)
            await messages.write(work, self.admins[0], conversation, Draft(text="hello, Ana"))

    async def note(self) -> None:
        async with working(self.database, system_clock) as work:
            conversation = await work.conversations.get_for_change(self.id)
            await messages.write_note(work, self.admins[1], conversation, Draft(text="a note"))

    async def release(self) -> None:
        async with working(self.database, system_clock) as work:
            await queue.release(work, self.id)

    async def resolve(self) -> None:
        async with working(self.database, system_clock) as work:
            await queue.close(work, self.id)

    def deeds(self) -> list[Callable[[], Awaitable[None]]]:
        return [
            self.write,
            self.bot_answers_late,
            self.hand_over,
            self.leave_queue,
            lambda: self.claim(0),
            lambda: self.claim(1),
            self.reply,
            self.note,
            self.release,
            self.resolve,
        ]

    async def history(self) -> list[dict[str, object]]:
        """What was told of it, in the order in which it was committed: every change holds the conversation's row."""
        async with self.database.transaction() as connection:
            rows = await connection.execute(text("SELECT body FROM outbox ORDER BY sequence"))
            events = [msgspec.json.decode(row.body) for row in rows]
        return [event for event in events if event["subject"] == f"conversation/{self.id}"]
