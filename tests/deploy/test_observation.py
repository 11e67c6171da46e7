"""Alerts, runbooks and dashboards speak of metrics that there are."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import httpx2
import pika
import pytest
import yaml
from prometheus_client import REGISTRY

import kilowatch
from kilowatch.contracts.services import SERVICES
from tests.topology import DEPLOY, EDGE, REPOSITORY, Topology

RULES: list[dict[str, Any]] = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus/alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
TRIED: list[dict[str, Any]] = [
    tried
    for test in yaml.safe_load((DEPLOY / "prometheus/alerts.test.yml").read_text())["tests"]
    for tried in test["alert_rule_test"]
]
DASHBOARDS = [json.loads((DEPLOY / f"grafana/{name}.json").read_text()) for name in ("pipeline", "services")]
#: RabbitMQ counts what is in its queues every few seconds.
METRICS_TIMEOUT_S = 30.0
RUNBOOKS = REPOSITORY / "docs" / "runbooks"


@pytest.fixture(scope="module")
def ours() -> set[str]:
    """Every metric that some module of ours makes, as Prometheus names it."""
    for module in walk_packages(kilowatch.__path__, "kilowatch."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    return {name for name in REGISTRY._names_to_collectors if name.startswith(("kilowatch_", "process_"))}


def expressions() -> Iterator[tuple[str, str]]:
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for dashboard in DASHBOARDS:
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield panel["title"], target["expr"]


@pytest.mark.parametrize(("where", "expression"), list(expressions()))
def test_an_expression_asks_for_metrics_that_there_are(where: str, expression: str, ours: set[str]):
    assert set(re.findall(r"\b(?:kilowatch|process)_\w+", expression)) <= ours, where


async def test_the_broker_has_the_metrics_that_are_asked_for(engines: Topology):
    with pika.BlockingConnection(pika.URLParameters(engines.rabbit.url)) as connection:
        connection.channel().queue_declare("events.looked-at", durable=True)
    broker = f"http://127.0.0.1:{engines.places.ports['broker metrics']}/metrics"
    assert await missing_of("rabbitmq", metrics=broker) == set()


async def test_the_edge_has_the_metrics_that_are_asked_for(engines: Topology):
    engines.launch(EDGE)
    edge = f"http://127.0.0.1:{engines.places.ports['edge metrics']}/metrics"
    assert await missing_of("caddy", metrics=edge, at_work=f"{engines.url}/api/nothing") == set()


async def missing_of(program: str, *, metrics: str, at_work: str | None = None) -> set[str]:
    """Metrics of `program` that are asked for, and that do not come to be at `metrics` within half a minute."""
    missing = {name for _, expression in expressions() for name in re.findall(rf"\b{program}_\w+", expression)}
    assert missing
    deadline = time.monotonic() + METRICS_TIMEOUT_S
    async with httpx2.AsyncClient(timeout=10) as client:
        while missing and time.monotonic() < deadline:
            with suppress(httpx2.HTTPError):
                if at_work:
                    await client.get(at_work)
                missing -= set(re.findall(r"^\w+", (await client.get(metrics)).text, re.MULTILINE))
            await asyncio.sleep(0.1)
    return missing


def test_every_service_is_asked_and_missed():
    asked = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"][0]
    assert asked["dns_sd_configs"][0]["names"] == [*SERVICES]
    [gone] = [rule["expr"] for rule in RULES if rule["alert"] == "ServiceGone"]
    assert re.findall(r'absent\(up\{job="(\w+)"\}\)', gone) == [*SERVICES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_page_that_says_what_to_do(rule: dict[str, Any]):
    page = (REPOSITORY / rule["annotations"]["runbook"]).read_text()
    assert page.startswith(f"# {rule['alert']}\n")
    for heading in ("What people notice", "Look", "Do"):
        assert f"\n## {heading}\n" in page, heading


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_is_tried_at_a_time_when_it_is_due_and_at_one_when_it_is_not(rule: dict[str, Any]):
    """By `promtool test rules`, in `make check-deploy`."""
    assert {bool(tried["exp_alerts"]) for tried in TRIED if tried["alertname"] == rule["alert"]} == {True, False}


def test_there_is_no_page_without_an_alert():
    named = {rule["annotations"]["runbook"].rsplit("/", 1)[1] for rule in RULES}
    assert {page.name for page in RUNBOOKS.glob("*.md")} == {*named, "README.md"}
