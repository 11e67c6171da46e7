"""Alerts, runbooks and dashboards speak of metrics that there are."""

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import kilowatch
from tests.topology import DEPLOY, REPOSITORY

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
DASHBOARDS = [json.loads((DEPLOY / f"grafana/{name}.json").read_text()) for name in ("pipeline", "services")]
RUNBOOKS = REPOSITORY / "docs" / "runbooks"


@pytest.fixture(scope="module")
def ours() -> set[str]:
    """Every metric that some module of ours makes, as Prometheus names it."""
    for module in walk_packages(kilowatch.__path__, "kilowatch."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    return {name for name in REGISTRY._names_to_collectors if name.startswith("kilowatch_")}


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for dashboard in DASHBOARDS:
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_an_expression_asks_for_metrics_that_there_are(where: str, expression: str, ours: set[str]):
    assert set(re.findall(r"kilowatch_\w+", expression)) <= ours, where


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_page_that_says_what_to_do(rule: dict[str, Any]):
    page = (REPOSITORY / rule["annotations"]["runbook"]).read_text()
    assert page.startswith(f"# {rule['alert']}\n")
    for heading in ("What people notice", "Look", "Do"):
        assert f"\n## {heading}\n" in page, heading


def test_there_is_no_page_without_an_alert():
    named = {rule["annotations"]["runbook"].rsplit("/", 1)[1] for rule in RULES}
    assert {page.name for page in RUNBOOKS.glob("*.md")} == {*named, "README.md"}
