"""Meters behind meters: a sub-meter names its parent, and the energy of a site is that of its top-level meters."""

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from kilowatch.kit.errors import Invalid

#: A device to the one it is behind.
Parents: TypeAlias = Mapping[int, int | None]


def above(device_id: int, parents: Parents) -> Iterator[int]:
    """The meters that `device_id` is behind, nearest first."""
    current = parents.get(device_id)
    while current is not None:
        yield current
        current = parents.get(current)


def check_parent(device_id: int, parent_id: int, parents: Parents) -> None:
    """Raises `Invalid` if the device would be behind itself."""
    if device_id == parent_id or device_id in above(parent_id, parents):
        raise Invalid(f"Device {parent_id} is behind device {device_id}: a meter cannot be behind itself.")


def check_same_site(site_id: int | None, parent_site_id: int | None) -> None:
    if site_id != parent_site_id:
        raise Invalid("A meter and the one it is behind are at the same site.")


def below(device_id: int, parents: Parents) -> set[int]:
    """The meters behind `device_id`, and those behind them."""
    return {other for other in parents if device_id in above(other, parents)}
