"""What a service may answer beside JSON when it is asked for all that it holds about a person."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFile:
    path: str  #: in the export: `support/…/photo.png`
    content: bytes  #: base64 in JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldsFiles:
    """The part of an answer that becomes files of the export, and not JSON."""

    files: Sequence[HeldFile] = ()
