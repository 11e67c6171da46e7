"""Everybody at once: whatever order it comes in, a conversation goes from state to state, and the bot keeps silent
between people."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.chat import Author
from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import Database
from kilowatch.kit.errors import Conflict, KilowatchError
from kilowatch.kit.security import UserPrincipal
from kilowatch.support.domain.message import Draft
from kilowatch.support.domain.turn import TurnOutcome, Verdict
from kilowatch.support.handlers import messages
from kilowatch.support.handlers.turns import Reply, finish
from kilowatch.support.handlers.work import next_message, under_id
from kilowatch.support.unit import working
from tests.integration.support.room import Room, person

STATE_AFTER = {
    "conversation.started": "bot",
    "conversation.handed_over": "waiting",
    "conversation.assigned": "assigned",
    "conversation.released": "bot",
    "conversation.resolved": "resolved",
}


class Meeting(RuleBasedStateMachine):
    """Some do something at once; then whatever anybody can see of it has to agree."""

    def __init__(self, database: Database, run: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        super().__init__()
        self.room = Room(database)
        self.run = run
        run(self.room.begin())

    @rule(numbers=st.lists(st.integers(0, 9), min_size=1, max_size=6))
    def meet(self, numbers: list[int]) -> None:
        deeds = self.room.deeds()
        self.run(self._at_once([deeds[number] for number in numbers]))

    @rule()
    def two_administrators_claim_what_waits_while_the_client_writes_and_the_bot_is_late(self) -> None:
        room = self.room
        self.run(self._at_once([room.write, room.hand_over]))
        self.run(self._at_once([lambda: room.claim(0), lambda: room.claim(1), room.write, room.bot_answers_late]))

    @invariant()
    def states_and_messages_agree(self) -> None:
        _require_order(self.run(self.room.history()))
        self.run(_require_gapless(self.room))

    async def _at_once(self, deeds: Sequence[Callable[[], Awaitable[None]]]) -> None:
        for result in await asyncio.gather(*(deed() for deed in deeds), return_exceptions=True):
            assert result is None or isinstance(result, KilowatchError), result


@pytest.mark.parametrize(
    ("meetings", "steps"),
    [(8, 5), pytest.param(150, 20, marks=[pytest.mark.slow, pytest.mark.timeout(1200)])],
)
async def test_however_people_and_bot_meet_the_states_and_the_messages_agree(
    support: Database, meetings: int, steps: int
):
    loop = asyncio.get_running_loop()

    def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
        """From the thread of the machine, which knows nothing of loops."""
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(timeout=60)

    profile = settings(
        max_examples=meetings, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
    )
    await asyncio.to_thread(run_state_machine_as_test, lambda: Meeting(support, run), settings=profile)


def _require_order(history: list[dict[str, object]]) -> None:
    state, told = "", Counter()
    for event in history:
        kind, data = str(event["type"]), event["data"]
        assert isinstance(data, dict)
        if kind == "message.posted":
            # The message comes before the event of the change that it tells of.
            assert data["message"]["author"] != Author.BOT or state == "bot", "the bot spoke between people"
            told[data["message"]["author"]] += 1
            continue
        if kind == "conversation.assigned":
            assert state == "waiting", "claimed twice"
        state = STATE_AFTER.get(kind, state)
    told_of = ("handed_over", "assigned", "resolved")
    changes = sum(event["type"] in {f"conversation.{each}" for each in told_of} for event in history)
    # One message of the system for each of these; the way back to the bot has one only when somebody gave it back.
    assert changes <= told[Author.SYSTEM] <= changes + sum(e["type"] == "conversation.released" for e in history)


async def _require_gapless(room: Room) -> None:
    statement = "SELECT sequence FROM messages WHERE conversation_id = :id UNION ALL SELECT sequence FROM notes"
    async with room.database.transaction() as connection:
        found = await connection.execute(
            text(f"{statement} WHERE conversation_id = :id ORDER BY sequence"), {"id": room.id}
        )
        sequences = [row.sequence for row in found]
    assert sequences == list(range(1, len(sequences) + 1))


async def test_what_the_bot_began_before_a_hand_over_is_never_said_even_when_it_has_the_conversation_again(
    support: Database,
):
    room = Room(support)
    await room.begin()
    await room.write()
    async with working(support, system_clock) as work:
        turn = await work.turns.take()
    assert turn is not None
    await room.hand_over()
    await room.leave_queue()
    async with working(support, system_clock) as work:
        said = await finish(work, turn, Verdict(outcome=TurnOutcome.ANSWERED), Reply(text="late"))
    assert said is None
    assert "late" not in str(await room.history())


async def test_a_note_is_an_administrators_and_about_somebody_else(support: Database):
    room = Room(support)
    await room.begin()
    promoted = UserPrincipal(user_id=room.client.user_id, role=Role.ADMINISTRATOR, session_id=uuid4())
    for who in (room.client, person(Role.CLIENT), person(Role.OPERATOR), promoted):
        async with working(support, system_clock) as work:
            conversation = await work.conversations.get_for_change(room.id)
            with pytest.raises(KilowatchError):
                await messages.write_note(work, who, conversation, Draft(text="a note"))
    await room.note()
    assert "a note" in str(await room.history())


@pytest.mark.parametrize("internal", [False, True])
async def test_one_id_in_two_conversations_at_once_is_a_conflict(support: Database, internal: bool):
    client_message_id, writer = uuid4(), uuid4()
    rooms = Room(support), Room(support)
    for room in rooms:
        await room.begin()

    async def store(room: Room) -> None:
        """As when neither has seen the other's message yet."""
        async with working(support, system_clock) as work:
            conversation = await work.conversations.get_for_change(room.id)
            message = under_id(next_message(work, conversation, Author.ADMINISTRATOR, writer, "x"), client_message_id)
            await (work.notes if internal else work.messages).add(message)

    results = await asyncio.gather(*map(store, rooms), return_exceptions=True)
    assert [type(result) for result in results if result] == [Conflict]


@pytest.mark.parametrize("ways", [("claim",), ("transfer",), ("claim", "transfer")])
async def test_however_many_come_to_an_administrator_at_once_none_is_over_the_limit(
    support: Database, ways: tuple[str, ...]
):
    busy = person(Role.ADMINISTRATOR)
    async with working(support, system_clock) as work:
        await work.people.put(User(id=busy.user_id, version=1, email="", name="Busy", role=busy.role))

    async def come(number: int) -> None:
        room = rooms[number]
        if ways[number % len(ways)] == "transfer":
            await room.claim(0)
            await room.transfer_to(busy, most=2)
        else:
            await room.claim_as(busy, most=2)

    rooms = [Room(support) for _ in range(6)]
    for room in rooms:
        await room.begin()
        await room.hand_over()
    results = await asyncio.gather(*map(come, range(6)), return_exceptions=True)
    assert [type(result) for result in results if result] == [Conflict] * 4
    async with working(support, system_clock) as work:
        assert await work.conversations.count_assigned_to(busy.user_id) == 2
