"""Every page of the web app, for the tests and for the photographs."""

from dataclasses import dataclass, replace
from typing import Final

from playwright.sync_api import ViewportSize

from kilowatch.contracts.accounts import FIRST_ADMINISTRATOR_ID
from kilowatch.kit.web import DemoAccount
from tests.browser.window import ADMIN, CLIENT, OPERATOR

DESK: Final = ViewportSize(width=1280, height=800)
PHONE: Final = ViewportSize(width=390, height=844)


@dataclass(frozen=True)
class Shown:
    name: str
    path: str
    who: DemoAccount | None


PAGES: Final = (
    Shown("sign-in", "/sign-in", None),
    Shown("overview", "/overview", CLIENT),
    Shown("consumption", "/consumption?device=1", CLIENT),
    Shown("consumption-devices", "/consumption?range=month&split=devices&compare=year", CLIENT),
    Shown("consumption-heat", "/consumption?device=1&range=month&as=heat", CLIENT),
    Shown("consumption-table", "/consumption?device=2&range=week&as=table", CLIENT),
    Shown("my-devices", "/my-devices", CLIENT),
    Shown("my-device", "/my-devices/2", CLIENT),
    Shown("alerts", "/alerts", CLIENT),
    Shown("profile", "/profile", CLIENT),
    Shown("administration", "/administration", ADMIN),
    Shown("users", "/users", ADMIN),
    Shown("user", f"/users/{FIRST_ADMINISTRATOR_ID}", ADMIN),
    Shown("devices", "/devices", ADMIN),
    Shown("device", "/devices/1", ADMIN),
    Shown("sites", "/sites", ADMIN),
    Shown("site", "/sites/1", ADMIN),
    Shown("gateways", "/gateways", ADMIN),
    Shown("gateway", "/gateways/1", ADMIN),
    Shown("tariffs", "/tariffs", ADMIN),
    Shown("tariff", "/tariffs/1", ADMIN),
    Shown("rules", "/rules", ADMIN),
    Shown("completeness", "/completeness?range=month", ADMIN),
    Shown("corrections", "/corrections", ADMIN),
    Shown("inbox", "/inbox", ADMIN),
    Shown("desk", "/desk", ADMIN),
    Shown("knowledge", "/knowledge", ADMIN),
    Shown("knowledge-unanswered", "/knowledge?show=unanswered", ADMIN),
    Shown("model", "/model", ADMIN),
    Shown("rejected", "/rejected", ADMIN),
    Shown("system", "/system", ADMIN),
    Shown("dead-letters", "/dead-letters", ADMIN),
    Shown("deliveries", "/deliveries", ADMIN),
    Shown("ring", "/ring", ADMIN),
    Shown("audit", "/audit", ADMIN),
)

#: The same without what changes anything; where there is nothing to see, the page says so.
OPERATED: Final = tuple(
    replace(shown, name=f"operator-{shown.name}", who=OPERATOR) for shown in PAGES if shown.who is ADMIN
)
