"""Rounds of mishaps while meters send, then the audit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.chaos.audit import Books, audit
from tests.chaos.meters import all_sent, fleet
from tests.chaos.mishaps import TAKEN_OVER_WITHIN_S, deal
from tests.chaos.plant import DEVICES, Plant, open_plant, senders, sending

_TAKEOVERS = "SELECT count(*) FROM lease_move WHERE forced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    rounds: int
    kills: int
    takeovers: int  #: partitions taken from somebody who had not given them
    redelivered: int  #: batches that came again after their commit
    books: Books
    took: Mapping[str, Sequence[float]]

    @property
    def passed(self) -> bool:
        return self.books.in_order and all((self.kills, self.takeovers, self.redelivered))

    def late(self, patience: float = 1) -> dict[str, float]:
        """The 99th percentile (s) of takeovers that took longer than they may, or so many times as long."""
        took = {what: float(np.percentile(seconds, 99)) for what, seconds in self.took.items()}
        return {what: took[what] for what, limit in TAKEN_OVER_WITHIN_S.items() if took.get(what, 0) > limit * patience}

    def summary(self) -> str:
        books = self.books
        return (
            f"rounds={self.rounds} kills={self.kills} takeovers={self.takeovers} redelivered={self.redelivered}"
            f" sent={books.sent} lost={books.lost} double={books.double} usage_error={books.usage_error}"
        )

    def figures(self) -> str:
        lines = [f"{'until every partition was written to again':42} {'n':>4} {'p50':>7} {'p99':>7} {'max':>7}"]
        for what, seconds in sorted(self.took.items()):
            p50, p99 = np.percentile(seconds, [50, 99])
            lines.append(f"{what:42} {len(seconds):4} {p50:6.1f}s {p99:6.1f}s {max(seconds):6.1f}s")
        return "\n".join([*lines, str(self.books)])


async def run(
    rounds: int,
    seed: int,
    without: str | None = None,
    *,
    only: Sequence[str] = (),
    say: Callable[[str], None] = lambda _: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Outcome:
    """`only`: names of the mishaps to deal from; `stopping` is asked before each round."""
    say(f"seed={seed}")
    async with open_plant(seed, without) as plant:
        meters, done = senders(plant), 0
        async with sending(meters):
            await plant.watch.until_flowing()
            for number, mishap in enumerate(deal(rounds, plant.random, only), 1):
                if stopping():
                    break
                say(f"{number:4} {mishap.__name__.replace('_', ' ')}")
                await mishap(plant)
                await plant.watch.until_flowing()
                done = number
        books = await audit(plant, fleet(DEVICES), all_sent(meters))
        return await _outcome(plant, done, books)


async def _outcome(plant: Plant, rounds: int, books: Books) -> Outcome:
    return Outcome(
        rounds=rounds,
        kills=plant.kills,
        takeovers=(await plant.watch.fetch(_TAKEOVERS))[0][0],
        redelivered=plant.repeated_batches(),
        books=books,
        took=plant.took,
    )
