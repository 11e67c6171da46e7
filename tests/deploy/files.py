"""What the containers are, and what is told of them."""

from typing import Any, Final

import yaml

from tests.topology import DEPLOY, REPOSITORY

COMPOSE_TEXT: Final = (DEPLOY / "compose.yaml").read_text()
COMPOSE: Final[dict[str, Any]] = yaml.safe_load(COMPOSE_TEXT)
CONTAINERS: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
DOCKERFILE: Final = (DEPLOY / "Dockerfile").read_text()
OPERATIONS: Final = (REPOSITORY / "docs" / "operations.md").read_text()
