"""Settings of `support`."""

from pathlib import Path

from kilowatch.kit.settings import Settings


class SupportSettings(Settings):
    support_conversations_each: int = 5  #: that an administrator may have at once
    support_idle_hours: float = 72.0  #: after which a conversation that nobody owes an answer in is resolved
    support_answers_at_once: int = 8  #: of the bot, in one process
    #: Where what the classifier has learnt lies. Installations may share it; in the data directory unless it is said.
    support_learnt_dir: Path | None = None
