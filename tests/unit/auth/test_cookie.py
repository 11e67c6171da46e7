"""When the cookie may travel without TLS: on the machine itself, and nowhere else by mistake."""

import pytest

from kilowatch.auth.api.cookie import is_secure


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("http://localhost:8080", "localhost:8080"),
        ("http://127.0.0.1:8080", "localhost:8080"),
        ("http://[::1]:8080", "[::1]:8080"),
    ],
)
def test_on_the_machine_itself_it_needs_no_tls(public_url: str, host: str):
    assert not is_secure(public_url, host)


@pytest.mark.parametrize(
    ("public_url", "host"),
    [
        ("https://energy.example.org", "energy.example.org"),
        ("https://localhost:8443", "localhost:8443"),
        ("http://energy.example.org", "energy.example.org"),
        ("http://localhost:8080", "192.168.1.7:8080"),  # nobody has said the public address
        ("http://localhost:8080", "meters.lan"),
        ("http://energy.example.org", "localhost:8080"),
        ("http://localhost.example.org", "localhost"),
        ("http://localhost:8080", "[::1"),
        ("http://localhost:8080", ""),
    ],
)
def test_everywhere_else_it_does(public_url: str, host: str):
    assert is_secure(public_url, host)
