"""Sites: homes, offices, wherever several meters hang together."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteParticulars:
    name: str
    time_zone: str
    address: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteRecord:
    id: int
    version: int
    particulars: SiteParticulars
    created_at: datetime
    updated_at: datetime
    device_count: int = 0
