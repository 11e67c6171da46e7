"""Today and this month, where the person's meters are."""

import calendar
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Today:
    """Midnights are local; what lies between two of them has the length that the day has."""

    now: datetime
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return self.midnight(0)

    @property
    def end(self) -> datetime:
        return self.midnight(1)

    @property
    def week_start(self) -> datetime:
        """Monday."""
        return self.midnight(-self._local.weekday())

    @property
    def last_week_start(self) -> datetime:
        return self.midnight(-self._local.weekday() - 7)

    @property
    def month_start(self) -> datetime:
        return self.midnight(1 - self._local.day)

    @property
    def last_month_start(self) -> datetime:
        last_day = self._local.date().replace(day=1) - timedelta(days=1)
        return datetime.combine(last_day.replace(day=1), time(), self.zone)

    @property
    def days_in_month(self) -> int:
        return calendar.monthrange(self._local.year, self._local.month)[1]

    @property
    def days_gone(self) -> float:
        """Of this month, as days with a fraction."""
        return (self.now - self.month_start) / timedelta(days=1)

    def midnight(self, days_ahead: int) -> datetime:
        return datetime.combine(self._local.date() + timedelta(days=days_ahead), time(), self.zone)

    @property
    def this_time_yesterday(self) -> datetime:
        """By the clock on the wall, to the minute, as the overview of the web app tells it too."""
        local = self._local
        return datetime.combine(local.date() - timedelta(days=1), time(local.hour, local.minute), self.zone)

    @property
    def _local(self) -> datetime:
        return self.now.astimezone(self.zone)
