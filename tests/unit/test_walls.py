"""The walls between services, which import-linter watches, stand around each of them."""

import tomllib
from pathlib import Path

from kilowatch.process import available_services

REPOSITORY = Path(__file__).parents[2]
INDEPENDENT, LAYERED, PURE = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
MODULES = {f"kilowatch.{name}" for name in (*available_services(), "simulator")}


def test_no_service_is_left_out():
    assert set(INDEPENDENT["modules"]) == MODULES
    assert MODULES in [set(layer.split(" | ")) for layer in LAYERED["layers"]]
    assert {f"{name}.domain" for name in MODULES} <= set(PURE["source_modules"])
