"""A connection to RabbitMQ, at the moments when there is none any more."""

from types import SimpleNamespace

import pytest

from kilowatch.kit.broker.rabbitmq.link import Connection
from kilowatch.kit.errors import Unavailable


@pytest.mark.parametrize("said", [None, {}])
async def test_a_link_that_is_cut_as_soon_as_it_is_open_is_lost_and_no_defect(said: dict[str, str] | None):
    with pytest.raises(Unavailable):
        Connection(SimpleNamespace(server_properties=said), heartbeat_s=5)  # type: ignore[arg-type]
