"""Credentials of devices and gateways: what is kept of them, and when they are good."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from kilowatch.contracts.credentials import Holder, HolderKind, credential_digest, credential_text
from kilowatch.contracts.events import Credential

#: Characters of the secret that are kept readable, to tell credentials apart: 24 of its 256 bits.
HINT_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialRecord:
    id: UUID
    version: int
    holder: Holder
    sha256: bytes
    hint: str  #: how the text begins
    created_at: datetime
    created_by: str
    valid_until: datetime | None = None
    revoked_at: datetime | None = None

    def is_good_at(self, moment: datetime) -> bool:
        return self.revoked_at is None and (self.valid_until is None or moment < self.valid_until)


@dataclass(frozen=True, slots=True)
class Issued:
    """A new credential with its text, which is shown once and kept nowhere."""

    record: CredentialRecord
    text: str = field(repr=False)


def new_credential(id_: UUID, holder: Holder, secret: str, *, now: datetime, actor: str) -> Issued:
    text = credential_text(holder, secret)
    record = CredentialRecord(
        id=id_,
        version=1,
        holder=holder,
        sha256=credential_digest(text),
        hint=credential_text(holder, secret[:HINT_LENGTH]),
        created_at=now,
        created_by=actor,
    )
    return Issued(record, text)


def published_credential(record: CredentialRecord, gateway_devices: Sequence[int]) -> Credential:
    """`gateway_devices`: the list of the gateway that holds it; of no meaning for a device's own."""
    holder = record.holder
    device_ids = (holder.id,) if holder.kind is HolderKind.DEVICE else tuple(gateway_devices)
    return Credential(
        id=record.id,
        version=record.version,
        sha256=record.sha256,
        gateway_id=holder.id if holder.kind is HolderKind.GATEWAY else None,
        device_ids=() if record.revoked_at else device_ids,
        revoked=record.revoked_at is not None,
        valid_until=record.valid_until,
    )
