"""The HTTP edge of the read side."""

from fastapi import APIRouter

from kilowatch.monitoring.api import usage

router = APIRouter()
for part in (usage,):
    router.include_router(part.router)
