"""Run the benchmarks, print a table, keep the figures in `benchmarks/results.json` and write them into the page.

`python -m benchmarks` runs all groups, `python -m benchmarks ingest` one.
"""

import asyncio
import json
import os
import platform
import sys
from collections.abc import Callable, Mapping
from typing import Final

import psutil

from benchmarks import accounts, chat, history, ingest, limits, ring, sockets, support, web, year
from benchmarks.goals import GOALS, PAGE, RESULTS, page_with

GROUPS: Final[Mapping[str, Callable[[], dict[str, float]]]] = {
    "accounts": lambda: asyncio.run(accounts.measure()),
    "ring": ring.run,
    "ingest": lambda: asyncio.run(ingest.measure()) | asyncio.run(limits.measure()),
    "year": lambda: asyncio.run(year.measure()),
    "history": lambda: asyncio.run(history.measure()),
    "support": lambda: support.run() | asyncio.run(chat.measure()),
    "realtime": lambda: asyncio.run(sockets.measure()),
    "web": web.run,
}


def main(wanted: list[str]) -> None:
    print(_machine())
    figures = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in wanted or GROUPS:
        print(f"\n== {name}")
        measured = GROUPS[name]()
        _print_table(measured)
        figures |= {key: _rounded(value) for key, value in measured.items()}
    RESULTS.write_text(json.dumps(figures, indent=2, sort_keys=True) + "\n")
    PAGE.write_text(page_with(figures))


def _machine() -> str:
    memory = psutil.virtual_memory().total / 2**30
    load = os.getloadavg()[0]
    return (
        f"{platform.system()} {platform.release()}, {platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB,"
        f" Python {platform.python_version()}, load {load:.1f} before"
    )


def _print_table(figures: Mapping[str, float]) -> None:
    for key, value in figures.items():
        goal = GOALS.get(key)
        remark = f"   {goal.text}{'' if goal.is_reached_by(value) else ': not reached'}" if goal else ""
        print(f"  {key:28}{value:>16,.2f}{remark}")


def _rounded(value: float) -> float:
    return round(value, 3)


if __name__ == "__main__":
    main(sys.argv[1:])
