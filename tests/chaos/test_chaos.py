"""The rounds without which a run proves nothing, and the proof that the audit would notice what they are to find.

`make chaos ROUNDS=200` for the others."""

import pytest

from tests.chaos.mishaps import ESSENTIAL
from tests.chaos.run import run

SEED = 1


@pytest.mark.timeout(900)
async def test_nothing_is_lost_or_counted_twice_while_a_replica_a_link_and_the_broker_fail_in_turn():
    outcome = await run(len(ESSENTIAL), SEED)
    assert outcome.passed, f"{outcome.summary()}\n{outcome.books}"


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
