"""Who can sign in to a demo. The password is public: nothing but demo data may lie behind it."""

from typing import Final

from kilowatch.kit.web import DemoAccount

#: `kilowatch up --demo` gives it to the first administrator as `KILOWATCH_ADMIN_PASSWORD`.
DEMO_PASSWORD: Final = "watch-every-watt"  # noqa: S105  # pragma: allowlist secret

ADMINISTRATOR: Final = DemoAccount("administrator", "admin@kilowatch.local", DEMO_PASSWORD)
ANA: Final = DemoAccount("client, a home in Bucharest", "ana@kilowatch.local", DEMO_PASSWORD)
MIHAI: Final = DemoAccount("client, an office in Cluj", "mihai@kilowatch.local", DEMO_PASSWORD)
CLAIRE: Final = DemoAccount("client, a home in Adelaide", "claire@kilowatch.local", DEMO_PASSWORD)

CLIENTS: Final = (ANA, MIHAI, CLAIRE)
DEMO_ACCOUNTS: Final = (ADMINISTRATOR, *CLIENTS)
