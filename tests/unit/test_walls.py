"""The walls between services, which import-linter watches, stand around each of them."""

import tomllib
from pathlib import Path

from kilowatch.process import available_services

REPOSITORY = Path(__file__).parents[2]
SOURCES = REPOSITORY / "src" / "kilowatch"
INDEPENDENT, LAYERED, PURE = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"][
    "contracts"
]
MODULES = {f"kilowatch.{name}" for name in (*available_services(), "simulator")}


def test_no_service_is_left_out():
    assert set(INDEPENDENT["modules"]) == MODULES
    assert MODULES in [set(layer.split(" | ")) for layer in LAYERED["layers"]]
    assert {f"{name}.domain" for name in MODULES} <= set(PURE["source_modules"])


def test_rules_handlers_and_stores_are_given_their_transaction():
    within = [path for path in SOURCES.rglob("*.py") if {"domain", "handlers", "store"} & {*path.parts, path.stem}]
    assert len(within) > 50
    assert [str(path) for path in within if ".transaction(" in path.read_text()] == []
