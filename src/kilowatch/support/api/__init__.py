"""The HTTP edge of support."""

from kilowatch.kit.audit_routes import audit_router
from kilowatch.kit.service import joined
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

PARTS = (
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
)
router = joined(*(part.router for part in PARTS), audit_router("support", SupportContext))
