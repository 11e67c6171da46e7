"""The bot with a language model behind it, from the client's message to what the client reads."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kilowatch.contracts.routing import EVENTS, FRAMES
from tests.eventually import eventually
from tests.house import PASSWORD, House, open_house
from tests.integration.support.openai_server import Call, OpenAIServer, Script, Status, Text, openai_server
from tests.integration.support.talk import GIBBERISH, start_talk

Opening = Callable[..., Awaitable[tuple[House, OpenAIServer]]]


@pytest.fixture
async def opened(
    fresh_url: Callable[[str], Awaitable[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Opening]:
    """A house with a model that plays the scripts; `settings` are those of `KILOWATCH_LLM_…`."""
    monkeypatch.setenv("KILOWATCH_ADMIN_PASSWORD", PASSWORD)
    async with AsyncExitStack() as stack:

        async def begin(*scripts: Script, **settings: str) -> tuple[House, OpenAIServer]:
            server = await stack.enter_async_context(openai_server(*scripts))
            monkeypatch.setenv("KILOWATCH_LLM_BASE_URL", server.url)
            monkeypatch.setenv("KILOWATCH_LLM_MODEL", "fake")
            for name, value in settings.items():
                monkeypatch.setenv(f"KILOWATCH_LLM_{name.upper()}", value)
            house = await stack.enter_async_context(open_house(fresh_url, tmp_path, ("auth", "users", "support")))
            return house, server

        yield begin


ENDLESS = Text(["word "] * 5000, pause_s=0.05)


async def _being_written(house: House) -> None:
    async def has_begun() -> bool:
        return await house.query("support", "SELECT count(*) FROM turns WHERE draft <> ''") == [1]

    await eventually(has_begun)


@asynccontextmanager
async def _heard(house: House) -> AsyncIterator[list[str]]:
    """Types of events and frames, in the order in which they come."""
    broker, heard = house.surroundings.broker, list[str]()

    async def hear(exchange: str, type_of: Callable[[Any], str]) -> None:
        async with broker.listen(exchange, ["#"], max_messages=10_000) as feed:
            while True:
                heard.extend(type_of(json.loads(each.body)) for each in await feed.receive_many(100))

    listening = [
        asyncio.create_task(hear(EVENTS, lambda event: str(event["type"]))),
        asyncio.create_task(hear(FRAMES, lambda passing: str(passing["frame"]["type"]))),
    ]
    try:
        yield heard
    finally:
        for each in listening:
            each.cancel()
        await asyncio.wait(listening)


async def test_what_the_rules_pass_on_the_model_answers_and_how_is_kept(opened: Opening):
    house, server = await opened(Text(["Turn it ", "<b>off</b> and on. ![x](https://evil.example)"]))
    ana = await house.person("ana@example.org")
    talk = await start_talk(house, ana)
    asked = {"X-Correlation-Id": "ana-asks"}
    await ana.ask("POST", f"{talk.path}/messages", json={"text": GIBBERISH}, headers=asked)
    [answer] = await talk.answered()
    assert answer == "Turn it off and on. [x] (https://evil.example)"
    admin = await house.administrator()
    [judged] = (await admin.ask("GET", f"{talk.path}/decisions")).json()
    kept = judged["generation"]
    assert (kept["model"], kept["input_tokens"], kept["output_tokens"]) == ("fake", 100, 20)
    assert kept["prompt_version"]
    assert kept["correlation_id"] == "ana-asks"
    await house.settle()
    told = [event for event in house.listener.heard if event.payload.type == "message.posted"]
    assert {event.correlation_id for event in told} == {"ana-asks"}  # the question, and the answer to it
    state = (await admin.ask("GET", "/api/support/model")).json()
    assert (state["configured"], state["tokens_today"]) == (True, 120)
    assert GIBBERISH in str(server.requests[0]["messages"][-1])


async def test_a_person_who_comes_while_the_bot_writes_is_not_interrupted(opened: Opening):
    house, _ = await opened(ENDLESS)
    talk = await start_talk(house, await house.person("ana@example.org"))
    async with _heard(house) as heard:
        await talk.say(GIBBERISH)
        await _being_written(house)
        assert (await talk.shown())["answering"]["text"].startswith("word")
        await talk.do("hand-over")
        await talk.do("claim", await house.administrator())
        await talk.turns_ended()

        async def comes_to_an_end() -> bool:
            if "conversation.handed_over" not in heard:
                return False
            return "generation.ended" in heard or "message.token" in heard[heard.index("conversation.handed_over") :]

        await eventually(comes_to_an_end)
    told = heard.index("conversation.handed_over")
    assert "message.token" in heard[:told]
    assert "message.token" not in heard[told:]
    assert await talk.said_by("bot") == []
    assert await house.query("support", "SELECT outcome FROM turns") == ["overtaken"]

    async def is_explained() -> bool:
        [judged] = (await (await house.administrator()).ask("GET", f"{talk.path}/decisions")).json()
        return bool(judged["decision"] and judged["generation"]["input_tokens"])

    await eventually(is_explained)


async def test_an_answer_that_waits_for_room_keeps_its_turn_and_can_be_stopped(opened: Opening):
    house, server = await opened(ENDLESS, at_once="1")
    talks = [await start_talk(house, await house.person(f"{name}@example.org")) for name in ("ana", "bob")]
    await talks[0].say(GIBBERISH)
    await _being_written(house)
    await talks[1].say(GIBBERISH)
    waits = f"FROM turns WHERE conversation_id = '{talks[1].id}'"
    leases: set[object] = set()

    async def is_kept() -> bool:
        leases.update(await house.query("support", f"SELECT taken_until {waits} AND taken_until IS NOT NULL"))
        return len(leases) > 1

    await eventually(is_kept)
    assert await house.query("support", f"SELECT attempts {waits}") == [1]  # nobody has begun it again
    await talks[1].do("stop", expected=204)

    async def is_stopped() -> bool:
        return await house.query("support", f"SELECT outcome {waits}") == ["stopped"]

    await eventually(is_stopped)
    assert len(server.requests) == 1


async def test_an_answer_cites_the_passages_that_it_says_it_stands_on(opened: Opening):
    house, server = await opened(Text(["One gateway sends for many. ", "[2]", " [9]"]))
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(f"gateway {GIBBERISH}")
    assert await talk.answered() == ["One gateway sends for many."]
    [answer] = [each for each in await talk.messages() if each["author"] == "bot"]
    [source] = answer["sources"]
    assert f"[2] {source['title']}\n" in server.requests[0]["messages"][0]["content"]
    assert source["url"] == "/devices"


async def test_a_stopped_answer_stays_as_far_as_it_was(opened: Opening):
    house, _ = await opened(ENDLESS)
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)
    await _being_written(house)
    await talk.do("stop", expected=204)
    [answer] = await talk.answered()
    assert answer.startswith("word")
    assert answer.endswith("…")


async def test_a_cap_cannot_be_passed_by_stopping_each_answer_before_it_comes(opened: Opening):
    late = Text(["late"], first_after_s=60)
    house, server = await opened(late, late, answer_tokens="500", user_tokens_a_day="600")
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)

    async def is_asked() -> bool:
        return len(server.requests) == 1

    await eventually(is_asked)
    await talk.do("stop", expected=204)
    await talk.turns_ended()
    await talk.say(GIBBERISH)
    await talk.answered()
    assert len(server.requests) == 1
    unanswered = (await (await house.administrator()).ask("GET", "/api/support/unanswered")).json()
    assert unanswered[0]["generation"] == {"refused": "over the caps of the day"}


async def test_the_switch_ends_what_is_being_written_and_asks_no_more(opened: Opening):
    house, server = await opened(ENDLESS)
    admin = await house.administrator()
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)
    await _being_written(house)
    assert (await admin.ask("PUT", "/api/support/model", json={"on": False})).json()["on"] is False
    [answer] = await talk.answered()
    assert "no good answer" in answer
    await talk.say(GIBBERISH)
    await talk.answered(2)
    assert len(server.requests) == 1


async def test_an_error_is_never_shown_as_an_answer_and_a_cap_is_refused_before_the_call(opened: Opening):
    house, server = await opened(Status(500, "SECRET TRACE"), Status(500, "SECRET TRACE"), user_tokens_a_day="12000")
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)
    await talk.answered()
    await house.query("support", "UPDATE spending SET tokens = tokens + 1")
    await talk.say(GIBBERISH)
    answers = await talk.answered(2)
    assert all("no good answer" in answer for answer in answers)
    assert len(server.requests) == 2  # the first question, tried twice
    admin = await house.administrator()
    refused, failed = (await admin.ask("GET", "/api/support/unanswered")).json()
    assert refused["generation"] == {"refused": "over the caps of the day"}
    assert "500" in failed["generation"]["attempts"][0]["failure"]


async def test_an_answer_of_nothing_but_markup_is_none(opened: Opening):
    house, _ = await opened(Text(["<script>alert(1)</script>"]))
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)
    [answer] = await talk.answered()
    assert "no good answer" in answer


async def test_the_model_gives_the_conversation_to_a_person_with_a_summary(opened: Opening):
    house, _ = await opened(Call("hand_over", {"reason": "Smoke", "summary": "The meter smokes."}))
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)

    async def is_waiting() -> bool:
        return await talk.state() == "waiting"

    await eventually(is_waiting)
    assert "The meter smokes." in (await talk.shown(await house.administrator()))["summary"]
    assert (await talk.shown())["summary"] == ""
    assert await talk.said_by("bot") == []
