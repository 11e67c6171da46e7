"""The refresh token in the browser: a cookie that no script and no other site gets at."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from fastapi import Cookie, Depends, Header, Response

from kilowatch.auth.api.context import Auth

COOKIE: Final = "kilowatch_refresh"
LOCAL_HOSTS: Final = {"localhost", "127.0.0.1", "::1"}

RefreshCookie: TypeAlias = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


@dataclass(frozen=True, slots=True)
class CookieJar:
    """What the answer tells the browser to keep."""

    response: Response
    secure: bool

    def keep(self, token: str, until: datetime) -> None:
        self.response.set_cookie(COOKIE, token, expires=until, **self._attributes)

    def forget(self) -> None:
        self.response.delete_cookie(COOKIE, **self._attributes)

    @property
    def _attributes(self) -> dict[str, Any]:
        return {"path": "/api/auth", "httponly": True, "samesite": "strict", "secure": self.secure}


async def _cookie_jar(
    auth: Auth, response: Response, host: Annotated[str, Header(include_in_schema=False)] = ""
) -> CookieJar:
    return CookieJar(response, is_secure(auth.public_url, host))


Cookies: TypeAlias = Annotated[CookieJar, Depends(_cookie_jar)]


def is_secure(public_url: str, host: str) -> bool:
    """Only on the machine itself may the cookie travel without TLS: also where nobody has said the public address,
    and a browser elsewhere in the house asks for the machine by its name."""
    asked = {parts_of(public_url).hostname, parts_of(f"//{host}").hostname}
    return public_url.startswith("https://") or not asked <= LOCAL_HOSTS


def parts_of(url: str) -> SplitResult:
    """Without any when it is no URL at all: anybody can send any header."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
