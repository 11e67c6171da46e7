"""Shows an answer while it is being written, and ends it when nobody wants it any more."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kilowatch.contracts import chat
from kilowatch.kit.clock import Clock
from kilowatch.kit.database import Database
from kilowatch.kit.tasks import wait_for_any
from kilowatch.support.bot.draft import Draft
from kilowatch.support.domain.turn import Turn
from kilowatch.support.frames import Frames
from kilowatch.support.model.port import Ending
from kilowatch.support.store.turns import lock_if_with_bot
from kilowatch.support.unit import work_on

#: Pieces go out so often.
SHOW_EVERY_S: Final = 0.15
#: While nothing comes, so soon a stop, a hand-over and the kill switch take hold.
LOOK_EVERY_S: Final = 0.5


class BrokenOff(StrEnum):
    STOPPED = "stopped"  #: by the client, who keeps what is there
    OVERTAKEN = "overtaken"  #: by a person, or somebody has ended the turn
    SWITCHED_OFF = "switched off"  #: by an administrator


@dataclass(slots=True)
class Writing:
    database: Database
    clock: Clock
    frames: Frames
    turn: Turn
    draft: Draft = field(default_factory=Draft)

    async def watch(self, generation: asyncio.Task[Ending]) -> BrokenOff | None:
        """Until the generation is done, or until it must end; then it is cancelled. None: it is done."""
        try:
            while not generation.done():
                self.draft.changed.clear()
                if (why := await self._show()) is not None:
                    return why
                await self._wait(generation)
        finally:
            generation.cancel()
            await asyncio.wait([generation])
            ended = chat.GenerationEnded(conversation_id=self.turn.conversation_id, message_id=self.turn.id)
            await self.frames.to_everybody(ended, self.turn.client_id)
        return None

    async def _show(self) -> BrokenOff | None:
        """What can be shown goes out while the conversation is held with the bot: after a hand-over nothing does."""
        async with self.database.transaction() as connection:
            if not await lock_if_with_bot(connection, self.turn):
                return BrokenOff.OVERTAKEN
            work = work_on(connection, self.clock)
            piece = self.draft.next_piece()
            match await work.turns.keep(self.turn.id, self.draft.shown):
                case None:
                    return BrokenOff.OVERTAKEN
                case True:
                    return BrokenOff.STOPPED
            if not await work.settings.model_is_on():
                return BrokenOff.SWITCHED_OFF
            if piece is not None:
                await self._tell(*piece)
        return None

    async def _tell(self, index: int, text: str) -> None:
        token = chat.MessageToken(
            conversation_id=self.turn.conversation_id, message_id=self.turn.id, index=index, text=text
        )
        await self.frames.to_everybody(token, self.turn.client_id)

    async def _wait(self, generation: asyncio.Task[Ending]) -> None:
        done = asyncio.Event()
        generation.add_done_callback(lambda _: done.set())
        await wait_for_any(done, self.draft.changed, timeout_s=LOOK_EVERY_S)
        if not generation.done():
            await wait_for_any(done, timeout_s=SHOW_EVERY_S)
