"""What goes wrong. Each mishap ends when everything runs again and every partition is written to."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Final, TypeAlias

from tests.chaos.plant import Plant
from tests.stack import Process

Mishap: TypeAlias = Callable[[Plant], Awaitable[None]]

JOINING: Final = "monitoring-4"
MINUTE_S: Final = 60.0
KILLED, FROZEN, MUTE, DEAD = (
    "kill -9 of a replica",
    "SIGSTOP of a replica",
    "half-open link, mute",
    "half-open link, dead",
)
#: Seconds until others write to the partitions, in 99 of 100 times.
TAKEN_OVER_WITHIN_S: Final[Mapping[str, float]] = {KILLED: 5, FROZEN: 15, MUTE: 15, DEAD: 15}
#: By then the broker has missed heartbeats enough, and has given others what was not acked.
BROKER_NOTICES_S: Final = 12.0


async def balancer_is_killed(plant: Plant) -> None:
    victim = plant.random.choice(plant.balancers)
    plant.kill(victim)
    await _hesitate(plant)
    await plant.start("balancer", victim.name)


async def replica_is_killed(plant: Plant) -> None:
    victim, lost = await _busy_replica(plant)
    await plant.watch.until_writing(victim.name, within_s=1.0)
    with plant.timed(KILLED):
        plant.kill(victim)
        await plant.watch.until_taken_over(lost)
    await _return(plant, victim)


async def replica_is_frozen(plant: Plant) -> None:
    """In the middle of a COPY, and until long after its lease."""
    victim, lost = await _busy_replica(plant)
    async with plant.watch.in_a_copy(victim.name):
        victim.freeze()
    with plant.timed(FROZEN):
        try:
            await plant.watch.until_taken_over(lost)
        except BaseException:
            victim.thaw()
            raise
    await _hesitate(plant)
    victim.thaw()
    await victim.ready()
    await plant.watch.until_held(victim.name)


async def rabbitmq_is_killed(plant: Plant) -> None:
    await _rabbitmq_away(plant, plant.random.uniform(0, 2))


async def rabbitmq_is_away_for_a_minute(plant: Plant) -> None:
    await _rabbitmq_away(plant, MINUTE_S)


async def postgres_is_killed(plant: Plant) -> None:
    await _postgres_away(plant, plant.random.uniform(0, 2))


async def postgres_is_away_for_a_minute(plant: Plant) -> None:
    await _postgres_away(plant, MINUTE_S)


async def replica_is_killed_with_batches_in_hand(plant: Plant) -> None:
    """While the database is away a replica has received what it cannot write."""
    victim, _ = await _busy_replica(plant)
    await asyncio.to_thread(plant.stack.postgres_node.kill)
    plant.kills += 1
    await asyncio.sleep(2)
    plant.kill(victim)
    await asyncio.to_thread(plant.stack.postgres_node.start)
    await plant.watch.until_flowing()
    await _return(plant, victim)


async def link_is_mute(plant: Plant) -> None:
    """What the broker says arrives; acks and heartbeats do not."""
    await _bad_link(plant, MUTE, "mute")


async def link_is_dead(plant: Plant) -> None:
    """Nothing arrives, and nobody is told."""
    await _bad_link(plant, DEAD, "blackhole")


async def links_are_cut(plant: Plant) -> None:
    for link in plant.links.values():
        link.cut()


async def replica_joins_and_leaves(plant: Plant) -> None:
    joined = await plant.start("monitoring", JOINING)
    await plant.watch.until_held(JOINING)
    await _hesitate(plant)
    await plant.leave(joined)


async def replica_leaves_and_returns(plant: Plant) -> None:
    leaving = plant.random.choice(plant.replicas)
    await plant.leave(leaving)
    await _return(plant, leaving)


ESSENTIAL: Final[Sequence[Mishap]] = (replica_is_killed, link_is_mute, rabbitmq_is_killed)
OTHERS: Final[Sequence[Mishap]] = (
    balancer_is_killed,
    postgres_is_killed,
    replica_is_frozen,
    replica_is_killed_with_batches_in_hand,
    link_is_dead,
    links_are_cut,
    replica_joins_and_leaves,
    replica_leaves_and_returns,
)
LONG: Final[Sequence[Mishap]] = (rabbitmq_is_away_for_a_minute, postgres_is_away_for_a_minute)


BY_NAME: Final = {mishap.__name__.replace("_", "-"): mishap for mishap in (*ESSENTIAL, *OTHERS, *LONG)}


def deal(rounds: int, random: Random, only: Sequence[str] = ()) -> Iterator[Mishap]:
    """Random, yet each once before any comes again, and first those without which a run proves nothing."""
    first, rest = list(ESSENTIAL), [*OTHERS, *(LONG if rounds >= 100 else ())]
    if only:
        first, rest = [], [BY_NAME[name] for name in only]
    random.shuffle(first)
    random.shuffle(rest)
    deck = [*first, *rest]
    for number in range(rounds):
        if number and number % len(deck) == 0:
            random.shuffle(deck)
        yield deck[number % len(deck)]


async def _rabbitmq_away(plant: Plant, seconds: float) -> None:
    await asyncio.to_thread(plant.stack.rabbit.kill)
    plant.kills += 1
    await asyncio.sleep(seconds)
    await asyncio.to_thread(plant.stack.rabbit.start)
    with plant.timed("after RabbitMQ is back"):
        await plant.watch.until_flowing()


async def _postgres_away(plant: Plant, seconds: float) -> None:
    await asyncio.to_thread(plant.stack.postgres_node.kill)
    plant.kills += 1
    await asyncio.sleep(seconds)
    await asyncio.to_thread(plant.stack.postgres_node.start)
    with plant.timed("after PostgreSQL is back"):
        await plant.watch.until_flowing()


async def _bad_link(plant: Plant, what: str, way: str) -> None:
    victim, lost = await _busy_replica(plant)
    link = plant.links[victim.name]
    try:
        with plant.timed(what):
            getattr(link, way)()
            await plant.watch.until_taken_over(lost)
        await asyncio.sleep(BROKER_NOTICES_S)
    finally:
        link.restore()
    await victim.ready()
    await plant.watch.until_held(victim.name)


async def _busy_replica(plant: Plant) -> tuple[Process, Mapping[int, int]]:
    """One that writes to all that it holds, and those partitions with their epochs: it has something to lose.

    A replica that is only beginning to consume has nothing in hand that could come a second time.
    """
    victim = plant.random.choice(plant.replicas)
    return victim, await plant.watch.until_busy(victim.name)


async def _return(plant: Plant, victim: Process) -> None:
    await plant.start("monitoring", victim.name)
    await plant.watch.until_held(victim.name)


async def _hesitate(plant: Plant) -> None:
    await asyncio.sleep(plant.random.uniform(0, 2))
