"""When two histories of a device's configuration begin to differ."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from kilowatch.contracts.metering import MeterConfiguration

#: Before every reading.
BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)


def first_difference(before: Sequence[MeterConfiguration], after: Sequence[MeterConfiguration]) -> datetime | None:
    """The earliest moment at which another configuration is in force than was; None: always the same."""
    changes = {configuration.valid_from for configuration in (*before, *after)}
    moments = sorted({BEGINNING} | {moment for moment in changes if moment > BEGINNING})
    return next((moment for moment in moments if _rules(before, moment) != _rules(after, moment)), None)


def in_force(history: Sequence[MeterConfiguration], moment: datetime) -> MeterConfiguration:
    """What holds at `moment`. The first configuration holds for all time before it as well."""
    begun = [configuration for configuration in history if configuration.valid_from <= moment]
    return begun[-1] if begun else history[0]


def _rules(history: Sequence[MeterConfiguration], moment: datetime) -> MeterConfiguration:
    """What holds at `moment`, whenever it was said."""
    return replace(in_force(history, moment), valid_from=BEGINNING)
