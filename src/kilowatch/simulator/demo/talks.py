"""What has been asked for in the demo, so that the support desk has something to show."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from typing import Final, TypeAlias

from kilowatch.kit.account import Account
from kilowatch.kit.errors import Forbidden, KilowatchError, Unauthenticated
from kilowatch.kit.telemetry import logger
from kilowatch.kit.web import DemoAccount
from kilowatch.simulator.demo.accounts import ANA, MIHAI

log = logger(__name__)

CONVERSATIONS: Final = "/api/support/conversations"
#: The bot learns what it knows at the first start and answers then, as a rule before there is all of history.
ANSWER_TIMEOUT_S: Final = 15.0

#: By e-mail and password.
OpenAccount: TypeAlias = Callable[[str, str], AbstractAsyncContextManager[Account]]


@dataclass(frozen=True, slots=True)
class Talk:
    client: DemoAccount
    to_bot: Sequence[str]  #: what it answers by rules
    to_person: str
    reply: str = ""  #: after which it is resolved; none: it waits for whoever looks at the demo


TALKS: Final = (
    Talk(
        ANA,
        ("How much did I use yesterday?", "Which device uses the most?"),
        "The heat pump was serviced on Monday. Where do I see whether it helped?",
        "Good day, Ana. Open Consumption, choose the heat pump and Week, and compare with the previous period: the "
        "bars of both weeks stand side by side then.",
    ),
    Talk(
        MIHAI,
        ("Why did I get an alert?",),
        "The server room has a new cooling unit since Friday. Can its limit be 1,500 W from now on?",
    ),
)


async def hold_talks(administrator: Account, open_account: OpenAccount) -> None:
    """Who has a conversation already gets no other. The demo goes on without what is refused."""
    for talk in TALKS:
        try:
            async with open_account(talk.client.email, talk.client.password) as client:
                await _hold(talk, client, administrator)
                await client.sign_out()
        except (Unauthenticated, Forbidden):
            log.debug("demo_talk_left_out", email=talk.client.email, reason="the demo password was changed")
        except KilowatchError as error:
            log.warning("demo_talk_left_out", email=talk.client.email, reason=str(error))


async def _hold(talk: Talk, client: Account, administrator: Account) -> None:
    if (await client.get(f"{CONVERSATIONS}/mine", limit=1))["total"]:
        return
    path = f"{CONVERSATIONS}/{(await client.post(CONVERSATIONS, {}))['id']}"
    for question in talk.to_bot:
        await client.post(f"{path}/messages", {"text": question})
        await _until_answered(client, path)
    await client.post(f"{path}/hand-over", {})
    await client.post(f"{path}/messages", {"text": talk.to_person})
    if talk.reply:
        await administrator.post(f"{path}/claim", {})
        await administrator.post(f"{path}/messages", {"text": talk.reply})
        await administrator.post(f"{path}/resolve", {})
        await client.post(f"{path}/rating", {"score": 4, "comment": "Quick, and easy to follow."})


async def _until_answered(client: Account, path: str) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            while (await client.get(f"{path}/messages", limit=1))[-1]["author"] == "client":  # noqa: ASYNC110
                await asyncio.sleep(0.5)
