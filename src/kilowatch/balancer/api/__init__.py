"""The HTTP edge: readings in, and what the balancer knows of itself."""

from fastapi import APIRouter

from kilowatch.balancer.api import imports, ingest, operations, personal_data, replay
from kilowatch.balancer.api.context import BalancerContext
from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.problems import PROBLEMS

router = APIRouter(tags=["balancer"], responses=PROBLEMS)
router.include_router(ingest.router)
router.include_router(operations.router)
router.include_router(replay.router)
router.include_router(imports.router)
router.include_router(personal_data.router)
router.include_router(audit_router("balancer", BalancerContext))
