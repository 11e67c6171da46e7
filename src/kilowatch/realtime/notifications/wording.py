"""What a notification says, in the language of whom it is for."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.realtime.notifications import romanian
from kilowatch.realtime.notifications.notice import AlertNotice, ConversationNotice, Kind, Notice

ENGLISH: Final = "en"
ROMANIAN: Final = "ro"


TITLES: Final = {
    ENGLISH: {
        Kind.HOURLY_LIMIT: "more used in an hour than the limit",
        Kind.POWER_LIMIT: "power over the limit",
        Kind.DAILY_BUDGET: "the day's budget",
        Kind.MONTHLY_BUDGET: "the month's budget",
        Kind.OFFLINE: "no readings",
        Kind.UNUSUAL_USE: "unusual use",
        Kind.CONVERSATION_WAITING: "A client waits for a person",
    },
    ROMANIAN: {
        Kind.HOURLY_LIMIT: "consum pe oră peste limită",
        Kind.POWER_LIMIT: "putere peste limită",
        Kind.DAILY_BUDGET: "bugetul zilei",
        Kind.MONTHLY_BUDGET: "bugetul lunii",
        Kind.OFFLINE: "nu mai vin citiri",
        Kind.UNUSUAL_USE: "consum neobișnuit",
        Kind.CONVERSATION_WAITING: "Un client așteaptă o persoană",
    },
}
_ESCALATED: Final = {ENGLISH: "nobody has answered yet", ROMANIAN: "încă nu a răspuns nimeni"}
_WAITING: Final = {ENGLISH: "In the queue since {clock}.", ROMANIAN: "La rând de la {clock}."}
_DIGEST: Final = {ENGLISH: "{count} notifications", ROMANIAN: "{count} notificări"}
_GREETING: Final = {ENGLISH: "Hello {name},", ROMANIAN: "Bună ziua, {name},"}
_LOOK: Final = {ENGLISH: "See them at {url}", ROMANIAN: "Le vedeți la {url}"}
_CHANGE: Final = {
    ENGLISH: "What you are told of, and how, is for you to choose in your profile.",
    ROMANIAN: "Ce vi se comunică, și cum, alegeți în profil.",
}


def spoken(language: str) -> str:
    return ROMANIAN if language.lower().startswith(ROMANIAN) else ENGLISH


def title(notice: Notice, language: str) -> str:
    """One line."""
    words = TITLES[language][Kind(notice.kind)]
    if isinstance(notice, AlertNotice):
        words = f"{notice.device_name}: {words}"
        words += f" ({_ESCALATED[language]})" if notice.escalated else ""
    return " ".join(words.split())


def text(notice: Notice, language: str, zone: ZoneInfo) -> str:
    """A sentence or two; in English those of the alert itself."""
    match notice:
        case AlertNotice():
            return notice.text if language == ENGLISH else romanian.sentence(notice, zone)
        case ConversationNotice(since=since):
            return _WAITING[language].format(clock=f"{since.astimezone(zone):%H:%M}")


def mail(notices: Sequence[Notice], language: str, name: str, zone: ZoneInfo, url: str) -> tuple[str, str]:
    """Subject and text of one mail about all of `notices`."""
    subject = title(notices[0], language) if len(notices) == 1 else _DIGEST[language].format(count=len(notices))
    parts = [f"{title(each, language)}\n{text(each, language, zone)}" for each in notices]
    greeting = _GREETING[language].format(name=name or "…")
    closing = f"{_LOOK[language].format(url=url)}\n{_CHANGE[language]}\n"
    return f"Kilowatch: {subject}", "\n\n".join([greeting, *parts, closing])
