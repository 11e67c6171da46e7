"""Who can sign in to a demo. The password is public: nothing but demo data may lie behind it."""

from typing import Final

from kilowatch.contracts.accounts import Role
from kilowatch.kit.web import DemoAccount

#: `kilowatch up --demo` gives it to the first administrator as `KILOWATCH_ADMIN_PASSWORD`.
DEMO_PASSWORD: Final = "watch-every-watt"  # noqa: S105  # pragma: allowlist secret

ADMINISTRATOR: Final = DemoAccount(Role.ADMINISTRATOR, "admin@kilowatch.local", DEMO_PASSWORD)
RADU: Final = DemoAccount(Role.OPERATOR, "radu@kilowatch.local", DEMO_PASSWORD)
ANA: Final = DemoAccount(Role.CLIENT, "ana@kilowatch.local", DEMO_PASSWORD, "Home in Bucharest")
MIHAI: Final = DemoAccount(Role.CLIENT, "mihai@kilowatch.local", DEMO_PASSWORD, "Office in Cluj")
CLAIRE: Final = DemoAccount(Role.CLIENT, "claire@kilowatch.local", DEMO_PASSWORD, "Home in Adelaide")

DEMO_ACCOUNTS: Final = (ADMINISTRATOR, RADU, ANA, MIHAI, CLAIRE)
