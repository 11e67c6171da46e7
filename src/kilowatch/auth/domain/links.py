"""One-time links: an invitation to set the first password, or a reset of a forgotten one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class LinkPurpose(StrEnum):
    INVITATION = "invitation"
    RESET = "reset"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    digest: bytes  #: SHA-256 of the token, which only its receiver has
    user_id: UUID
    purpose: LinkPurpose
    created_at: datetime
    expires_at: datetime
