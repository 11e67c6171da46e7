"""`make chaos ROUNDS=200`."""

import argparse
import asyncio
import random
import signal
import sys

from kilowatch.kit.telemetry import LogFormat, configure_logging
from tests.chaos.mishaps import BY_NAME
from tests.chaos.run import run


def say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10_000))
    parser.add_argument("--without", choices=["batch-ids", "acks"], help="a safeguard to leave out; the run must fail")
    parser.add_argument("--only", choices=BY_NAME, nargs="+", default=[], help="mishaps to choose from")
    given = parser.parse_args()
    configure_logging(LogFormat.CONSOLE, "ERROR")
    asked: list[int] = []  # to stop: then the round is finished, and the books are checked
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    outcome = asyncio.run(
        run(given.rounds, given.seed, given.without, only=given.only, say=say, stopping=lambda: bool(asked))
    )
    say(outcome.figures())
    for what, seconds in outcome.late().items():
        say(f"too late: {what}, {seconds:.1f} s")
    say(outcome.summary())
    return 0 if outcome.passed and not outcome.late() else 1


if __name__ == "__main__":
    sys.exit(main())
