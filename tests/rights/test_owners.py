"""What a client may do with objects of their own, by the bodies that are refused to everybody else."""

from uuid import uuid4

from tests.eventually import eventually
from tests.house import PASSWORD, Person
from tests.rights.bodies import body_for
from tests.rights.conftest import Town, objects_of
from tests.rights.table import Who, routes_for

WRITES = [route for route in routes_for(Who.OWNER) if not route.startswith("GET")]


async def test_an_owner_may_do_what_others_are_refused(town: Town) -> None:
    """Or what others are refused would show nothing: the body could be what is wrong."""
    cleo, owned = await _settled_client(town, "cleo@example.org")
    refused = {}
    for route in sorted(WRITES, key=_ends_something):
        method, path = town.path(route, **owned)
        answer = await cleo.ask(method, path, **body_for(route))
        # 409: it may be done, and not twice; 404 of a vote: nothing of the bot's is there to be voted on.
        if not (answer.is_success or answer.status_code == 409 or path.endswith("/vote")):
            refused[route] = answer.text
    assert refused == {}
    await _until_the_bot_is_quiet(town)


async def test_an_id_of_somebody_elses_in_a_body_opens_nothing(town: Town) -> None:
    """Bob has a conversation of his own, and names a file of Ana's in it."""
    conversation = (await town.bob.ask("POST", "/api/support/conversations", json={})).json()["id"]
    path = f"/api/support/conversations/{conversation}"
    await town.bob.ask("POST", f"{path}/hand-over")
    stolen = str(town.objects["attachment_id"])
    message = {"text": "Look", "client_message_id": str(uuid4()), "attachment_ids": [stolen]}
    answer = await town.bob.ask("POST", f"{path}/messages", json=message)
    assert answer.status_code in {404, 422}, answer.text
    assert (await town.bob.ask("GET", f"{path}/attachments/{stolen}")).status_code == 404


async def _settled_client(town: Town, email: str) -> tuple[Person, dict[str, object]]:
    """With objects of their own, and a second browser that acts on them."""
    client = await town.house.person(email)
    owned = await objects_of(town.house, town.administrator, client)
    return await town.house.sign_in(email, PASSWORD), owned


def _ends_something(route: str) -> tuple[bool, str]:
    return route.startswith("DELETE"), route


async def _until_the_bot_is_quiet(town: Town) -> None:
    """Others of these tests look whether anything changes."""

    async def is_quiet() -> bool:
        return await town.house.query("support", "SELECT count(*) FROM turns WHERE ended_at IS NULL") == [0]

    await eventually(is_quiet)
    await town.house.settle()
