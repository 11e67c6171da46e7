"""Who holds what, and who has forfeited it."""

import ast
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

import kilowatch.monitoring.leases
from kilowatch.monitoring.domain.leases import (
    Lease,
    LeaseRow,
    Observer,
    Replica,
    ReplicaRow,
    Ring,
    Standing,
    forfeiting,
    plan,
)
from kilowatch.monitoring.leases.membership import Membership

NOON = datetime(2026, 3, 29, 12, tzinfo=UTC)
LEASE = timedelta(seconds=5)
LONG_AGO = NOON - timedelta(minutes=1)
GONE = timedelta(seconds=2.5)
ME, OTHER = Replica(UUID(int=1), "me"), Replica(UUID(int=2), "other")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def member(replica: Replica, *, seen_at: datetime = NOON, connected: bool = True) -> ReplicaRow:
    return ReplicaRow(replica, Standing.MEMBER, connected, seen_at)


def held(partition: int, holder: Replica, expires_at: datetime | None = NOON + LEASE) -> LeaseRow:
    return LeaseRow(Lease(partition, 1), holder.id, expires_at)


def observer(steady_since: datetime = LONG_AGO) -> Observer:
    return Observer(ME, steady_since, LEASE, GONE)


def forfeits(other: ReplicaRow, now: datetime, *leases: LeaseRow, steady_since: datetime = LONG_AGO) -> bool:
    ring = Ring(now, [member(ME, seen_at=now), other], leases)
    return forfeiting(ring, observer(steady_since)) == [other]


def test_a_silent_replica_keeps_its_place_for_the_time_of_a_lease():
    assert not forfeits(member(OTHER), after(5))
    assert forfeits(member(OTHER), after(5.1))


def test_a_replica_whose_connection_has_ended_is_waited_for_a_shorter_time():
    assert not forfeits(member(OTHER, connected=False), after(2.5))
    assert forfeits(member(OTHER, connected=False), after(2.6))


def test_a_replica_that_beats_and_does_not_consume_forfeits_its_place_when_a_lease_expires():
    assert not forfeits(member(OTHER, seen_at=after(4.9)), after(4.9), held(0, OTHER))
    assert forfeits(member(OTHER, seen_at=after(5.1)), after(5.1), held(0, OTHER))


def test_silence_before_one_could_hear_is_not_held_against_anybody():
    assert not forfeits(member(OTHER), after(64), held(0, OTHER), steady_since=after(60))
    assert forfeits(member(OTHER), after(65.1), held(0, OTHER), steady_since=after(60))


def test_a_dead_predecessor_of_the_same_name_is_not_waited_for():
    predecessor = replace(OTHER, name=ME.name)
    assert forfeits(member(predecessor, connected=False), after(0.1), steady_since=NOON)
    assert not forfeits(member(predecessor), after(0.1), steady_since=NOON)


def test_what_a_leaving_replica_still_holds_is_not_taken_from_it():
    leaving = replace(member(OTHER), standing=Standing.LEAVING)
    ring = Ring(NOON, [member(ME), leaving], [held(0, OTHER), held(1, OTHER, expires_at=None)])
    assert [row.lease.partition for row in plan(ring, ME.id).take] == [1]


def test_what_a_replica_held_that_is_out_is_free():
    ring = Ring(NOON, [member(ME)], [held(0, OTHER), held(1, ME)])
    todo = plan(ring, ME.id)
    assert [row.lease.partition for row in todo.take] == [0]
    assert todo.keep == [Lease(1, 1)]


def test_a_member_gives_what_should_be_with_another_before_that_one_takes_it():
    ring = Ring(NOON, [member(ME), member(OTHER)], [held(partition, ME) for partition in range(4)])
    mine, others = plan(ring, ME.id), plan(ring, OTHER.id)
    assert len(mine.give) == len(mine.keep) == 2
    assert not others.take


@given(
    shift=st.timedeltas(min_value=timedelta(days=-3000), max_value=timedelta(days=3000)),
    ages=st.lists(st.floats(0, 20), min_size=3, max_size=3),
    connected=st.booleans(),
)
def test_only_differences_of_times_matter_and_never_what_o_clock_it_is(
    shift: timedelta, ages: list[float], connected: bool
):
    seen, expired, steady = (NOON - timedelta(seconds=age) for age in ages)

    def judged(by: timedelta) -> bool:
        other = member(OTHER, seen_at=seen + by, connected=connected)
        return forfeits(other, NOON + by, held(0, OTHER, expired + by), steady_since=steady + by)

    assert judged(timedelta()) == judged(shift)


