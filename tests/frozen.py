"""SIGSTOP that has taken effect.

The kernel stops a process's threads one after the other, and returns to whoever sent the signal before: on a busy
machine a broker confirms a message meanwhile.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

STOP_TIMEOUT_S: Final = 10.0
#: Stopped, by a signal or a tracer; dead, or about to be.
STILL: Final = frozenset("TtZXx")


def freeze(pid: int) -> None:
    """Stop each thread of a process."""
    os.kill(pid, signal.SIGSTOP)
    _until_still([pid])


def freeze_group(group: int) -> None:
    """Stop each thread of each process of a group."""
    os.killpg(group, signal.SIGSTOP)
    _until_still([pid for pid in psutil.pids() if _fields(Path(f"/proc/{pid}/stat"))[2:3] == [str(group)]])


def _until_still(pids: list[int]) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT_S
    while not all(state in STILL for pid in pids for state in _states(pid)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{pids} did not stop")
        time.sleep(0.001)


def _states(pid: int) -> list[str]:
    return [field for path in Path(f"/proc/{pid}/task").glob("*/stat") for field in _fields(path)[:1]]


def _fields(path: Path) -> list[str]:
    """What `stat` says after the name, which may have spaces: state, parent, group … Nothing when it is gone."""
    with suppress(OSError):
        return path.read_text().rpartition(")")[2].split()
    return []
