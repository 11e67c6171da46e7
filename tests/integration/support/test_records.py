"""What remains of conversations: their order in the queue, transcripts, ratings, and finding what was said."""

from zoneinfo import ZoneInfo

import pytest

from kilowatch.contracts.accounts import Role
from kilowatch.support.api import transcript
from tests.house import House
from tests.integration.support.room import person
from tests.integration.support.talk import Talk, start_talk


async def _in_queue(house: House, email: str) -> Talk:
    talk = await start_talk(house, await house.person(email))
    await talk.do("hand-over")
    return talk


async def _queue(house: House) -> list[str]:
    answer = await (await house.administrator()).ask("GET", "/api/support/queue")
    return [each["id"] for each in answer.json()]


async def test_who_has_waited_longest_is_first_and_the_others_move_up(house: House):
    first = await _in_queue(house, "ana@example.org")
    house.clock.advance(seconds=60)
    second = await _in_queue(house, "bob@example.org")
    house.clock.advance(seconds=60)
    third = await _in_queue(house, "carol@example.org")
    await first.say("Still here.")  # to write again costs nobody their place
    assert await _queue(house) == [first.id, second.id, third.id]
    assert [(await talk.shown())["position"] for talk in (first, second, third)] == [1, 2, 3]
    await second.do("leave-queue")
    assert [(await talk.shown())["position"] for talk in (first, second, third)] == [1, None, 2]
    await first.do("claim", await house.administrator())
    assert await _queue(house) == [third.id]
    assert (await third.shown())["position"] == 1


async def test_a_transcript_has_everything_that_was_said_in_order_and_in_the_readers_time(house: House):
    talk = await _in_queue(house, "ana@example.org")
    admin = await house.administrator()
    await talk.do("claim", admin)
    await talk.say("Why is <b>June</b> so high?")
    await talk.say("The heat pump ran at night.", admin)
    said = ["Why is <b>June</b> so high?", "The heat pump ran at night."]

    text = (await talk.client.ask("GET", f"{talk.path}/transcript?zone=Asia/Kathmandu")).text
    assert [line for line in said if line in text] == said
    assert text.index(said[0]) < text.index(said[1])
    for zone in ("Asia/Kathmandu", "UTC"):
        shown = (await talk.client.ask("GET", f"{talk.path}/transcript?zone={zone}")).text
        assert f"{house.clock().astimezone(ZoneInfo(zone)):%H:%M}" in shown

    listed = (await talk.client.ask("GET", f"{talk.path}/transcript?format=json")).json()
    assert [each["text"] for each in listed if each["author"] in {"client", "administrator"}] == said
    assert [each["sequence"] for each in listed] == sorted(each["sequence"] for each in listed)

    page = await talk.client.ask("GET", f"{talk.path}/transcript?format=html")
    assert page.headers["content-type"].startswith("text/html")
    assert "Why is &lt;b&gt;June&lt;/b&gt; so high?" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_transcript_is_its_clients_and_the_staffs(house: House):
    talk = await _in_queue(house, "ana@example.org")
    stranger = await house.person("mallory@example.org")
    for wanted in ("text", "json", "html"):
        assert (await stranger.ask("GET", f"{talk.path}/transcript?format={wanted}")).status_code == 404
        assert (await (await house.administrator()).ask("GET", f"{talk.path}/transcript?format={wanted}")).is_success
    assert (await talk.client.ask("GET", f"{talk.path}/transcript?format=pdf")).status_code == 422


async def test_the_table_has_each_conversation_once_whatever_is_written_while_it_is_read(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(transcript, "PART", 1)
    talks = [await _in_queue(house, f"{name}@example.org") for name in ("ana", "bob", "carol")]
    context = house.context("support")
    query = transcript.WantedQuery()
    response = await transcript.export_conversations(context, person(Role.ADMINISTRATOR), query)
    lines: list[str] = []
    async for part in response.body_iterator:
        lines += str(part).splitlines()
        house.clock.advance(seconds=1)
        await talks[len(lines) % 3].say("Still here.")
    assert sorted(line.split(",")[0] for line in lines[1:]) == sorted(talk.id for talk in talks)


@pytest.mark.parametrize("score", [1, 2, 3, 4, 5])
async def test_a_rating_is_one_to_five_with_a_comment_and_staff_sees_it(house: House, score: int):
    talk = await _in_queue(house, "ana@example.org")
    admin = await house.administrator()
    await talk.do("claim", admin)
    await talk.do("resolve", admin)
    await talk.do("rating", score=score, comment="  Thank you.  ")
    rating = (await talk.shown(admin))["rating"]
    assert (rating["score"], rating["comment"]) == (score, "Thank you.")


@pytest.mark.parametrize("wrong", [0, 6, -1, 2.5, "five", None])
async def test_anything_else_is_no_rating(house: House, wrong: object):
    talk = await _in_queue(house, "ana@example.org")
    admin = await house.administrator()
    await talk.do("claim", admin)
    await talk.do("resolve", admin)
    await talk.do("rating", expected=422, score=wrong)
    assert (await talk.shown())["rating"] is None


async def test_a_search_finds_what_was_said_in_ones_own_conversations_and_staff_in_all(house: House):
    ana, bob = await _in_queue(house, "ana@example.org"), await _in_queue(house, "bob@example.org")
    await ana.say("The meter in the cellar shows 100 %.")
    await ana.say("Nothing else.")
    await bob.say("My cellar has no meter.")

    async def found(talk: Talk, words: str) -> list[str]:
        answer = await talk.client.ask("GET", "/api/support/messages", params={"search": words})
        assert answer.status_code == 200, answer.text
        return [each["text"] for each in answer.json()]

    assert await found(ana, "CELLAR") == ["The meter in the cellar shows 100 %."]
    assert await found(bob, "cellar") == ["My cellar has no meter."]
    assert await found(ana, "attic") == []
    admin = await house.administrator()
    for words, expected in (("cellar", {ana.id, bob.id}), ("no meter", {bob.id}), ("attic", set())):
        page = (await admin.ask("GET", "/api/support/conversations", params={"search": words})).json()
        assert {each["id"] for each in page["items"]} == expected, words
