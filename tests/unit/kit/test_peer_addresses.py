import pytest

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.host import PeerSettings


def test_every_service_is_looked_for_under_its_name():
    settings = PeerSettings()
    assert {settings.url_of(service) for service in SERVICES} == {f"http://{service}:8080" for service in SERVICES}


def test_where_it_is_elsewhere_can_be_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KILOWATCH_USERS_URL", "http://127.0.0.1:9")
    assert PeerSettings().url_of("users") == "http://127.0.0.1:9"
