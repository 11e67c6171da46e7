"""The bot's turns: which is next, and what the one before it leaves behind."""

import asyncio
from pathlib import Path

from kilowatch.kit.clock import system_clock
from kilowatch.kit.database import Database
from kilowatch.support.bot.knowledge import KnowledgeInForce
from kilowatch.support.bot.shelf import WeightShelf
from kilowatch.support.bot.turn import Bot
from kilowatch.support.bot.worker import Worker
from kilowatch.support.domain.turn import Turn, TurnOutcome, Verdict
from kilowatch.support.unit import working
from tests.eventually import eventually
from tests.integration.support.room import Room


async def _taken(support: Database) -> Turn | None:
    async with working(support, system_clock) as work:
        return await work.turns.take()


async def _end(support: Database, turn: Turn, verdict: Verdict) -> None:
    async with working(support, system_clock) as work:
        await work.turns.end(turn.id, verdict, None, work.now)


async def test_of_a_conversation_one_message_is_answered_after_the_other_and_beside_those_of_others(support: Database):
    busy, other = Room(support), Room(support)
    for room in (busy, busy, other):
        if room.id.int == 0:
            await room.begin()
        await room.write()
    first, beside = await _taken(support), await _taken(support)
    assert first is not None
    assert beside is not None
    assert (first.conversation_id, beside.conversation_id) == (busy.id, other.id)
    assert await _taken(support) is None
    await _end(support, first, Verdict(outcome=TurnOutcome.ANSWERED))
    second = await _taken(support)
    assert second is not None
    assert (second.conversation_id, second.sequence > first.sequence) == (busy.id, True)


async def test_as_long_as_nothing_is_learnt_turns_are_left_to_replicas_that_can_answer(support: Database):
    room = Room(support)
    await room.begin()
    await room.write()
    knowledge = KnowledgeInForce(support, system_clock, WeightShelf(Path("nowhere")))
    bot = Bot(database=support, clock=system_clock, peers=None, knowledge=knowledge, assistant=None)  # type: ignore[arg-type]
    stopping = asyncio.Event()
    working_on = asyncio.create_task(Worker(support, system_clock, bot, at_once=1).run(stopping))
    await asyncio.sleep(0)  # it looks for something to answer
    stopping.set()
    await working_on
    turn = await _taken(support)
    assert turn is not None
    assert turn.attempts == 1  # this one


class _SlowBot:
    """Answers when it is told to, and counts what is under way until then."""

    is_ready = True

    def __init__(self) -> None:
        self.under_way = 0
        self.may_answer = asyncio.Event()

    async def is_busy(self) -> bool:
        return self.under_way > 1

    async def answer(self, _turn: Turn) -> None:
        self.under_way += 1
        await self.may_answer.wait()


async def test_a_process_answers_no_more_at_once_than_it_is_set_to(support: Database):
    for _ in range(3):
        room = Room(support)
        await room.begin()
        await room.write()
    bot, stopping = _SlowBot(), asyncio.Event()
    worker = Worker(support, system_clock, bot, at_once=2)  # type: ignore[arg-type]
    working_on = asyncio.create_task(worker.run(stopping))
    await eventually(bot.is_busy)
    worker.wake()
    left = await _taken(support)
    stopping.set()
    bot.may_answer.set()
    await working_on
    assert (bot.under_way, left is not None) == (2, True)


async def test_what_was_suggested_counts_for_the_next_message_alone(support: Database):
    room = Room(support)
    await room.begin()
    offered = []
    for outcome in (TurnOutcome.SUGGESTED, TurnOutcome.ANSWERED, TurnOutcome.ANSWERED):
        await room.write()
        turn = await _taken(support)
        assert turn is not None
        async with working(support, system_clock) as work:
            offered.append(list(await work.turns.offered_before(turn)))
        await _end(support, turn, Verdict(outcome=outcome, decision={"suggestions": ["tariff"]}))
    assert offered == [[], ["tariff"], []]
