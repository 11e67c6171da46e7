"""The language model over real HTTP: what it says, what it may do, and what happens when it fails."""

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from uuid import uuid4

import pytest
from prometheus_client import generate_latest

from kilowatch.kit.clock import system_clock
from kilowatch.kit.errors import NotFound
from kilowatch.support.bot.draft import Draft
from kilowatch.support.domain.spending import Price
from kilowatch.support.model.asking import Asking, Endpoint, Limits, NoAnswer, Record
from kilowatch.support.model.breaker import FAILURES
from kilowatch.support.model.openai_compatible import open_model
from kilowatch.support.model.port import Answered, Ending, Prompt, WantsPerson
from kilowatch.support.model.toolbox import Toolbox
from kilowatch.support.own_data.person import Person
from tests.eventually import eventually
from tests.integration.support.openai_server import Call, Garbage, OpenAIServer, Script, Status, Text, openai_server
from tests.spans import kept_spans

DEVICE = {
    "id": 7,
    "name": "Ana's meter",
    "location": "",
    "kind": "interval",
    "interval_s": 900,
    "time_zone": "UTC",
    "direction": "consumption",
    "hourly_limit_kwh": 2.0,
    "parent_id": None,
    "active": True,
}


@dataclass
class Peers:
    """Answers for Ana's devices; of those of others, as the services do, that there are none."""

    asked: list[str] = field(default_factory=list)

    async def get_json(self, service: str, path: str, *, timeout_s: float = 5.0) -> object:
        self.asked.append(path)
        if path.startswith("/internal/devices/of/"):
            return [DEVICE]
        if path.endswith("/tariffs?"):
            return []
        if "/alerts" in path:
            return {"items": [], "total": 0}
        if "/usage/" in path and "/usage/7?" not in path:
            raise NotFound("There is no such device.")
        period = {"start": "2026-11-27T00:00:00Z", "end": "2026-11-28T00:00:00Z", "energy_kwh": 4.5, "peak_w": None}
        period |= {"coverage": 1.0, "complete": True}
        series = [{"direction": "consumption", "periods": [period], "total": period}]
        return {"time_zone": "UTC", "by": "day", "start": period["start"], "end": period["end"], "series": series}

    async def post_json(self, *_: object, **__: object) -> object:
        raise AssertionError("the model writes nothing")


@dataclass
class Run:
    """One question to models at fake servers."""

    servers: Sequence[OpenAIServer]
    stack: AsyncExitStack
    peers: Peers = field(default_factory=Peers)
    record: Record = field(default_factory=Record)
    draft: Draft = field(default_factory=Draft)
    limits: Limits = field(default_factory=lambda: Limits(first_token_s=20, total_s=60))
    most_tokens: int = 12_000
    prices: Sequence[Price] = (Price(1.0, 2.0),) * 2
    endpoints: list[Endpoint] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user_id = uuid4()
        self.toolbox = Toolbox(Person(self.user_id, self.peers), system_clock())

    async def ask(self, question: str = "How much did I use today?") -> Ending:
        if not self.endpoints:
            for number, server in enumerate(self.servers):
                model = await self.stack.enter_async_context(open_model(f"model-{number}", server.url, None))
                self.endpoints.append(Endpoint(model, self.prices[number]))
        prompt = Prompt(instructions="Be brief.", history=(), question=question, most_tokens=self.most_tokens)
        asking = Asking(prompt, self.toolbox.tools, self.draft, self.limits, system_clock, self.record)
        return await asking.ask(self.endpoints)


@pytest.fixture
async def run():
    async with AsyncExitStack() as stack:

        async def begin(*scripts: Sequence[Script], **options: object) -> Run:
            servers = [await stack.enter_async_context(openai_server(*each)) for each in scripts]
            return Run(servers, stack, **options)

        yield begin


async def test_it_streams_answers_and_says_what_it_cost(run):
    asked = await run([Text(["You used ", "**4.5 kWh**", " today."])])
    ending = await asked.ask()
    assert isinstance(ending, Answered)
    assert asked.draft.text == "You used **4.5 kWh** today."
    assert (asked.record.model, asked.record.input_tokens, asked.record.output_tokens) == ("model-0", 100, 20)
    assert asked.record.microdollars == 140
    assert asked.record.first_token_ms is not None


