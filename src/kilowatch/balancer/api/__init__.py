"""The HTTP edge: readings in, and what the balancer knows of itself."""

from kilowatch.balancer.api import imports, ingest, operations, personal_data, replay
from kilowatch.balancer.api.context import BalancerContext
from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.service import joined

router = joined(
    ingest.router,
    operations.router,
    replay.router,
    imports.router,
    personal_data.router,
    audit_router("balancer", BalancerContext),
    tags=["balancer"],
)
