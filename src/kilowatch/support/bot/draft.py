"""An answer while it is being written."""

import asyncio
import re
from typing import Final

from kilowatch.support.domain.markdown import limited_markdown

#: Whatever could still become a tag, a link or an image is held back until it is known what it is.
_SETTLED: Final = re.compile(r"[\s]")


def settled(text: str) -> str:
    """As much of an unfinished text as what follows will not change: whole words, before any open bracket."""
    cut = max((found.end() for found in _SETTLED.finditer(text)), default=0)
    opened = [index for bracket in "<[!" if (index := text.find(bracket, 0, cut)) >= 0]
    return limited_markdown(text[: min([cut, *opened])])


class Draft:
    """Collects what the model says, and gives the pieces of it that can be shown."""

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._said = ""
        self._shown = ""
        self._index = 0
        self._is_shown = True

    @property
    def text(self) -> str:
        """All of it so far, harmless."""
        return limited_markdown(self._said)

    @property
    def shown(self) -> str:
        return self._shown

    def progressed(self) -> None:
        self.changed.set()

    def said(self, piece: str) -> None:
        self._said += piece
        self.changed.set()

    def begin_again(self) -> None:
        """Another attempt: what was shown of the last cannot be taken back, so the rest comes as a whole."""
        self._said = ""
        self._is_shown = self._is_shown and not self._shown

    def next_piece(self) -> tuple[int, str] | None:
        """What can be shown in addition, with its number."""
        ready = settled(self._said)
        if not self._is_shown or not ready.startswith(self._shown) or ready == self._shown:
            return None
        piece, self._shown = ready[len(self._shown) :], ready
        self._index += 1
        return self._index - 1, piece