async def test_what_an_attempt_takes_is_counted_and_traced(run):
    asked = await run([Status(500), Text(["There."])])
    with kept_spans() as spans:
        await asked.ask()
        failed, answered = [each for each in spans.get_finished_spans() if each.name == "chat model-0"]
    assert failed.attributes == {"gen_ai.operation.name": "chat", "gen_ai.request.model": "model-0"} | tokens(0, 0)
    assert answered.attributes == dict(failed.attributes) | tokens(100, 20)
    assert not failed.status.is_ok
    told = generate_latest().decode()
    for outcome in ("failed", "answered"):
        assert f'kilowatch_model_seconds_count{{model="model-0",outcome="{outcome}"}}' in told
    for line in ('model_tokens_total{direction="output",model="model-0"}', 'model_dollars_total{model="model-0"}'):
        assert re.search(rf"^kilowatch_{re.escape(line)} (?!0\.0$)", told, re.MULTILINE), line


def tokens(read: int, written: int) -> dict[str, int]:
    return {"gen_ai.usage.input_tokens": read, "gen_ai.usage.output_tokens": written}


async def test_it_reads_with_tools_and_the_sources_are_what_was_read(run):
    asked = await run([Call("usage", {"period": "today"}), Text(["4.5 kWh."])])
    await asked.ask()
    assert [source.title for source in asked.toolbox.sources] == ["Your usage, today"]
    assert all(str(asked.user_id) in path for path in asked.peers.asked)
    [told] = [each for each in asked.servers[0].requests[1]["messages"] if each["role"] == "tool"]
    assert "4.5" in told["content"]
    assert asked.record.input_tokens == 200


async def test_it_hands_over_with_a_reason_and_a_summary(run):
    asked = await run([Call("hand_over", {"reason": "Angry", "summary": "Disputes the bill of May."})])
    ending = await asked.ask()
    assert isinstance(ending, WantsPerson)
    assert (ending.reason, ending.summary) == ("Angry", "Disputes the bill of May.")


@pytest.mark.parametrize(
    "trouble",
    [
        Status(500),
        Status(429, retry_after=0),
        Status(503),
        Garbage(),
        Garbage(b"<html>no</html>"),
        Text(["Half an ans"], ends=False),
        Status(401),
        Status(200, "hello"),
    ],
)
async def test_trouble_with_one_model_is_another_ones_answer(run, trouble):
    asked = await run([trouble, trouble], [Text(["A whole answer."])])
    ending = await asked.ask()
    assert isinstance(ending, Answered)
    assert asked.draft.text == "A whole answer."
    assert asked.record.model == "model-1"
    assert asked.record.attempts[0]["model"] == "model-0"


async def test_what_passes_is_tried_again(run):
    asked = await run([Status(503), Text(["There."])])
    await asked.ask()
    assert asked.record.model == "model-0"
    assert len(asked.servers[0].requests) == 2


async def test_the_first_token_and_the_whole_have_their_time(run):
    slow = Text(["late"], first_after_s=30)
    asked = await run([slow, slow], limits=Limits(first_token_s=0.3, total_s=60))
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert "nothing came within 0.3 s" in asked.record.attempts[0]["failure"]
    endless = Text(["word "] * 1000, pause_s=0.1)
    asked = await run([endless], limits=Limits(first_token_s=20, total_s=2))
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert "no whole answer" in asked.record.attempts[-1]["failure"]
    assert asked.record.input_tokens > 0  # what it may have cost is counted all the same


async def test_a_slow_model_leaves_the_other_its_time_and_each_has_its_price(run):
    asked = await run(
        [Text(["word "] * 1000, pause_s=0.1)],
        [Text(["There."])],
        limits=Limits(first_token_s=20, total_s=10),
        prices=[Price(1.0, 2.0), Price(1000.0, 0.0)],
    )
    ending = await asked.ask()
    assert isinstance(ending, Answered)
    assert asked.draft.text == "There."
    assert (asked.record.model, asked.record.total_ms < 10_000) == ("model-1", True)
    assert asked.record.microdollars > 100 * 1000  # what the other has read, at its price


async def test_an_endpoint_that_fails_again_and_again_is_left_alone(run):
    asked = await run([Status(500)] * 20)
    for _ in range(FAILURES):
        with pytest.raises(NoAnswer):
            await asked.ask()
    assert len(asked.servers[0].requests) == FAILURES
    assert "left alone" in asked.record.attempts[-1]["failure"]


