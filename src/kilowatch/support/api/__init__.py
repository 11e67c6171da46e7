"""The HTTP edge of support."""

from fastapi import APIRouter

from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.problems import PROBLEMS
from kilowatch.support.api import (
    assistant,
    attachments,
    canned,
    conversations,
    figures,
    hours,
    knowledge,
    messages,
    personal_data,
    queue,
    transcript,
)
from kilowatch.support.api.context import SupportContext

router = APIRouter(responses=PROBLEMS)
for part in (
    conversations,
    messages,
    attachments,
    queue,
    transcript,
    canned,
    hours,
    figures,
    assistant,
    knowledge,
    personal_data,
):
    router.include_router(part.router)
router.include_router(audit_router("support", SupportContext))
