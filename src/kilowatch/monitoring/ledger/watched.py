"""Which devices have rules that are judged whenever their usage changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kilowatch.monitoring.domain.usage import Bools, Ints


@dataclass(frozen=True, slots=True)
class Watched:
    """All devices or none, except some: a hundred thousand may share one rule."""

    by_default: bool
    exceptions: Ints  #: sorted

    @classmethod
    def of(cls, by_default: bool, own: Mapping[int, bool]) -> "Watched":
        others = sorted(device for device, watched in own.items() if watched is not by_default)
        return cls(by_default, np.array(others, np.int64))

    def holds(self, devices: Ints) -> Bools:
        return np.isin(devices, self.exceptions) ^ self.by_default


NOBODY: Final = Watched(by_default=False, exceptions=np.zeros(0, np.int64))
