"""Settings of `support`."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from kilowatch.kit.settings import Settings


class SupportSettings(Settings):
    support_conversations_each: Annotated[int, Field(ge=1)] = 5  #: that an administrator may have at once
    support_idle_hours: Annotated[float, Field(gt=0)] = (
        72.0  #: after which a conversation that nobody owes an answer in is resolved
    )
    #: Of the bot, in one process. Answers of the rules take milliseconds; those of the model have a bound of their own.
    support_answers_at_once: Annotated[int, Field(ge=1)] = 32
    #: Where what the classifier has learnt lies. Installations may share it; in the data directory unless it is said.
    support_learnt_dir: Path | None = None
