"""Which devices are offline: each has a moment at which it is, unless a reading comes, and is looked at no sooner."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kilowatch.contracts.events import AlertKind
from kilowatch.contracts.metering import Device
from kilowatch.kit.hashing import partition_of
from kilowatch.monitoring.domain.calendar import Span
from kilowatch.monitoring.domain.configuration import BEGINNING, in_force
from kilowatch.monitoring.domain.findings import Finding, Judged, Measured
from kilowatch.monitoring.domain.rules import DEFAULTS, Offline, Rule
from kilowatch.monitoring.domain.silence import Consumed, judge_silence, silent_from
from kilowatch.monitoring.domain.visibility import END
from kilowatch.monitoring.handlers.judging import settle
from kilowatch.monitoring.store.rules import ALL_DEVICES, RuleStore
from kilowatch.monitoring.store.watching import WatchStore

KIND: Final = AlertKind.OFFLINE
AT_ONCE: Final = 2_000
#: A device that is offline already is looked at so often, to see it come back.
LOOK_AGAIN: Final = timedelta(seconds=5)
#: One that has never sent anything is not missed. It is looked at so often, to learn when it begins.
NEVER_SENT: Final = timedelta(minutes=5)


@dataclass(slots=True)
class _Watched:
    device: Device
    partition: int
    look_at: datetime  #: by how far its partition has been consumed


class Silences:
    """What the one who watches remembers of all devices. All of it can be read again."""

    def __init__(self, partitions: int, *, watched_from: datetime) -> None:
        self._partitions = partitions
        self._watched: dict[int, _Watched] = {}
        self._steady_since = watched_from
        self._changes_seen = 0
        self._rules_seen = -1
        self._rules: Mapping[int, Rule] = {}

    def note_break(self, now: datetime) -> None:
        """Readings may have stayed away through no fault of the devices."""
        self._steady_since = now

    async def judge(self, store: WatchStore, rules: RuleStore, now: datetime) -> bool:
        """Judge the devices that are due. Whether there is news."""
        await self._learn(store, rules)
        consumed = await store.consumed()
        due = [
            each.device.id
            for each in self._watched.values()
            if (known := consumed.get(each.partition)) is not None and each.look_at <= known.until
        ][:AT_ONCE]
        asked = {*await store.without_end(KIND), *due}
        return await self._judge(store, asked, consumed, now) if asked else False

    async def _learn(self, store: WatchStore, rules: RuleStore) -> None:
        """What has changed of devices and rules since the last time."""
        version = await rules.version()
        if version != self._rules_seen:
            self._rules = await rules.of_kind(KIND)
            self._rules_seen = version
            for each in self._watched.values():
                each.look_at = BEGINNING
        while page := await store.changed_devices(self._changes_seen, AT_ONCE):
            for changed, device in page:
                self._changes_seen = changed
                self._take_over(device)

    def _take_over(self, device: Device) -> None:
        if device.deleted or not device.active:
            self._watched.pop(device.id, None)
        else:
            self._watched[device.id] = _Watched(device, partition_of(device.id, self._partitions), BEGINNING)

    async def _judge(
        self, store: WatchStore, device_ids: Collection[int], consumed: Mapping[int, Consumed], now: datetime
    ) -> bool:
        newest = await store.last_sent(device_ids)
        known = await store.known_alerts(device_ids, [KIND], now)
        open_since = {alert.device_id: alert.since for alert in known if alert.until is None}
        judged = []
        for device_id in device_ids:
            watched, rule = self._watched.get(device_id), self._rule_of(device_id)
            found: Finding | None = None
            if watched is not None and rule.enabled:
                found = self._look_at(watched, rule, newest.get(device_id), open_since.get(device_id), consumed)
            if found is not None or device_id in open_since:
                span = Span(BEGINNING, END) if found is None else Span(END, END)
                judged.append(Judged(device_id, rule, span, [found] if found else []))
        return await settle(store, judged, known, now)

    def _look_at(
        self,
        watched: _Watched,
        rule: Rule,
        newest: datetime | None,
        open_since: datetime | None,
        consumed: Mapping[int, Consumed],
    ) -> Finding | None:
        """The silence that there is, or the one that was open, with its end; says when to look again."""
        offline, partition = rule.condition, consumed.get(watched.partition)
        assert isinstance(offline, Offline)
        if partition is None or newest is None:
            watched.look_at = (partition.until if partition else BEGINNING) + NEVER_SENT
            return None if open_since is None else _silence(open_since, None)
        interval_s = in_force(watched.device.configurations, partition.until).interval_s
        steady = max(partition.steady_since, self._steady_since)
        found = judge_silence(newest, interval_s, offline, Consumed(partition.until, steady))
        due = silent_from(newest, interval_s, offline)
        watched.look_at = max(due, partition.until + LOOK_AGAIN)
        if found is not None or open_since is None:
            return found
        if partition.until > due:
            return _silence(open_since, None)
        return _silence(open_since, newest) if newest > open_since else None

    def _rule_of(self, device_id: int) -> Rule:
        return self._rules.get(device_id) or self._rules.get(ALL_DEVICES) or DEFAULTS[KIND]


def _silence(since: datetime, until: datetime | None) -> Finding:
    return Finding(since, until, Measured())
