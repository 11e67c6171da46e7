"""What a notification says, in the language of whom it is for."""

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertKind
from kilowatch.realtime.notifications import romanian
from kilowatch.realtime.notifications.notice import Notice

ENGLISH: Final = "en"
ROMANIAN: Final = "ro"


TITLES: Final = {
    ENGLISH: {
        AlertKind.HOURLY_LIMIT: "more used in an hour than the limit",
        AlertKind.POWER_LIMIT: "power over the limit",
        AlertKind.DAILY_BUDGET: "the day's budget",
        AlertKind.MONTHLY_BUDGET: "the month's budget",
        AlertKind.OFFLINE: "no readings",
        AlertKind.UNUSUAL_USE: "unusual use",
    },
    ROMANIAN: {
        AlertKind.HOURLY_LIMIT: "consum pe oră peste limită",
        AlertKind.POWER_LIMIT: "putere peste limită",
        AlertKind.DAILY_BUDGET: "bugetul zilei",
        AlertKind.MONTHLY_BUDGET: "bugetul lunii",
        AlertKind.OFFLINE: "nu mai vin citiri",
        AlertKind.UNUSUAL_USE: "consum neobișnuit",
    },
}
_ESCALATED: Final = {ENGLISH: "nobody has answered yet", ROMANIAN: "încă nu a răspuns nimeni"}
_DIGEST: Final = {ENGLISH: "{count} alerts", ROMANIAN: "{count} alerte"}
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
    words = f"{notice.device_name}: {TITLES[language][notice.kind]}"
    if notice.escalated:
        words += f" ({_ESCALATED[language]})"
    return " ".join(words.split())


def text(notice: Notice, language: str, zone: ZoneInfo) -> str:
    """A sentence or two; in English those of the alert itself."""
    return notice.text if language == ENGLISH else romanian.sentence(notice, zone)


def mail(notices: Sequence[Notice], language: str, name: str, zone: ZoneInfo, url: str) -> tuple[str, str]:
    """Subject and text of one mail about all of `notices`."""
    subject = title(notices[0], language) if len(notices) == 1 else _DIGEST[language].format(count=len(notices))
    parts = [f"{title(each, language)}\n{text(each, language, zone)}" for each in notices]
    greeting = _GREETING[language].format(name=name or "…")
    closing = f"{_LOOK[language].format(url=url)}\n{_CHANGE[language]}\n"
    return f"Kilowatch: {subject}", "\n\n".join([greeting, *parts, closing])
