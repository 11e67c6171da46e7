"""What a notification says, in the language of whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import Alert, AlertKind, Severity

ENGLISH: Final = "en"
ROMANIAN: Final = "ro"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What there is to tell, in facts: words are found when it is told."""

    type: str  #: of the event
    alert_id: UUID
    kind: AlertKind
    severity: Severity
    device_id: int
    device_name: str
    since: datetime
    text: str  #: in English, as the alert tells itself
    energy_kwh: float | None
    limit_kwh: float | None
    power_w: float | None
    limit_w: float | None
    usual_kwh: float | None = None
    cost: float | None = None
    currency: str | None = None

    @property
    def escalated(self) -> bool:
        return self.type == "alert.escalated"


def notice_of(event_type: str, alert: Alert) -> Notice:
    return Notice(
        type=event_type,
        alert_id=alert.id,
        kind=alert.kind,
        severity=alert.severity,
        device_id=alert.device_id,
        device_name=alert.device_name,
        since=alert.since,
        text=alert.text,
        energy_kwh=alert.energy_kwh,
        limit_kwh=alert.limit_kwh,
        power_w=alert.power_w,
        limit_w=alert.limit_w,
        usual_kwh=alert.usual_kwh,
        cost=alert.cost,
        currency=alert.currency,
    )


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
_SINCE: Final = {ENGLISH: "Since {at}", ROMANIAN: "Din {at}"}
_LIMIT: Final = {ENGLISH: "{value} {unit}, the limit is {limit}", ROMANIAN: "{value} {unit}, limita este {limit}"}
_USUAL: Final = {ENGLISH: "{value} kWh, usually {usual} kWh", ROMANIAN: "{value} kWh, de obicei {usual} kWh"}
_COST: Final = {ENGLISH: "about {cost:.2f} {currency}", ROMANIAN: "circa {cost:.2f} {currency}"}
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
    """A sentence; in English that of the alert itself, where it has one."""
    if language == ENGLISH and notice.text:
        return notice.text
    since = _SINCE[language].format(at=f"{notice.since.astimezone(zone):%d.%m.%Y %H:%M}")
    facts = ", ".join(fact for fact in (_measured(notice, language), _cost(notice, language)) if fact)
    return f"{since}: {facts}." if facts else f"{since}."


def mail(notices: Sequence[Notice], language: str, name: str, zone: ZoneInfo, url: str) -> tuple[str, str]:
    """Subject and text of one mail about all of `notices`."""
    subject = title(notices[0], language) if len(notices) == 1 else _DIGEST[language].format(count=len(notices))
    parts = [f"{title(each, language)}\n{text(each, language, zone)}" for each in notices]
    greeting = _GREETING[language].format(name=name or "…")
    closing = f"{_LOOK[language].format(url=url)}\n{_CHANGE[language]}\n"
    return f"Kilowatch: {subject}", "\n\n".join([greeting, *parts, closing])


def _cost(notice: Notice, language: str) -> str:
    """Of what is over; where a tariff is known."""
    if notice.cost is None:
        return ""
    return _COST[language].format(cost=notice.cost, currency=notice.currency or "")


def _measured(notice: Notice, language: str) -> str:
    if notice.energy_kwh is not None and notice.usual_kwh is not None:
        return _USUAL[language].format(value=f"{notice.energy_kwh:g}", usual=f"{notice.usual_kwh:g}")
    for value, limit, unit in (
        (notice.power_w, notice.limit_w, "W"),
        (notice.energy_kwh, notice.limit_kwh, "kWh"),
    ):
        if value is not None and limit is not None:
            return _LIMIT[language].format(value=f"{value:g}", unit=unit, limit=f"{limit:g}")
    return ""
