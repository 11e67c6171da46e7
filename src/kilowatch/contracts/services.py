"""The services of an installation, by name."""

from typing import Final

SERVICES: Final = ("auth", "users", "devices", "balancer", "monitoring", "realtime", "support")
