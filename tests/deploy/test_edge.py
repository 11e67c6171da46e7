"""`deploy/Caddyfile`: every path belongs to the service that answers it, and the app's policy is the code's."""

import re
from collections.abc import Iterator
from importlib import import_module

import pytest

from kilowatch.kit.http import build_app
from kilowatch.kit.security import Verifier
from kilowatch.kit.service import Service
from kilowatch.kit.web import APP_POLICY
from kilowatch.process import available_services
from kilowatch.realtime.api import SOCKETS
from tests.topology import DEPLOY

CADDYFILE = (DEPLOY / "Caddyfile").read_text()
OWNERS = [(re.compile(pattern), owner) for pattern, owner in re.findall(r"^\t\t~(\S+) (\w+)$", CADDYFILE, re.MULTILINE)]


def owner_of(path: str) -> str:
    return next((owner for pattern, owner in OWNERS if pattern.match(path)), "")


def routes() -> Iterator[tuple[str, str]]:
    for name in available_services():
        router = import_module(f"kilowatch.{name}.app").router
        service = Service(name=name, router=router, context=name, ready=None)  # type: ignore[arg-type]
        paths = build_app([service], Verifier(None)).openapi()["paths"]  # type: ignore[arg-type]
        yield from ((name, path) for path in paths)
    yield from (("realtime", path) for path in SOCKETS)


@pytest.mark.parametrize(("service", "path"), sorted(routes()))
def test_a_path_leads_to_its_service(service: str, path: str):
    assert owner_of(path.replace("{", "").replace("}", "")) == service


@pytest.mark.parametrize(
    "path", ["/internal/leases", "/metrics", "/readyz", "/api/audits", "/api/authors", "/", "/devices"]
)
def test_what_is_for_nobody_outside_leads_nowhere(path: str):
    assert owner_of(path) == ""


def test_pages_have_the_policy_of_the_code():
    assert f'Content-Security-Policy "{APP_POLICY}"' in CADDYFILE
