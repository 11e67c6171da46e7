"""Moments as whole microseconds since 1970, UTC: how batches and columns keep time. Both ways are exact."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Raises `TypeError` for a time without a zone."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(microseconds: int) -> datetime:
    """Raises `OverflowError` before the year 1 and after 9999."""
    return _EPOCH + timedelta(microseconds=microseconds)
