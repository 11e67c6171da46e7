"""Settings of `support`."""

from kilowatch.kit.settings import Settings


class SupportSettings(Settings):
    support_conversations_each: int = 5  #: that an administrator may have at once
    support_idle_hours: float = 72.0  #: after which a conversation that nobody owes an answer in is resolved
    support_answers_at_once: int = 8  #: of the bot, in one process
