"""Conversations as tests hold them, over HTTP."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.eventually import eventually
from tests.house import House, Person

#: Keyboard mashing that no rule can make anything of.
GIBBERISH = "qzxv wkrp zzyq"
#: The first answer of a process waits for the classifier to be learnt, which on a busy machine takes its time.
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Talk:
    """A conversation and its client."""

    house: House
    client: Person
    id: str

    @property
    def path(self) -> str:
        return f"/api/support/conversations/{self.id}"

    async def shown(self, who: Person | None = None) -> dict[str, Any]:
        answer = await (who or self.client).ask("GET", self.path)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def state(self) -> str:
        return str((await self.shown())["state"])

    async def say(self, text: str, who: Person | None = None, **more: Any) -> dict[str, Any]:
        body = {"text": text, "client_message_id": str(uuid4())} | more
        answer = await (who or self.client).ask("POST", f"{self.path}/messages", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def messages(self, who: Person | None = None) -> list[dict[str, Any]]:
        answer = await (who or self.client).ask("GET", f"{self.path}/messages?after=0&limit=200")
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    async def said_by(self, author: str) -> list[str]:
        return [message["text"] for message in await self.messages() if message["author"] == author]

    async def do(self, what: str, who: Person | None = None, expected: int = 200, **body: Any) -> dict[str, Any]:
        answer = await (who or self.client).ask("POST", f"{self.path}/{what}", json=body or None)
        assert answer.status_code == expected, answer.text
        return dict(answer.json()) if answer.content else {}

    async def answered(self, times: int = 1) -> list[str]:
        """Wait until the bot has spoken so often."""

        async def has_spoken() -> bool:
            return len(await self.said_by("bot")) >= times

        await eventually(has_spoken, within_s=PATIENCE_S)
        return await self.said_by("bot")

    async def turns_ended(self) -> None:
        async def none_open() -> bool:
            return await self.house.query("support", "SELECT count(*) FROM turns WHERE ended_at IS NULL") == [0]

        await eventually(none_open, within_s=PATIENCE_S)


async def start_talk(house: House, client: Person) -> Talk:
    answer = await client.ask("POST", "/api/support/conversations", json={})
    assert answer.status_code == 201, answer.text
    return Talk(house, client, answer.json()["id"])