async def test_an_answer_has_a_bound_of_tokens(run):
    asked = await run([Call("devices", {}), Call("devices", {}), Text(["x"])], most_tokens=150)
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert len(asked.servers[0].requests) <= 2


#: As they should be, but for what is asked for: the service that has the data says no.
FOREIGN = [
    Call("usage", {"period": "today", "device_id": 8}),
    Call("usage", {"period": "today", "device_id": -1}),
]
#: They fit no tool that there is, and get nowhere.
UNFIT = [
    Call("devices", {"user_id": "00000000-0000-4000-8000-000000000001"}),
    Call("usage", {"period": "today", "user_id": "someone"}),
    Call("usage", {"period": "../../users", "device_id": "7/../../8"}),
    Call("alerts", {"user": "bob"}),
    Call("limits", {"of": "everybody"}),
    Call("tariffs", {"sql": "DROP TABLE messages"}),
    Call("delete_device", {"device_id": 7}),
    Call("sign_in", {"email": "admin@kilowatch.local"}),
]


@pytest.mark.parametrize("call", [*FOREIGN, *UNFIT], ids=lambda call: f"{call.tool}-{sorted(call.arguments)}")
async def test_a_hostile_model_gets_nothing_of_others_and_changes_nothing(run, call):
    asked = await run([call, Text(["<script>alert(1)</script>![x](https://evil.example/?d=1) done"])])
    assert isinstance(await asked.ask(), Answered)
    [told] = [each["content"] for each in asked.servers[0].requests[1]["messages"] if each["role"] == "tool"]
    assert list(json.loads(told)) == ["error"]
    assert bool(asked.peers.asked) is (call in FOREIGN)
    assert all(str(asked.user_id) in path for path in asked.peers.asked)
    assert asked.draft.text.endswith("done")
    assert "<" not in asked.draft.text
    assert "](" not in asked.draft.text


async def test_who_does_not_want_the_answer_any_more_ends_the_request(run):
    asked = await run([Text(["word "] * 1000, pause_s=0.05)])
    asking = asyncio.create_task(asked.ask())
    async with asyncio.timeout(60):
        await asked.draft.changed.wait()
    await _break_off(asking)
    assert asked.record.input_tokens > 0


LATE = Text(["late"], first_after_s=30)
QUESTION_ALONE = 13  #: tokens, as they are reckoned


async def test_what_is_broken_off_before_the_first_token_is_paid_for_all_the_same(run):
    asked = await run([LATE])
    asking = asyncio.create_task(asked.ask())
    await _requested(asked, 1)
    await _break_off(asking)
    assert asked.record.input_tokens == QUESTION_ALONE


async def test_what_is_broken_off_after_rounds_of_tools_is_paid_for_as_the_endpoint_told_and_with_the_round_under_way(
    run,
):
    asked = await run([*[Call("devices", {})] * 4, LATE])
    asking = asyncio.create_task(asked.ask())
    await _requested(asked, 5)
    await _break_off(asking)
    assert (asked.record.input_tokens, asked.record.output_tokens) == (400 + 100, 80)
    assert asked.record.microdollars == 500 + 2 * 80


async def test_so_is_what_runs_out_of_time_or_fails_half_way(run):
    asked = await run([Call("devices", {}), LATE], limits=Limits(first_token_s=20, total_s=5))
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert (asked.record.input_tokens, asked.record.output_tokens) == (100 + 100, 20)
    asked = await run([Call("devices", {}), Text(["Half ", "an "], ends=False)])
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert (asked.record.input_tokens, asked.record.output_tokens) == (100 + 100, 20 + 2)


async def test_of_a_request_that_is_refused_nothing_is_paid(run):
    asked = await run([Call("devices", {}), Status(400)])
    with pytest.raises(NoAnswer):
        await asked.ask()
    assert (asked.record.input_tokens, asked.record.output_tokens) == (100, 20)


async def _requested(asked: Run, times: int) -> None:
    async def has_come() -> bool:
        return bool(asked.servers) and len(asked.servers[0].requests) >= times

    await eventually(has_come)


async def _break_off(asking: asyncio.Task[Ending]) -> None:
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
