"""A conversation's life over HTTP: the bot, the queue, a person, the end and the beginning again."""

import asyncio
import csv
import io
import json
import zipfile
from uuid import uuid4

import pytest
import sqlalchemy

from kilowatch.support.api import personal_data
from kilowatch.support.housekeeping import tidy
from tests.eventually import eventually
from tests.house import House, Person
from tests.integration.support.talk import GIBBERISH, PATIENCE_S, Talk, start_talk

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(20)


async def _waiting(house: House, client: Person) -> Talk:
    talk = await start_talk(house, client)
    await talk.do("hand-over")
    return talk


async def test_the_bot_answers_and_says_so_when_it_cannot_and_one_touch_leads_to_a_person(house: House):
    talk = await start_talk(house, await house.person("ana@example.org"))
    await talk.say(GIBBERISH)
    [answer] = await talk.answered()
    assert "no good answer" in answer
    [message] = [each for each in await talk.messages() if each["author"] == "bot"]
    await talk.say(message["suggestions"][0])

    async def is_waiting() -> bool:
        return await talk.state() == "waiting"

    await eventually(is_waiting, within_s=PATIENCE_S)
    assert len(await talk.said_by("system")) == 1


async def test_from_the_queue_to_a_person_and_back(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    assert (await talk.shown())["position"] == 1
    assert [each["id"] for each in (await admin.ask("GET", "/api/support/queue")).json()] == [talk.id]
    await talk.say("Are you there?")
    await talk.do("release", admin, 409)  # what nobody has
    assert (await talk.do("claim", admin))["state"] == "assigned"
    await talk.say("I am, Ana.", admin)
    assert await talk.said_by("bot") == []
    await talk.do("resolve", admin)
    assert await talk.state() == "resolved"
    rated = await talk.do("rating", score=5, comment="Fast!")
    assert rated["rating"]["score"] == 5
    await talk.say(GIBBERISH)
    assert len(await talk.answered()) == 1
    assert await talk.state() == "bot"


async def test_asking_for_a_person_again_changes_nothing(house: House):
    talk = await _waiting(house, await house.person("ana@example.org"))
    await asyncio.gather(*(talk.do("hand-over") for _ in range(5)))
    assert len(await talk.said_by("system")) == 1
    await house.settle()
    handed_over = [each for each in house.listener.heard if each.payload.type == "conversation.handed_over"]
    assert len(handed_over) == 1


async def test_of_those_who_claim_at_once_one_gets_it(house: House):
    talk = await _waiting(house, await house.person("ana@example.org"))
    admins = [
        await house.administrator(),
        *[await house.person(f"a{n}@example.org", "administrator") for n in range(2)],
    ]
    answers = await asyncio.gather(*(admin.ask("POST", f"{talk.path}/claim") for admin in admins))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert len(await talk.said_by("system")) == 2  # in the queue, taken


async def test_an_administrator_has_a_limit(house: House):
    admin = await house.administrator()
    house.context("support").settings.__dict__["support_conversations_each"] = 1
    ana = await house.person("ana@example.org")
    first, second = await _waiting(house, ana), await _waiting(house, ana)
    await first.do("claim", admin)
    refused = await admin.ask("POST", f"{second.path}/claim")
    assert refused.status_code == 409
    assert "1 conversations" in refused.json()["detail"]
    other = await house.person("other@example.org", "administrator")
    await second.do("claim", other)
    await second.do("transfer", other, 409, to=admin.id)
    await first.do("resolve", admin)
    await second.do("transfer", other, to=admin.id)


async def test_a_transfer_needs_an_administrator_and_leaves_its_note_to_them_alone(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    other = await house.person("other@example.org", "administrator")
    talk = await _waiting(house, ana)
    await talk.do("claim", admin)
    assert (await admin.ask("POST", f"{talk.path}/transfer", json={"to": ana.id})).status_code == 422
    await talk.do("transfer", admin, to=other.id, note="She is angry, be kind.")
    assert (await talk.shown(other))["assigned_to"] == other.id
    assert (await admin.ask("POST", f"{talk.path}/messages", json={"text": "x"})).status_code == 409
    assert any(each["internal"] and "angry" in each["text"] for each in await talk.messages(other))


async def test_notes_never_leave_the_administrators(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    await talk.do("notes", admin, 201, text="secretnote about her")
    await talk.do("claim", admin)
    await talk.say("Hello", admin)
    for path in (
        f"{talk.path}",
        f"{talk.path}/messages?after=0",
        f"{talk.path}/messages",
        f"{talk.path}/transcript?format=text",
        f"{talk.path}/transcript?format=json",
        f"{talk.path}/transcript?format=html",
        "/api/support/conversations/mine",
        "/api/support/messages?search=secretnote",
    ):
        answer = await ana.ask("GET", path)
        assert answer.status_code == 200, path
        assert "secretnote" not in answer.text, path
    export = await ana.ask("GET", "/api/users/me/export")
    with zipfile.ZipFile(io.BytesIO(export.content)) as held:
        text = b"".join(held.read(name) for name in held.namelist()).decode()
    assert "Hello" in text
    assert "secretnote" not in text
    assert (await ana.ask("POST", f"{talk.path}/notes", json={"text": "x"})).status_code == 403
    operator = await house.person("op@example.org", "operator")
    searches = ("/api/support/conversations?search=secretno", "/api/support/conversations.csv?search=secretno")
    for path in (f"{talk.path}/messages?after=0", f"{talk.path}/messages", f"{talk.path}/messages?before=99"):
        assert "secretnote" in (await admin.ask("GET", path)).text
        seen = (await operator.ask("GET", path)).text
        assert "Hello" in seen
        assert "secretnote" not in seen
    for path in searches:
        assert talk.id in (await admin.ask("GET", path)).text
        found = await operator.ask("GET", path)
        assert found.status_code == 200
        assert talk.id not in found.text
    assert talk.id in (await operator.ask("GET", searches[0].replace("secretno", "Hello"))).text
    assert (await operator.ask("POST", f"{talk.path}/notes", json={"text": "x"})).status_code == 403
    await house.settle()
    notes = [each.payload for each in house.listener.heard if "secretnote" in str(each.payload)]
    assert [note.message.internal for note in notes] == [True]


async def test_an_administrator_does_not_read_notes_on_themselves(house: House):
    admin, other = await house.administrator(), await house.person("other@example.org", "administrator")
    talk = await _waiting(house, other)
    await talk.do("notes", admin, 201, text="secretnote about them")
    for who, reads in ((admin, True), (other, False)):
        assert ("secretnote" in str(await talk.messages(who))) is reads
        found = await who.ask("GET", "/api/support/conversations?search=secretno")
        assert found.json()["total"] == int(reads)


async def test_what_administrators_do_with_a_conversation_is_in_the_audit_log_without_their_words(house: House):
    admin, other = await house.administrator(), await house.person("other@example.org", "administrator")
    talk = await _waiting(house, await house.person("ana@example.org"))
    note = {"text": "peaches", "client_message_id": str(uuid4())}
    for _ in range(2):  # once, however often it is sent
        await talk.do("notes", other, 201, **note)
    await talk.do("claim", admin)
    await talk.do("claim", other, 409)
    await talk.do("transfer", admin, to=other.id, note="peaches")
    assert (await admin.ask("PUT", f"{talk.path}/labels", json={"labels": ["peaches"]})).status_code == 200
    await talk.do("release", other)
    await talk.do("hand-over")
    await talk.do("resolve", admin)
    of_it = f"FROM audit WHERE object = 'conversation/{talk.id}'"
    deeds = [
        (other, "noted"),
        (admin, "claimed"),
        (admin, "transferred"),
        (admin, "noted"),
        (admin, "labelled"),
        (other, "released"),
        (admin, "resolved"),
    ]
    told = await house.query("support", f"SELECT actor || ' ' || action {of_it} ORDER BY id")
    assert told == [f"user/{who.id} conversation.{deed}" for who, deed in deeds]
    assert await house.query("support", f"SELECT count(*) {of_it} AND address IS NOT NULL") == [len(deeds)]
    transferred = "AND action = 'conversation.transferred'"
    assert await house.query("support", f"SELECT detail ->> 'to' {of_it} {transferred}") == [other.id]
    assert await house.query("support", "SELECT count(*) FROM audit WHERE detail::text LIKE '%peaches%'") == [0]


async def test_labels_are_for_administrators_to_find_conversations_by(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk, other = await _waiting(house, ana), await _waiting(house, ana)
    for each, labels in ((talk, ["tariff", "angry", "angry"]), (other, ["tariff"])):
        assert (await admin.ask("PUT", f"{each.path}/labels", json={"labels": labels})).status_code == 200
    assert (await talk.shown(admin))["labels"] == ["angry", "tariff"]
    assert (await talk.shown(ana))["labels"] == []
    assert (await ana.ask("PUT", f"{talk.path}/labels", json={"labels": []})).status_code == 403
    assert (await admin.ask("GET", "/api/support/labels")).json() == ["angry", "tariff"]
    for label, found in (("angry", {talk.id}), ("tariff", {talk.id, other.id}), ("ang", set())):
        page = (await admin.ask("GET", f"/api/support/conversations?label={label}")).json()
        assert {each["id"] for each in page["items"]} == found


async def test_a_message_that_is_sent_again_is_the_same_message(house: House):
    talk = await _waiting(house, await house.person("ana@example.org"))
    client_message_id = str(uuid4())
    many = await asyncio.gather(*(talk.say("Hello", client_message_id=client_message_id) for _ in range(6)))
    assert {each["id"] for each in many} == {many[0]["id"]}
    assert await talk.said_by("client") == ["Hello"]
    body = {"text": "Another", "client_message_id": client_message_id}
    assert (await talk.client.ask("POST", f"{talk.path}/messages", json=body)).status_code == 409


async def test_whoever_comes_back_gets_every_message_once_and_in_order(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    await talk.do("claim", admin)
    await asyncio.gather(
        *(talk.say(f"client {n}") for n in range(12)), *(talk.say(f"support {n}", admin) for n in range(12))
    )
    seen: list[dict[str, object]] = []
    while True:  # as a browser that loses its link after every few messages
        last = seen[-1]["sequence"] if seen else 0
        page = (await ana.ask("GET", f"{talk.path}/messages?after={last}&limit=5")).json()
        if not page:
            break
        seen += page
    assert [each["sequence"] for each in seen] == list(range(1, len(seen) + 1))
    assert {each["text"] for each in seen} >= {f"{who} {n}" for who in ("client", "support") for n in range(12)}


async def test_marks_tell_sent_delivered_and_read(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    sent = await talk.say("Hello")
    assert sent["state"] == "sent"

    async def state() -> str:
        return next(each["state"] for each in await talk.messages() if each["id"] == sent["id"])

    operator = await house.person("op@example.org", "operator")
    await talk.messages(operator)
    await talk.do("marks", operator, read=sent["sequence"])
    assert await state() == "sent"  # an operator looks on
    assert (await admin.ask("GET", "/api/support/conversations")).json()["items"][0]["unread"] == 1
    await talk.messages(admin)
    assert await state() == "delivered"
    await talk.do("marks", admin, read=sent["sequence"])
    assert await state() == "read"
    await talk.do("marks", admin, read=0)
    assert await state() == "read"
    assert (await admin.ask("GET", "/api/support/conversations")).json()["items"][0]["unread"] == 0


async def test_files_are_told_by_their_content_and_belong_to_their_conversation(house: House):
    ana, bob = await house.person("ana@example.org"), await house.person("bob@example.org")
    talk, bobs = await _waiting(house, ana), await _waiting(house, bob)
    for content in (b"", b"<svg onload=alert(1)>", b"MZ\x90\x00", b"%PDF-1.7 and no end", b"GIF8", bytes(6 << 20)):
        answer = await ana.ask("POST", f"{talk.path}/attachments?name=x.png", content=content)
        assert answer.status_code in {413, 422}, content[:10]
    uploaded = await ana.ask("POST", f"{talk.path}/attachments?name=..%2F..%2Fevil%22.exe", content=PNG)
    file = uploaded.json()
    assert (file["name"], file["content_type"]) == ("evil_.png", "image/png")
    stolen = {"text": "mine", "attachment_ids": [file["id"]]}
    assert (await bob.ask("POST", f"{bobs.path}/messages", json=stolen)).status_code == 422
    admin = await house.administrator()
    theirs = (await admin.ask("POST", f"{talk.path}/attachments?name=x.png", content=PNG)).json()
    body = {"text": "mine", "attachment_ids": [theirs["id"]]}
    assert (await ana.ask("POST", f"{talk.path}/messages", json=body)).status_code == 422  # uploaded by another
    message = await talk.say("", attachment_ids=[file["id"]])
    assert message["attachments"] == [file]
    body = {"text": "again", "attachment_ids": [file["id"]]}
    assert (await ana.ask("POST", f"{talk.path}/messages", json=body)).status_code == 422  # in a message already
    path = f"attachments/{file['id']}"
    got = await ana.ask("GET", f"{talk.path}/{path}")
    assert got.content == PNG
    assert got.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in got.headers["content-security-policy"]
    assert (await bob.ask("GET", f"{bobs.path}/{path}")).status_code == 404
    assert (await bob.ask("GET", f"{talk.path}/{path}")).status_code == 404


async def test_the_export_has_the_files_of_the_conversations_as_far_as_they_fit(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    ana = await house.person("ana@example.org")
    talk = await _waiting(house, ana)
    for _ in range(2):
        file = (await ana.ask("POST", f"{talk.path}/attachments?name=meter.png", content=PNG)).json()
        await talk.say("Look", attachment_ids=[file["id"]])
    first, second = await _exported_files(ana)
    assert first[1] == second[1] == PNG
    assert first[0] != second[0]
    monkeypatch.setattr(personal_data, "MOST_BYTES", 2 * len(PNG) - 1)
    assert await _exported_files(ana) == [first, (None, None)]


async def _exported_files(person: Person) -> list[tuple[str | None, bytes | None]]:
    """Path and content of each attachment; none for those that were left out."""
    export = await person.ask("GET", "/api/users/me/export")
    with zipfile.ZipFile(io.BytesIO(export.content)) as archive:
        held = json.loads(archive.read("support.json"))
        assert "files" not in held
        messages = [message for each in held["conversations"] for message in each["messages"]]
        paths = [file["path"] for message in messages for file in message["attachments"]]
        return [(path, archive.read(path) if path else None) for path in paths]


async def test_outside_business_hours_the_client_hears_when_somebody_is_back(house: House):
    admin, ana = await house.administrator(), await house.person("ana@example.org")
    closed = {"time_zone": "Europe/Bucharest", "week": [[]] * 7}
    assert (await admin.ask("PUT", "/api/support/business-hours", json=closed)).json()["opens_at"] is None
    [notice] = await (await _waiting(house, ana)).said_by("system")
    assert "Nobody is here now" in notice
    always = closed | {"week": [[{"start": "00:00", "end": "24:00"}]] * 7}
    assert (await admin.ask("PUT", "/api/support/business-hours", json=always)).json()["open_now"]
    [notice] = await (await _waiting(house, ana)).said_by("system")
    assert "Whoever is free next" in notice
    overlapping = closed | {
        "week": [[{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]] + [[]] * 6
    }
    assert (await admin.ask("PUT", "/api/support/business-hours", json=overlapping)).status_code == 422


async def test_canned_replies_know_whom_they_are_for(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    reply = {"shortcut": "hello", "text": "Hello {client}, this is {administrator}."}
    made = (await admin.ask("POST", "/api/support/canned-replies", json=reply)).json()
    assert (await admin.ask("POST", "/api/support/canned-replies", json=reply)).status_code == 409
    wrong = {"shortcut": "x", "text": "{password}"}
    assert (await admin.ask("POST", "/api/support/canned-replies", json=wrong)).status_code == 422
    body = {"conversation_id": talk.id}
    filled = await admin.ask("POST", f"/api/support/canned-replies/{made['id']}/fill", json=body)
    assert filled.json()["text"] == "Hello Ana, this is Administrator."


async def test_the_table_of_conversations_is_safe_to_open_and_has_the_times(house: House):
    admin, ana = await house.administrator(), await house.person("ana@example.org")
    always = {"time_zone": "UTC", "week": [[{"start": "00:00", "end": "24:00"}]] * 7}
    await admin.ask("PUT", "/api/support/business-hours", json=always)
    answer = await ana.ask("POST", "/api/support/conversations", json={"subject": "=HYPERLINK(1)"})
    talk = Talk(house, ana, answer.json()["id"])
    await talk.do("hand-over")
    house.clock.advance(minutes=1)
    await talk.do("claim", admin)
    await talk.say("Yes?", admin)
    house.clock.advance(minutes=1)
    await talk.do("resolve", admin)
    await ana.ask("POST", f"{talk.path}/rating", json={"score": 4})
    table = await admin.ask("GET", "/api/support/conversations.csv")
    [row] = csv.DictReader(io.StringIO(table.text))
    assert row["subject"] == "'=HYPERLINK(1)"
    assert 60 <= int(row["first_response_business_s"]) < 110
    assert 120 <= int(row["resolution_business_s"]) < 200
    figures = (await admin.ask("GET", "/api/support/figures")).json()
    assert (figures["cases"], figures["answered"], figures["resolved"]) == (1, 1, 1)
    assert figures["ratings"] == [0, 0, 0, 1, 0]


async def test_what_nobody_goes_on_with_is_resolved_but_not_who_waits_for_an_answer(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    answered, waits, _queued = [await _waiting(house, ana) for _ in range(3)]
    for talk in (answered, waits):
        await talk.do("claim", admin)
        await talk.say("Hello", admin)
    await waits.say("And?")
    house.clock.advance(hours=73)
    context = house.context("support")
    await tidy(context.database, context.settings, house.clock)
    states = await house.query("support", "SELECT state FROM conversations ORDER BY created_at")
    assert states == ["resolved", "assigned", "waiting"]


async def test_what_is_taken_but_not_answered_is_not_resolved(house: House):
    admin = await house.administrator()
    talk = await _waiting(house, await house.person("ana@example.org"))
    await talk.say("Are you there?")
    await talk.do("claim", admin)
    house.clock.advance(hours=73)
    context = house.context("support")
    await tidy(context.database, context.settings, house.clock)
    assert await house.query("support", "SELECT state FROM conversations") == ["assigned"]


async def test_an_administrator_who_goes_leaves_the_conversation_to_another(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    other = await house.person("other@example.org", "administrator")
    talk = await _waiting(house, ana)
    await talk.do("claim", other)
    await admin.ask("POST", f"/api/users/{other.id}/deactivate")

    async def waits_again() -> bool:
        return await talk.state() == "waiting"

    await eventually(waits_again)


async def test_a_client_who_is_deleted_takes_everything_along(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    await talk.say("my secret is peaches")
    await talk.do("notes", admin, 201, text="she likes peaches")
    await admin.ask("DELETE", f"/api/users/{ana.id}")

    async def is_gone() -> bool:
        return await house.query("support", "SELECT count(*) FROM conversations") == [0]

    await eventually(is_gone)
    await house.settle()
    held = await house.dump()
    assert not [table for table, rows in held.items() if table.startswith("support.") and "peaches" in rows]


async def test_the_database_itself_lets_no_bot_speak_between_people(house: House):
    talk = await _waiting(house, await house.person("ana@example.org"))
    statement = sqlalchemy.text(
        "INSERT INTO messages (conversation_id, sequence, id, author, text, at, suggestions, sources)"
        f" VALUES ('{talk.id}', 99, '{uuid4()}', 'bot', 'x', now(), '{{}}', '[]')"
    )
    with pytest.raises(sqlalchemy.exc.DBAPIError, match="not with the bot"):
        async with house.context("support").database.transaction() as connection:
            await connection.execute(statement)


async def test_a_vote_finds_its_way_to_the_list_of_what_could_be_better(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await start_talk(house, ana)
    await talk.say("hello")
    await talk.answered()
    [answer] = [each for each in await talk.messages() if each["author"] == "bot"]
    assert (await admin.ask("GET", "/api/support/unanswered")).json() == []
    assert answer["helpful"] is None
    await talk.do(f"messages/{answer['sequence']}/vote", expected=204, helpful=False)
    assert [each["helpful"] for each in await talk.messages() if each["author"] == "bot"] == [False]
    [judged] = (await admin.ask("GET", "/api/support/unanswered")).json()
    assert (judged["question"], judged["vote"]) == ("hello", -1)
    assert judged["decision"]["stage"]
    assert judged["decision"]["version"]


async def test_knowledge_can_be_edited_tried_and_taken_back(house: House):
    admin = await house.administrator()
    yaml = (await admin.ask("GET", "/api/support/knowledge")).json()["yaml"]
    broken = await admin.ask("POST", "/api/support/knowledge/check", json={"yaml": "a: [b"})
    assert broken.json()["problems"]
    assert (await admin.ask("PUT", "/api/support/knowledge", json={"yaml": "a: [b"})).status_code == 422
    topic = """
peaches:
  en:
    title: Peaches?
    answer: We sell no peaches.
    phrases: [peaches]
    examples: [a peach, peach tree, buy peach, peachy, ripe peach]
  ro:
    title: Piersici?
    answer: Nu vindem piersici.
    phrases: [piersici]
    examples: [o piersica, pom de piersic, cumpar piersica, piersicute, piersica coapta]
"""
    edited = yaml + topic
    tried = await admin.ask("POST", "/api/support/knowledge/try", json={"text": "peaches", "yaml": edited})
    assert tried.json()["answer"] == "We sell no peaches."
    saved = await admin.ask("PUT", "/api/support/knowledge", json={"yaml": edited, "number": 0, "note": "fruit"})
    assert saved.status_code == 200, saved.text
    assert (await admin.ask("PUT", "/api/support/knowledge", json={"yaml": edited, "number": 0})).status_code == 409

    async def answers_of_peaches() -> bool:
        answer = await admin.ask("POST", "/api/support/knowledge/try", json={"text": "peaches"})
        return bool(answer.json()["answer"] == "We sell no peaches.")

    await eventually(answers_of_peaches)
    restored = await admin.ask("POST", "/api/support/knowledge/versions/0/restore")
    assert restored.status_code == 201
    versions = (await admin.ask("GET", "/api/support/knowledge/versions")).json()
    assert [each["number"] for each in versions] == [2, 1]


async def test_events_say_what_happened(house: House):
    ana, admin = await house.person("ana@example.org"), await house.administrator()
    talk = await _waiting(house, ana)
    await talk.do("claim", admin)
    await talk.do("release", admin)
    await house.settle()
    heard = [each.payload for each in house.listener.heard if each.payload.subject == f"conversation/{talk.id}"]
    types = [payload.type for payload in heard if payload.type.startswith("conversation.")]
    assert types == [
        "conversation.started",
        "conversation.handed_over",
        "conversation.assigned",
        "conversation.released",
    ]
    assert all(payload.user_id.hex for payload in heard if payload.type == "message.posted")
