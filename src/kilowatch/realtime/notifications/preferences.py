"""By which channel somebody wants to be told of what, and when not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import Severity
from kilowatch.realtime.notifications.notice import Kind

_ORDER: Final = {Severity.INFO: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}


class Channel(StrEnum):
    EMAIL = "email"
    WEBHOOK = "webhook"


class Mailing(StrEnum):
    OFF = "off"
    AT_ONCE = "at_once"
    DAILY = "daily"  #: one mail with all of the day


@dataclass(frozen=True, slots=True)
class QuietHours:
    """By the person's clock; over midnight where `until` is not later than `since`."""

    since: time
    until: time

    def hold(self, local: time) -> bool:
        if self.since < self.until:
            return self.since <= local < self.until
        return local >= self.since or local < self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Severities are the least that is told."""

    in_app: Severity = Severity.INFO
    email: Severity = Severity.WARNING
    webhook: Severity = Severity.INFO
    mailing: Mailing = Mailing.AT_ONCE
    digest_at: time = time(8)  #: by the person's clock
    muted_kinds: tuple[Kind, ...] = ()  #: on every channel
    muted_in_app: tuple[Kind, ...] = ()
    muted_email: tuple[Kind, ...] = ()
    muted_webhook: tuple[Kind, ...] = ()
    quiet_hours: QuietHours | None = None  #: what comes then waits; what is critical does not
    quiet_for_critical: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    channel: Channel
    due_at: datetime
    digest: bool


def is_shown(wanted: Preferences, kind: Kind, severity: Severity) -> bool:
    """Whether it is kept in the app."""
    return _wants(wanted, kind, severity, wanted.in_app, wanted.muted_in_app)


def plan(
    wanted: Preferences,
    kind: Kind,
    severity: Severity,
    *,
    channels: Collection[Channel],
    now: datetime,
    zone: ZoneInfo,
) -> Iterator[Planned]:
    """How it goes out, by the channels that there are."""
    begin = _after_quiet_hours(wanted, severity, now, zone)
    mailed = wanted.mailing is not Mailing.OFF and _wants(wanted, kind, severity, wanted.email, wanted.muted_email)
    if Channel.EMAIL in channels and mailed:
        daily = wanted.mailing is Mailing.DAILY
        yield Planned(Channel.EMAIL, _next(wanted.digest_at, now, zone) if daily else begin, daily)
    if Channel.WEBHOOK in channels and _wants(wanted, kind, severity, wanted.webhook, wanted.muted_webhook):
        yield Planned(Channel.WEBHOOK, begin, digest=False)


def _wants(wanted: Preferences, kind: Kind, severity: Severity, least: Severity, muted: Collection[Kind]) -> bool:
    """On a channel with its own least severity and its own muted kinds."""
    return kind not in wanted.muted_kinds and kind not in muted and _ORDER[severity] >= _ORDER[least]


def _after_quiet_hours(wanted: Preferences, severity: Severity, now: datetime, zone: ZoneInfo) -> datetime:
    quiet = wanted.quiet_hours
    if quiet is None or (severity is Severity.CRITICAL and not wanted.quiet_for_critical):
        return now
    return _next(quiet.until, now, zone) if quiet.hold(now.astimezone(zone).time()) else now


def _next(clock: time, now: datetime, zone: ZoneInfo) -> datetime:
    """The next moment at which the person's clock shows this."""
    today = now.astimezone(zone).date()
    moments = (datetime.combine(today + timedelta(days=days), clock, zone).astimezone(UTC) for days in (0, 1, 2))
    return next(moment for moment in moments if moment > now)
