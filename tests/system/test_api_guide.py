"""The commands of docs/api.md, run from top to bottom against a Kilowatch; the answers are what it shows."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.system.installation import Installation
from tests.topology import REPOSITORY

BLOCK = re.compile(r"^```sh\n(.*?)^```(?:\n\n^```json\n(.*?)^```)?", re.MULTILINE | re.DOTALL)
MARK = "\n--- end of block ---\n"
#: A balancer hears of a credential, and monitoring writes a reading, a moment later.
TRIES, PAUSE_S = 20, 0.5
#: A gateway is like a device; where work is done is for `kilowatch ring`, and for the pages of administrators.
WITHOUT_EXAMPLE = {"gateways", "balancer", "monitoring"}
ADMINISTRATOR = "admin@kilowatch.local"
PASSWORD = "nine-Lives-of-a-meter"  # pragma: allowlist secret


def blocks() -> list[tuple[str, str]]:
    return BLOCK.findall((REPOSITORY / "docs" / "api.md").read_text())


@pytest.fixture
def answers(install: Callable[..., Installation]) -> list[str]:
    """What each block has printed, in one shell."""
    kilowatch = install(KILOWATCH_ADMIN_PASSWORD=PASSWORD)
    kilowatch.start()
    again = f'again() {{ for _ in $(seq {TRIES}); do "$@" && return; sleep {PAUSE_S}; done; return 1; }}\n'
    commands = "".join(f"{_patient(command)}printf '%s' '{MARK}'\n" for command, _ in blocks())
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "KILOWATCH": kilowatch.url,
        "EMAIL": ADMINISTRATOR,
        "PASSWORD": PASSWORD,
    }
    shell = ("bash", "-euo", "pipefail", "-c", again + commands)
    done = subprocess.run(shell, check=False, capture_output=True, text=True, timeout=110, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.split(MARK)[:-1]


def _patient(command: str) -> str:
    return f"again {command}" if command.startswith("curl") else command


def test_the_page_shows_what_is_answered(answers: list[str]):
    shown = [
        (json.loads(expected), answer) for (_, expected), answer in zip(blocks(), answers, strict=True) if expected
    ]
    assert len(shown) >= 3
    for expected, answer in shown:
        assert not list(differences(expected, json.loads(answer)))


def test_every_group_of_routes_has_an_example():
    paths = json.loads((REPOSITORY / "frontend" / "openapi.json").read_text())["paths"]
    shown = set(re.findall(r"\$KILOWATCH/api/([\w-]+)", "".join(command for command, _ in blocks())))
    assert {re.split(r"[/.]", path)[2] for path in paths} - shown == WITHOUT_EXAMPLE


def differences(expected: Any, answer: Any, path: str = "") -> Iterator[str]:
    """Where the answer has not what is expected; it may have more."""
    match expected, answer:
        case dict(), dict():
            for name, value in expected.items():
                yield from differences(value, answer.get(name), f"{path}.{name}")
        case list(), list():
            for number, value in enumerate(expected):
                yield from differences(value, answer[number] if number < len(answer) else None, f"{path}[{number}]")
        case _ if expected != answer:
            yield f"{path}: {answer!r} and not {expected!r}"
