"""Domain events: CloudEvents 1.0, one class a payload, past tense.

An event carries the whole published state of its aggregate and the aggregate's version, so that a consumer can
build its projection from any subset that ends with the newest. The routing key on the broker is the type.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from kilowatch.contracts.accounts import User
from kilowatch.contracts.chat import (
    ConversationAssigned,
    ConversationHandedOver,
    ConversationReleased,
    ConversationResolved,
    ConversationStarted,
    ConversationUpdated,
    MessagePosted,
)
from kilowatch.contracts.metering import Device


@dataclass(frozen=True, slots=True)
class UserChanged:
    user: User

    @property
    def subject(self) -> str:
        return f"user/{self.user.id}"


@dataclass(frozen=True, slots=True)
class UserCreated(UserChanged):
    type: ClassVar[str] = "user.created"


@dataclass(frozen=True, slots=True)
class UserUpdated(UserChanged):
    type: ClassVar[str] = "user.updated"


@dataclass(frozen=True, slots=True)
class UserDeactivated(UserChanged):
    type: ClassVar[str] = "user.deactivated"


@dataclass(frozen=True, slots=True)
class UserDeleted(UserChanged):
    type: ClassVar[str] = "user.deleted"


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """Signed out, expired, revoked or reused: whatever is open in its name is to be closed."""

    session_id: UUID
    user_id: UUID
    type: ClassVar[str] = "session.ended"

    @property
    def subject(self) -> str:
        return f"session/{self.session_id}"


@dataclass(frozen=True, slots=True)
class DeviceChanged:
    device: Device

    @property
    def subject(self) -> str:
        return f"device/{self.device.id}"


@dataclass(frozen=True, slots=True)
class DeviceRegistered(DeviceChanged):
    type: ClassVar[str] = "device.registered"


@dataclass(frozen=True, slots=True)
class DeviceUpdated(DeviceChanged):
    type: ClassVar[str] = "device.updated"


@dataclass(frozen=True, slots=True)
class DeviceAssigned(DeviceChanged):
    type: ClassVar[str] = "device.assigned"


@dataclass(frozen=True, slots=True)
class DeviceUnassigned(DeviceChanged):
    type: ClassVar[str] = "device.unassigned"


@dataclass(frozen=True, slots=True)
class DeviceDeleted(DeviceChanged):
    type: ClassVar[str] = "device.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """What a sender of readings authenticates with. The secret itself is known only to the sender."""

    id: UUID
    version: int
    sha256: bytes  #: `contracts.credentials.credential_digest` of the text that the sender keeps
    gateway_id: int | None  #: the gateway that holds it; None: a device holds it
    device_ids: tuple[int, ...]  #: the devices it may send for
    revoked: bool = False
    valid_until: datetime | None = None  #: replaced by another, and not accepted from then on

    @property
    def subject(self) -> str:
        return f"credential/{self.id}"


@dataclass(frozen=True, slots=True)
class CredentialChanged:
    credential: Credential
    type: ClassVar[str] = "credential.changed"

    @property
    def subject(self) -> str:
        return self.credential.subject


class AlertKind(StrEnum):
    HOURLY_LIMIT = "hourly_limit"
    OFFLINE = "offline"


class AlertState(StrEnum):
    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """The published state of an alert."""

    id: UUID
    version: int
    kind: AlertKind
    state: AlertState
    device_id: int
    device_name: str
    #: Start of the hour (or of the silence) that the alert is about.
    since: datetime
    raised_at: datetime
    energy_kwh: float | None
    limit_kwh: float | None
    #: True: found in late or imported data; nobody is notified.
    historical: bool
    #: Users who may see the device; administrators see every alert.
    user_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class AlertChanged:
    alert: Alert

    @property
    def subject(self) -> str:
        return f"alert/{self.alert.id}"


@dataclass(frozen=True, slots=True)
class AlertRaised(AlertChanged):
    type: ClassVar[str] = "alert.raised"


@dataclass(frozen=True, slots=True)
class AlertAcknowledged(AlertChanged):
    type: ClassVar[str] = "alert.acknowledged"


@dataclass(frozen=True, slots=True)
class AlertCleared(AlertChanged):
    type: ClassVar[str] = "alert.cleared"


Payload = (
    UserCreated
    | UserUpdated
    | UserDeactivated
    | UserDeleted
    | SessionEnded
    | DeviceRegistered
    | DeviceUpdated
    | DeviceAssigned
    | DeviceUnassigned
    | DeviceDeleted
    | CredentialChanged
    | AlertRaised
    | AlertAcknowledged
    | AlertCleared
    | ConversationStarted
    | ConversationHandedOver
    | ConversationAssigned
    | ConversationReleased
    | ConversationResolved
    | ConversationUpdated
    | MessagePosted
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A payload with what CloudEvents says about it."""

    id: UUID
    source: str  #: the service that says it
    time: datetime
    payload: Payload
    correlation_id: str = ""
