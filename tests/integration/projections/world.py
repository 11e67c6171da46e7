"""What is true, who is told of it in which order, and what snapshots say of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from uuid import UUID, uuid4

import httpx2
import msgspec

from kilowatch.contracts.accounts import Role, User
from kilowatch.contracts.events import (
    Credential,
    CredentialChanged,
    DeviceAssigned,
    DeviceDeleted,
    DeviceRegistered,
    DeviceUnassigned,
    DeviceUpdated,
    Event,
    Payload,
    UserCreated,
    UserDeactivated,
    UserDeleted,
    UserUpdated,
)
from kilowatch.contracts.metering import AccessLevel, Assignment, Device, Direction, MeterConfiguration, MeterKind
from kilowatch.contracts.snapshots import Snapshot
from kilowatch.kit.errors import NotFound

BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
PAGE: Final = 2  #: so small that a snapshot has several
_device_ids: Final = count(1)


@dataclass
class World:
    """The services `users` and `devices`, as far as others hear of them."""

    users: dict[UUID, User] = field(default_factory=dict)
    devices: dict[int, Device] = field(default_factory=dict)
    credentials: dict[UUID, Credential] = field(default_factory=dict)
    told: list[Event] = field(default_factory=list)

    def create_user(self, role: Role) -> None:
        user = User(id=uuid4(), version=1, email=f"{uuid4().hex}@example.org", name="Ana", role=role)
        self.users[user.id] = user
        self._tell(UserCreated(user))

    def change_user(self, user_id: UUID, **changes: Any) -> None:
        before = self.users[user_id]
        user = self.users[user_id] = replace(before, version=before.version + 1, **changes)
        self._tell(UserDeactivated(user) if before.active and not user.active else UserUpdated(user))

    def delete_user(self, user_id: UUID) -> None:
        """As everywhere, `devices` ends the assignments when it hears of it: a little later."""
        before = self.users[user_id]
        gone = replace(before, version=before.version + 1, email="", name="", active=False, deleted=True)
        self.users[user_id] = gone
        self._tell(UserDeleted(gone))
        for device in list(self.devices.values()):
            if any(given.user_id == user_id for given in device.assignments):
                self.unassign(device.id, user_id)

    def register(self) -> None:
        configuration = MeterConfiguration(valid_from=BEGINNING, kind=MeterKind.COUNTER)
        device = Device(
            id=next(_device_ids),
            version=1,
            name="Meter",
            time_zone="Europe/Bucharest",
            direction=Direction.CONSUMPTION,
            configurations=(configuration,),
        )
        self.devices[device.id] = device
        self._tell(DeviceRegistered(device))
        self._credential(Credential(id=uuid4(), version=1, sha256=b"1", gateway_id=None, device_ids=(device.id,)))

    def rename(self, device_id: int, name: str) -> None:
        self._tell(DeviceUpdated(self._changed(device_id, name=name)))

    def assign(self, device_id: int, user_id: UUID, level: AccessLevel) -> None:
        kept = [given for given in self.devices[device_id].assignments if given.user_id != user_id]
        assignments = (*kept, Assignment(user_id=user_id, level=level, since=BEGINNING))
        self._tell(DeviceAssigned(self._changed(device_id, assignments=assignments)))

    def unassign(self, device_id: int, user_id: UUID) -> None:
        left = tuple(given for given in self.devices[device_id].assignments if given.user_id != user_id)
        self._tell(DeviceUnassigned(self._changed(device_id, assignments=left)))

    def delete_device(self, device_id: int) -> None:
        self._tell(DeviceDeleted(self._changed(device_id, deleted=True, active=False, assignments=())))
        for credential in list(self.credentials.values()):
            if device_id in credential.device_ids:
                self._credential(replace(credential, version=credential.version + 1, revoked=True))

    def _changed(self, device_id: int, **changes: Any) -> Device:
        before = self.devices[device_id]
        device = self.devices[device_id] = replace(before, version=before.version + 1, **changes)
        return device

    def _credential(self, credential: Credential) -> None:
        self.credentials[credential.id] = credential
        self._tell(CredentialChanged(credential))

    def _tell(self, payload: Payload) -> None:
        self.told.append(Event(id=uuid4(), source="test", time=BEGINNING, payload=payload))

    async def get_json(self, _service: str, path: str, *, timeout_s: float = 5.0) -> object:
        """As a peer: the snapshots, over the wire. Raises `NotFound`."""
        url = httpx2.URL(path)
        kept: dict[str, dict[Any, Any]] = {
            "/internal/users": self.users,
            "/internal/devices": self.devices,
            "/internal/credentials": self.credentials,
        }
        if url.path not in kept:
            raise NotFound("There is no such thing.")
        items = _after(kept[url.path], url.params.get("after", ""))
        last = str(items[PAGE - 1].id) if len(items) > PAGE else None
        return msgspec.json.decode(msgspec.json.encode(Snapshot(tuple(items[:PAGE]), last)))

    async def post_json(self, *_: object, **__: object) -> object:
        raise NotFound("There is no such thing.")


def _after(kept: dict[Any, Any], after: str) -> Sequence[Any]:
    ordered = sorted(kept)
    if after:
        last = type(ordered[0])(after) if ordered else after
        ordered = [key for key in ordered if key > last]
    return [kept[key] for key in ordered]
