"""The rounds without which a run proves nothing, and the proof that the audit would notice what they are to find.

`make chaos ROUNDS=200` for the others."""

from dataclasses import replace

import pytest

from tests.chaos.audit import Books
from tests.chaos.mishaps import ESSENTIAL, KILLED
from tests.chaos.run import Outcome, run

SEED = 1


@pytest.mark.timeout(900)
async def test_nothing_is_lost_or_counted_twice_while_a_replica_a_link_and_the_broker_fail_in_turn():
    outcome = await run(len(ESSENTIAL), SEED)
    assert outcome.passed, f"{outcome.summary()}\n{outcome.books}"
    # Once each, on a machine that others use too; `make chaos` judges by many.
    assert outcome.late(patience=2) == {}


IN_ORDER = Books(
    sent=10, lost=0, stored_twice=0, counted_twice=0, uncounted=0, usage_error=0, rejected=0, dead=0, strange=0
)
FINE = Outcome(rounds=3, kills=2, takeovers=9, redelivered=4, books=IN_ORDER, took={KILLED: [3.0, 4.0]})


@pytest.mark.parametrize("missing", ["kills", "takeovers", "redelivered"])
def test_a_run_in_which_nothing_happened_proves_nothing(missing: str):
    assert FINE.passed
    assert not replace(FINE, **{missing: 0}).passed


def test_a_takeover_that_takes_too_long_is_told():
    assert FINE.late() == {}
    assert list(replace(FINE, took={KILLED: [3.0, 6.0]}).late()) == [KILLED]


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_without_the_check_of_batch_ids_the_audit_finds_readings_counted_twice():
    outcome = await run(1, SEED, "batch-ids", only=["link-is-mute"])
    assert not outcome.passed
    assert outcome.books.counted_twice
    # Readings are unique by device and time, so that usage is right even then.
    assert (outcome.books.lost, outcome.books.stored_twice, outcome.books.usage_error) == (0, 0, 0)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_with_automatic_acks_the_audit_finds_readings_lost():
    outcome = await run(1, SEED, "acks", only=["replica-is-killed-with-batches-in-hand"])
    assert not outcome.passed
    assert outcome.books.lost
