"""Raised, acknowledged, cleared, and never back."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from kilowatch.contracts.events import AlertKind, AlertState
from kilowatch.kit.errors import Conflict
from kilowatch.monitoring.domain.alert import AlertRecord, acknowledged, cleared, require_seen

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ANN = UUID(int=1)
RAISED = AlertRecord(
    id=UUID(int=7),
    version=1,
    kind=AlertKind.HOURLY_LIMIT,
    state=AlertState.RAISED,
    device_id=7,
    since=NOON,
    raised_at=NOON,
    energy=2,
    threshold=1,
    historical=False,
)


def test_each_step_is_a_version():
    seen = acknowledged(RAISED, ANN, "The sauna.", NOON)
    over = cleared(seen, NOON)
    assert [alert.version for alert in (RAISED, seen, over)] == [1, 2, 3]
    assert (over.state, over.acknowledged_by, over.note) == (AlertState.CLEARED, ANN, "The sauna.")


def test_no_step_is_taken_twice_or_back():
    seen, over = acknowledged(RAISED, ANN, "", NOON), cleared(RAISED, NOON)
    for alert in (seen, over):
        with pytest.raises(Conflict):
            acknowledged(alert, ANN, "", NOON)
    with pytest.raises(Conflict):
        cleared(over, NOON)


def test_who_looked_at_another_version_looks_again():
    require_seen(RAISED, None)
    require_seen(RAISED, 1)
    with pytest.raises(Conflict):
        require_seen(RAISED, 2)
