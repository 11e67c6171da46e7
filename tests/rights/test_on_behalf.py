"""What services ask in the name of a person, as the language model's tools do: nothing of anybody else's comes."""

from datetime import timedelta
from typing import Any

import pytest

from tests.house import Person
from tests.rights.conftest import Town
from tests.rights.table import Who, routes_for

IN_THE_NAME_OF = [route for route in routes_for(Who.SERVICE) if "/of/{user_id}" in route]
OF_A_DEVICE = [route for route in IN_THE_NAME_OF if "{device_id}" in route]
OF_ALL_THAT_IS_THEIRS = [route for route in IN_THE_NAME_OF if "{device_id}" not in route]


async def _asked_for(town: Town, route: str, person: Person) -> tuple[int, Any]:
    """In the name of this person; the objects are Ana's."""
    method, path = town.path(route, user_id=person.id)
    now = town.house.clock()
    span = {"from": (now - timedelta(days=1)).isoformat(), "to": (now + timedelta(days=1)).isoformat()}
    answer = await town.service.ask(method, path, params=span if "/usage" in path else {})
    return answer.status_code, answer.json()


def _rows(found: Any) -> list[Any]:
    """A list, a page, or series of usage."""
    return list(found if isinstance(found, list) else found["items"] if "items" in found else found["series"])


def test_there_is_something_to_ask_for():
    assert len(OF_A_DEVICE) >= 2
    assert len(OF_ALL_THAT_IS_THEIRS) >= 5


@pytest.mark.parametrize("route", OF_A_DEVICE)
async def test_a_device_of_somebody_else_is_one_that_does_not_exist(town: Town, route: str):
    assert (await _asked_for(town, route, town.ana))[0] == 200
    for other in (town.bob, town.operator, town.administrator):
        status, answer = await _asked_for(town, route, other)
        assert status == 404, answer


@pytest.mark.parametrize("route", OF_ALL_THAT_IS_THEIRS)
async def test_who_has_nothing_gets_nothing_whatever_their_role(town: Town, route: str):
    status, hers = await _asked_for(town, route, town.ana)
    assert status == 200
    assert _rows(hers)
    for other in (town.bob, town.operator, town.administrator):
        status, theirs = await _asked_for(town, route, other)
        assert status == 200
        assert _rows(theirs) == [], theirs
