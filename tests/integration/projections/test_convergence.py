"""Whatever is missed, comes twice or comes late: in the end every projection says what is true."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from kilowatch.contracts.accounts import Role
from kilowatch.contracts.events import Event
from kilowatch.contracts.metering import AccessLevel
from kilowatch.kit.broker.memory import MemoryBroker
from kilowatch.kit.broker.topics import matches
from kilowatch.kit.clock import system_clock
from kilowatch.kit.postgres import create_databases
from kilowatch.kit.security import Verifier
from kilowatch.kit.service import Host
from tests.integration.projections.projections import Projection, open_projections
from tests.integration.projections.world import World

ResultT = TypeVar("ResultT")
SERVICES = ("auth", "balancer", "devices", "monitoring", "realtime", "support")


class Telling(RuleBasedStateMachine):
    """Things happen, and what is told of them reaches each projection some time, some times, or never."""

    run: ClassVar[Callable[[Coroutine[Any, Any, Any]], Any]]
    projections: ClassVar[dict[str, Projection]]

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.on_their_way: dict[str, list[Event]] = defaultdict(list)
        self.missed: set[str] = set()
        self.heard_of = 0

    def _send(self) -> None:
        for event in self.world.told[self.heard_of :]:
            for name, projection in self.projections.items():
                if any(matches(pattern, event.payload.type) for pattern in projection.patterns):
                    self.on_their_way[name].append(event)
        self.heard_of = len(self.world.told)

    @rule(role=st.sampled_from(Role))
    def somebody_comes(self, role: Role) -> None:
        self.world.create_user(role)
        self._send()

    @precondition(lambda self: self._people())
    @rule(data=st.data(), changes=st.sampled_from([{"name": "Bea"}, {"role": Role.OPERATOR}, {"active": False}]))
    def somebody_changes(self, data: st.DataObject, changes: dict[str, Any]) -> None:
        self.world.change_user(data.draw(st.sampled_from(self._people())), **changes)
        self._send()

    @precondition(lambda self: self._people())
    @rule(data=st.data())
    def somebody_goes(self, data: st.DataObject) -> None:
        self.world.delete_user(data.draw(st.sampled_from(self._people())))
        self._send()

    @rule()
    def a_meter_comes(self) -> None:
        self.world.register()
        self._send()

    @precondition(lambda self: self._meters())
    @rule(data=st.data(), name=st.sampled_from(["Cellar", "Roof"]))
    def a_meter_is_renamed(self, data: st.DataObject, name: str) -> None:
        self.world.rename(data.draw(st.sampled_from(self._meters())), name)
        self._send()

    @precondition(lambda self: self._meters() and self._people())
    @rule(data=st.data(), level=st.sampled_from(AccessLevel))
    def somebody_gets_a_meter(self, data: st.DataObject, level: AccessLevel) -> None:
        device_id, user_id = (data.draw(st.sampled_from(each)) for each in (self._meters(), self._people()))
        self.world.assign(device_id, user_id, level)
        self._send()

    @precondition(lambda self: self._meters())
    @rule(data=st.data())
    def a_meter_goes(self, data: st.DataObject) -> None:
        self.world.delete_device(data.draw(st.sampled_from(self._meters())))
        self._send()

    @precondition(lambda self: any(self.on_their_way.values()))
    @rule(data=st.data(), again=st.booleans())
    def an_event_arrives_in_any_order(self, data: st.DataObject, again: bool) -> None:
        name, event = self._any_event(data)
        self.run(self.projections[name].hear(event))
        if not again:
            self.on_their_way[name].remove(event)

    @precondition(lambda self: any(self.on_their_way.values()))
    @rule(data=st.data())
    def an_event_is_lost(self, data: st.DataObject) -> None:
        name, event = self._any_event(data)
        self.on_their_way[name].remove(event)
        self.missed.add(name)

    @rule(name=st.sampled_from(SERVICES))
    def one_is_built_again_with_events_still_on_their_way(self, name: str) -> None:
        self.run(self.projections[name].rebuild(self.world))
        self.missed.discard(name)

    def teardown(self) -> None:
        for name, projection in self.projections.items():
            for event in reversed(self.on_their_way[name]):
                self.run(projection.hear(event))
            if name in self.missed:
                self.run(projection.rebuild(self.world))
            assert self.run(projection.content(self.world)) == projection.expected(self.world), name

    def _any_event(self, data: st.DataObject) -> tuple[str, Event]:
        name = data.draw(st.sampled_from([name for name, events in self.on_their_way.items() if events]))
        return name, data.draw(st.sampled_from(self.on_their_way[name]))

    def _people(self) -> list[UUID]:
        return [user.id for user in self.world.users.values() if not user.deleted]

    def _meters(self) -> list[int]:
        return [device.id for device in self.world.devices.values() if not device.deleted]


@pytest.fixture
def telling(postgres: Callable[[str], str], tmp_path: Path) -> Iterator[type[Telling]]:
    """The machine over real databases; it is not asynchronous, so it gets a loop of its own."""
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()

    async def prepare() -> dict[str, Projection]:
        await create_databases(postgres, [f"convergence_{name}" for name in SERVICES])
        return await stack.enter_async_context(open_projections(_host(postgres, tmp_path)))

    projections = loop.run_until_complete(prepare())
    yield type("Told", (Telling,), {"run": staticmethod(loop.run_until_complete), "projections": projections})
    loop.run_until_complete(stack.aclose())
    loop.close()


def _host(postgres: Callable[[str], str], data_dir: Path) -> Host:
    async def no_keys() -> dict[str, object]:
        return {}

    return Host(
        data_dir=data_dir,
        instance="test",
        public_url="http://localhost",
        broker=MemoryBroker(),
        clock=system_clock,
        verifier=Verifier(no_keys),
        peers=World(),
        database_url=lambda name: postgres(f"convergence_{name}"),
    )


def test_a_rebuild_forgets_who_left_unheard(telling: type[Telling]) -> None:
    world = World()
    world.create_user(Role.CLIENT)
    world.register()
    (user_id,), (device_id,) = world.users, world.devices
    world.assign(device_id, user_id, AccessLevel.OWNER)
    for projection in telling.projections.values():
        telling.run(projection.rebuild(world))
    world.delete_user(user_id)
    for name, projection in telling.projections.items():
        telling.run(projection.rebuild(world))
        assert telling.run(projection.content(world)) == projection.expected(world), name


def test_projections_converge_whatever_is_missed_doubled_or_late(telling: type[Telling]) -> None:
    run_state_machine_as_test(
        telling,
        settings=settings(
            max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
