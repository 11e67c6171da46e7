"""Gateways: boxes that send the readings of several devices, with a credential of their own."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySummary:
    id: int
    version: int
    name: str
    description: str
    device_count: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayRecord:
    id: int
    version: int
    name: str
    description: str
    device_ids: tuple[int, ...]  #: the devices that it may send for
    created_at: datetime
    updated_at: datetime
