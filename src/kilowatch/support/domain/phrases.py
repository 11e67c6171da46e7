"""What the system itself says in a conversation, in the languages that it speaks."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.support.domain.business_hours import BusinessHours, is_open, next_opening

DEFAULT_LANGUAGE: Final = "en"


class Phrase(StrEnum):
    HANDED_OVER = "handed_over"
    HANDED_OVER_CLOSED = "handed_over_closed"
    HANDED_OVER_CLOSED_FOR_LONG = "handed_over_closed_for_long"
    CLAIMED = "claimed"
    QUEUED_AGAIN = "queued_again"
    RETURNED = "returned"
    RESOLVED = "resolved"
    RESOLVED_IDLE = "resolved_idle"
    NO_ANSWER = "no_answer"
    DID_YOU_MEAN = "did_you_mean"
    TALK_TO_PERSON = "talk_to_person"


_TEXTS: Final[Mapping[str, Mapping[Phrase, str]]] = {
    "en": {
        Phrase.HANDED_OVER: "You are in the queue for a person. Whoever is free next answers here.",
        Phrase.HANDED_OVER_CLOSED: (
            "You are in the queue for a person. Nobody is here now; we are back {opening}. "
            "Your message is kept and will be answered then."
        ),
        Phrase.HANDED_OVER_CLOSED_FOR_LONG: (
            "You are in the queue for a person. Nobody is here now. Your message is kept and will be answered."
        ),
        Phrase.CLAIMED: "A person has taken your conversation.",
        Phrase.QUEUED_AGAIN: "You are in the queue again; another person will take over.",
        Phrase.RETURNED: "The assistant answers again. You can ask for a person at any time.",
        Phrase.RESOLVED: "This conversation has been resolved. Write again whenever you like.",
        Phrase.RESOLVED_IDLE: "Nothing more came, so this conversation was resolved. Write again whenever you like.",
        Phrase.NO_ANSWER: "I have no good answer to that. Say it in other words, or talk to a person.",
        Phrase.DID_YOU_MEAN: "Did you mean one of these?",
        Phrase.TALK_TO_PERSON: "Talk to a person",
    },
    "ro": {
        Phrase.HANDED_OVER: "Ești la rând pentru a vorbi cu o persoană. Îți răspunde aici prima care este liberă.",
        Phrase.HANDED_OVER_CLOSED: (
            "Ești la rând pentru a vorbi cu o persoană. Acum nu este nimeni aici; revenim {opening}. "
            "Mesajul tău este păstrat și va primi răspuns atunci."
        ),
        Phrase.HANDED_OVER_CLOSED_FOR_LONG: (
            "Ești la rând pentru a vorbi cu o persoană. Acum nu este nimeni aici. "
            "Mesajul tău este păstrat și va primi răspuns."
        ),
        Phrase.CLAIMED: "O persoană a preluat conversația.",
        Phrase.QUEUED_AGAIN: "Ești din nou la rând; te preia altă persoană.",
        Phrase.RETURNED: "Răspunde din nou asistentul. Poți cere oricând o persoană.",
        Phrase.RESOLVED: "Conversația a fost rezolvată. Scrie din nou oricând.",
        Phrase.RESOLVED_IDLE: "Conversația a fost încheiată pentru că nu a mai venit nimic. Scrie din nou oricând.",
        Phrase.NO_ANSWER: "Nu am un răspuns bun. Spune altfel sau vorbește cu o persoană.",
        Phrase.DID_YOU_MEAN: "Te-ai gândit la una dintre acestea?",
        Phrase.TALK_TO_PERSON: "Vorbește cu o persoană",
    },
}


def phrase(which: Phrase, language: str, **values: str) -> str:
    """In `language`, or in English where we do not speak it."""
    return _TEXTS.get(language, _TEXTS[DEFAULT_LANGUAGE])[which].format(**values)


def queue_notice(hours: BusinessHours, now: datetime, language: str) -> str:
    """The one message that a client gets when a conversation goes to a person."""
    if is_open(hours, now):
        return phrase(Phrase.HANDED_OVER, language)
    opening = next_opening(hours, now)
    if opening is None:
        return phrase(Phrase.HANDED_OVER_CLOSED_FOR_LONG, language)
    local = opening.astimezone(ZoneInfo(hours.time_zone))
    return phrase(Phrase.HANDED_OVER_CLOSED, language, opening=f"{local:%Y-%m-%d %H:%M} ({hours.time_zone})")
