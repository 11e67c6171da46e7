"""Who asks, from where, and what their token allows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kilowatch.kit.address import client_address, networks
from kilowatch.kit.security import permits

PROXIES = networks("10.0.0.0/8, 2001:db8::/32")


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", "192.0.2.1"),  # a stranger says where they come from
        ("10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # what is left of the first stranger is hearsay
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("2001:db8::1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", "not an address", "10.0.0.1"),
        ("", "203.0.113.9", ""),
    ],
)
def test_the_address_is_the_nearest_that_is_not_a_trusted_proxy(peer: str, forwarded_for: str, address: str):
    assert client_address(peer, forwarded_for, PROXIES) == address


@given(st.text(max_size=80))
def test_a_stranger_cannot_choose_an_address(header: str):
    assert client_address("192.0.2.1", header, PROXIES) == "192.0.2.1"


@pytest.mark.parametrize(
    ("scopes", "method", "path", "allowed"),
    [
        ({"read"}, "GET", "/api/devices", True),
        ({"read"}, "POST", "/api/devices", False),
        ({"write"}, "GET", "/api/devices", True),
        ({"write"}, "DELETE", "/api/devices/7", True),
        ({"devices:read"}, "GET", "/api/devices/7", True),
        ({"devices:read"}, "GET", "/api/users", False),
        ({"devices:write"}, "PATCH", "/api/devices/7", True),
        ({"devices:write", "users:read"}, "PATCH", "/api/users/me", False),
        ({"audit:read"}, "GET", "/api/audit.csv", True),
        ({"devices:read"}, "GET", "/api/audit.csv", False),
        ({"write"}, "GET", "/api/auth/sessions", False),
        ({"write"}, "GET", "/api/auth.csv", False),
        ({"auth:write"}, "POST", "/api/auth/api-keys", False),
        ({"nonsense"}, "GET", "/api/devices", False),
        (set(), "DELETE", "/api/auth/sessions/1", True),
    ],
)
def test_scopes_narrow_what_a_token_may_be_used_for(scopes: set[str], method: str, path: str, allowed: bool):
    assert permits(frozenset(scopes), method, path) is allowed
