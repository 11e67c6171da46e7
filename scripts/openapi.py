"""Writes down what the API is, for the web app's types: `frontend/openapi.json`, made without starting anything.

python -m scripts.openapi            write it
python -m scripts.openapi --check    fail when the file tells of another API than the code
"""

import json
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from kilowatch.kit.http import build_app
from kilowatch.kit.security import Verifier
from kilowatch.kit.service import Service
from kilowatch.process import available_services

FILE: Final = Path("frontend/openapi.json")


def main(arguments: list[str]) -> int:
    text = json.dumps(document(), indent=1, sort_keys=True) + "\n"
    if "--check" not in arguments:
        FILE.write_text(text)
        return 0
    if FILE.read_text() == text:
        return 0
    print(f"{FILE} tells of another API: python -m scripts.openapi && npm --prefix frontend run types")
    return 1


def document() -> dict[str, Any]:
    app = build_app([_described(name) for name in available_services() if name != "simulator"], Verifier(_no_keys))
    described = app.openapi()
    described["info"]["version"] = ""  # a new version alone is no new API
    return described


def _described(name: str) -> Service:
    return Service(name=name, router=import_module(f"kilowatch.{name}.app").router, context=name, ready=_ready)


async def _no_keys() -> Mapping[str, object]:
    return {}


async def _ready() -> None:
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