def test_the_code_of_leases_never_asks_this_machine_what_time_it_is():
    package = Path(kilowatch.monitoring.leases.__file__).parent
    for source in [*package.glob("*.py"), package.parent / "domain" / "leases.py"]:
        tree = ast.parse(source.read_text())
        asked = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not asked & {"datetime.now", "datetime.utcnow", "time", "time.time", "time_ns", "system_clock", "clock"}


def test_who_is_struck_off_again_and_again_stays_away_longer_and_longer():
    membership, now, bans = Membership(), 0.0, []
    for _ in range(8):
        membership.joined(now)
        membership.struck(now + 6)
        bans.append(membership.may_join_at - (now + 6))
        now = membership.may_join_at
    assert bans == sorted(bans)
    assert bans[0] <= 2
    assert bans[-1] == 60


def test_who_has_been_a_member_for_long_is_welcome_back_soon():
    membership = Membership(ban_s=60)
    membership.joined(0)
    membership.struck(1000)
    assert membership.may_join_at == 1001


# A model of the database and of the replicas, to be mistreated in any order


@dataclass
class ModelReplica:
    replica: Replica
    running: dict[int, Lease] = field(default_factory=dict)
    frozen: bool = False
    linked: bool = True
    steady_since: datetime | None = None
    last_beat: datetime = NOON
    #: What it read before it froze, and will act upon when it wakes up.
    stale: Ring | None = None


