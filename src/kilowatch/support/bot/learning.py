"""Learns in a process of its own, which leaves what it has learnt on the shelf.

In a thread of a service that is busy ten seconds of learning become minutes, and a service that is told to stop would
wait for them.
"""

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from kilowatch.kit.telemetry import logger
from kilowatch.support.bot.answerers import learn
from kilowatch.support.bot.shelf import WeightShelf

log = logger(__name__)

TIMEOUT_S = 300.0


async def learn_apart(yaml: str | None, shelf: WeightShelf) -> None:
    """Whoever builds the answerer then finds the weights. When it fails, that is said, and they are learnt as they are
    built."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(shelf.directory), stdin=PIPE, start_new_session=True
    )
    try:
        async with asyncio.timeout(TIMEOUT_S):
            await child.communicate((yaml or "").encode())
    except TimeoutError:
        log.warning("learning_given_up", after_s=TIMEOUT_S)
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        log.warning("learning_failed", exit_code=child.returncode)


if __name__ == "__main__":
    learn(sys.stdin.read() or None, WeightShelf(Path(sys.argv[1])))
