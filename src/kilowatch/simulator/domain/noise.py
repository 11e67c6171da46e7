"""Randomness without a state: a number is a hash of seed, label and index, whatever was asked before."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Micros: TypeAlias = npt.NDArray[np.int64]  #: microseconds since 1970-01-01 UTC
Floats: TypeAlias = npt.NDArray[np.float64]

SECOND: Final = 1_000_000

# The constants of SplitMix64 (Steele, Lea and Flood, 2014).
_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Noise:
    seed: int

    def of(self, label: str) -> "Noise":
        """An independent source."""
        return Noise(_stream(self.seed, label))

    def uniform(self, index: npt.NDArray[np.int64]) -> Floats:
        """A number in [0, 1) for each index."""
        mixed = (np.atleast_1d(index).astype(np.uint64) + np.uint64(self.seed)) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
        mixed ^= mixed >> np.uint64(31)
        return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def smooth(self, times: Micros, period_s: float) -> Floats:
        """A number in [0, 1) that wanders from one random point to the next, one each `period_s`."""
        position = times / (period_s * SECOND)
        index = np.floor(position).astype(np.int64)
        share = position - index
        share = share * share * (3 - 2 * share)
        return self.uniform(index) * (1 - share) + self.uniform(index + 1) * share


@lru_cache(maxsize=4096)
def _stream(seed: int, label: str) -> int:
    digest = hashlib.blake2b(label.encode(), key=seed.to_bytes(8, "little", signed=False), digest_size=8).digest()
    return int.from_bytes(digest, "little")