class RingMachine(RuleBasedStateMachine):
    PARTITIONS = 12

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.rows: dict[UUID, ReplicaRow] = {}
        self.leases = {partition: LeaseRow(Lease(partition, 0), None, None) for partition in range(self.PARTITIONS)}
        self.replicas: dict[UUID, ModelReplica] = {}
        self.names = 0
        self.history: list[tuple[Lease, UUID]] = []

    # What the statements do

    def ring(self) -> Ring:
        return Ring(self.now, list(self.rows.values()), list(self.leases.values()))

    def renew(self, model: ModelReplica) -> None:
        me = model.replica.id
        if self.rows[me].standing is Standing.OUT or not model.linked:
            return
        for partition, lease in model.running.items():
            row = self.leases[partition]
            if row.lease == lease and row.holder == me and row.expires_at is not None:
                self.leases[partition] = replace(row, expires_at=self.now + LEASE)

    def take(self, model: ModelReplica, judged: LeaseRow) -> None:
        partition = judged.lease.partition
        if self.leases[partition] != judged:
            return
        lease = Lease(partition, judged.lease.epoch + 1)
        self.leases[partition] = LeaseRow(lease, model.replica.id, self.now + LEASE)
        self.history.append((lease, model.replica.id))
        model.running[partition] = lease

    def give(self, model: ModelReplica, lease: Lease) -> None:
        model.running.pop(lease.partition, None)
        row = self.leases[lease.partition]
        if row.lease == lease and row.holder == model.replica.id:
            self.leases[lease.partition] = replace(row, expires_at=None)

    def strike(self, judged: ReplicaRow) -> None:
        if self.rows[judged.replica.id].seen_at == judged.seen_at:
            self.rows[judged.replica.id] = replace(self.rows[judged.replica.id], standing=Standing.OUT)

    # What a keeper does

    def beat(self, model: ModelReplica) -> None:
        if self.now - model.last_beat > LEASE:
            model.steady_since = None
        model.last_beat = self.now
        self.rows[model.replica.id] = replace(self.rows[model.replica.id], seen_at=self.now, connected=True)
        self.renew(model)

    def act(self, model: ModelReplica, ring: Ring) -> None:
        me = model.replica.id
        mine = ring.leases_of(me)
        model.running = {p: lease for p, lease in model.running.items() if mine.get(p) == lease}
        if me not in ring.members:
            model.running.clear()
            self.rejoin(model)
            return
        if not model.linked:
            model.steady_since = None
            return
        model.steady_since = model.steady_since or ring.now
        if lost := forfeiting(ring, Observer(model.replica, model.steady_since, LEASE, GONE)):
            for row in lost:
                self.strike(row)
            return
        self.move(model, ring)

    def rejoin(self, model: ModelReplica) -> None:
        if model.linked:
            me = model.replica.id
            self.rows[me] = replace(self.rows[me], standing=Standing.MEMBER, seen_at=self.now)
            for partition in self.ring().leases_of(me):
                self.leases[partition] = replace(self.leases[partition], expires_at=None)

    def move(self, model: ModelReplica, ring: Ring) -> None:
        todo = plan(ring, model.replica.id)
        for lease in todo.give:
            self.give(model, lease)
        for row in todo.take:
            self.take(model, row)
        model.running |= {lease.partition: lease for lease in todo.keep}

    def round(self, model: ModelReplica) -> None:
        self.beat(model)
        self.act(model, self.ring())

    # What happens to them

    def awake(self) -> list[ModelReplica]:
        return [model for model in self.replicas.values() if not model.frozen]

    def pick(self, models: list[ModelReplica], number: int) -> ModelReplica:
        return models[number % len(models)]

    @precondition(lambda self: len(self.replicas) < 6)
    @rule()
    def join(self) -> None:
        self.names += 1
        replica = Replica(UUID(int=self.names), f"replica-{self.names}")
        self.rows[replica.id] = member(replica, seen_at=self.now)
        self.replicas[replica.id] = ModelReplica(replica, last_beat=self.now)

    @precondition(lambda self: self.awake())
    @rule(number=st.integers(0, 5))
    def leave(self, number: int) -> None:
        model = self.pick(self.awake(), number)
        for lease in list(model.running.values()):
            self.give(model, lease)
        self.rows[model.replica.id] = replace(self.rows[model.replica.id], standing=Standing.OUT)
        del self.replicas[model.replica.id]

    @precondition(lambda self: self.replicas)
    @rule(number=st.integers(0, 5))
    def kill(self, number: int) -> None:
        model = self.pick(list(self.replicas.values()), number)
        self.rows[model.replica.id] = replace(self.rows[model.replica.id], connected=False)
        del self.replicas[model.replica.id]

    @precondition(lambda self: self.awake())
    @rule(number=st.integers(0, 5))
    def freeze_between_reading_and_acting(self, number: int) -> None:
        model = self.pick(self.awake(), number)
        model.frozen, model.stale = True, self.ring()

    @precondition(lambda self: any(model.frozen for model in self.replicas.values()))
    @rule(number=st.integers(0, 5))
    def thaw(self, number: int) -> None:
        model = self.pick([model for model in self.replicas.values() if model.frozen], number)
        model.frozen = False
        if model.stale and model.replica.id in model.stale.members:
            self.move(model, model.stale)

    @precondition(lambda self: self.replicas)
    @rule(number=st.integers(0, 5), linked=st.booleans())
    def change_link(self, number: int, linked: bool) -> None:
        self.pick(list(self.replicas.values()), number).linked = linked

    @rule(seconds=st.floats(0.1, 6.0))
    def pass_time(self, seconds: float) -> None:
        for _ in range(max(1, round(seconds))):
            self.now += timedelta(seconds=min(seconds, 1.0))
            for model in self.awake():
                self.round(model)

    # What must hold

    @invariant()
    def no_epoch_has_two_holders(self) -> None:
        assert max(Counter(lease for lease, _ in self.history).values(), default=1) == 1

    @invariant()
    def epochs_only_grow(self) -> None:
        newest: dict[int, int] = {}
        for lease, _ in self.history:
            assert lease.epoch > newest.get(lease.partition, 0)
            newest[lease.partition] = lease.epoch

    def teardown(self) -> None:
        """Left in peace, the healthy replicas share everything evenly, and then nothing moves any more."""
        for model in self.replicas.values():
            model.frozen, model.linked = False, True
        for _ in range(3):
            self.pass_time(6.0)
        if self.replicas:
            self.everything_is_shared_evenly()
        moved = len(self.history)
        self.pass_time(6.0)
        assert len(self.history) == moved

    def everything_is_shared_evenly(self) -> None:
        assert self.ring().holders.keys() == set(range(self.PARTITIONS))
        floor, remainder = divmod(self.PARTITIONS, len(self.replicas))
        for model in self.replicas.values():
            assert floor <= len(model.running) <= floor + bool(remainder)
            assert model.running == self.ring().leases_of(model.replica.id)


RingMachine.TestCase.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
TestAnyOrderOfMishaps = RingMachine.TestCase
