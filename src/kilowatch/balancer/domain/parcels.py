"""What of a request goes to which partition."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kilowatch.balancer.domain.checks import Checked, Refused
from kilowatch.balancer.domain.instants import Ints
from kilowatch.contracts.batch import Readings, Rejection
from kilowatch.kit.hashing import partitions_of


@dataclass(frozen=True, slots=True)
class Parcel:
    """The readings and rejections of one request, or of messages taken together, for one partition."""

    readings: Readings
    accepted: Ints  #: place of each reading among all items received
    refused: Sequence[Refused] = ()
    correlation_ids: Sequence[str] = ()  #: of each reading, where they came with several

    @property
    def size(self) -> int:
        return len(self.readings) + len(self.refused)

    @property
    def items(self) -> Sequence[int]:
        """Places of everything in it among all items received."""
        return [*self.accepted.tolist(), *(refused.index for refused in self.refused)]

    @property
    def rejections(self) -> Sequence[Rejection]:
        return [refused.rejection for refused in self.refused]

    def split(self, max_readings: int, max_rejections: int) -> "Sequence[Parcel]":
        """Parts within the bounds."""
        count = max(-(-len(self.readings) // max_readings), -(-len(self.refused) // max_rejections))
        return [self] if count <= 1 else [self._part(n, max_readings, max_rejections) for n in range(count)]

    def _part(self, number: int, max_readings: int, max_rejections: int) -> "Parcel":
        readings = slice(number * max_readings, (number + 1) * max_readings)
        refused = slice(number * max_rejections, (number + 1) * max_rejections)
        ids = self.correlation_ids[readings]
        return Parcel(self.readings[readings], self.accepted[readings], self.refused[refused], ids)


def parcels(checked: Checked, partition_count: int) -> Mapping[int, Parcel]:
    """Spread what was received over the partitions; the readings of a partition keep their order."""
    order = np.argsort(checked.partitions, kind="stable")
    readings, index = checked.accepted[order], checked.index[order]
    bounds = np.searchsorted(checked.partitions[order], np.arange(partition_count + 1)).tolist()
    refused = _refused_by_partition(checked.refused, partition_count)
    return {
        partition: Parcel(readings[start:end], index[start:end], refused.get(partition, ()))
        for partition, (start, end) in enumerate(pairwise(bounds))
        if start < end or partition in refused
    }


def _refused_by_partition(refused: Sequence[Refused], partition_count: int) -> Mapping[int, Sequence[Refused]]:
    """A rejection goes where its device's readings go; without a device, where those of device 0 would."""
    if not refused:
        return {}
    devices = np.array([item.rejection.device_id or 0 for item in refused], np.int64)
    found: dict[int, list[Refused]] = defaultdict(list)
    for partition, item in zip(partitions_of(devices, partition_count).tolist(), refused, strict=True):
        found[partition].append(item)
    return found
