"""Whose pages may open a socket. A browser sends cookies and reaches addresses that its page's author cannot."""

from collections.abc import Collection
from urllib.parse import urlsplit


def origins(listed: str) -> frozenset[str]:
    """Read `https://a.example.org, https://b.example.org`."""
    return frozenset(_normal(part) for part in listed.split(",") if part.strip())


def may_open(origin: str | None, host: str, ours: Collection[str]) -> bool:
    """Whether a page of `origin` may open a socket at `host`.

    Without an origin it is no browser, and a ticket is all that counts.
    """
    if origin is None:
        return True
    normal = _normal(origin)
    return normal in ours or urlsplit(normal).netloc == host.strip().lower() != ""


def _normal(origin: str) -> str:
    return origin.strip().rstrip("/").lower()
