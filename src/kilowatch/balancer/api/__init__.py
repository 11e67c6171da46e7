"""The HTTP edge: readings in, and what the balancer knows of itself."""

from fastapi import APIRouter

from kilowatch.balancer.api import ingest, operations, replay

router = APIRouter(tags=["balancer"])
router.include_router(ingest.router)
router.include_router(operations.router)
router.include_router(replay.router)
