"""What a simulation keeps between two runs, in a file that nobody else can read: it holds a credential."""

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    credential: str
    gateway_id: int
    device_ids: dict[str, int]  #: by the names of the meters
    anchor: int  #: microseconds; where the registers count from follows from it
    sent_until: int  #: microseconds; everything up to here has arrived
    has_operator: bool = False  #: the first demos had none; one that was made and deleted is not made again


def load_state(path: Path) -> State | None:
    """None: there is none, or none that can be used; then a simulation begins anew."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except (OSError, msgspec.MsgspecError):
        return None


def save_state(path: Path, state: State) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(state))
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
