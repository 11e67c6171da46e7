"""Rules of alerts as they are kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, TypeAlias

import msgspec
from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from kilowatch.contracts.events import AlertKind, Severity
from kilowatch.monitoring.domain.rules import CONDITIONS, QuietHours, Rule, effective
from kilowatch.monitoring.store.tables import alert_rule, alert_rule_version

#: The device under which a default is kept.
ALL_DEVICES: Final = 0

Rules: TypeAlias = Mapping[AlertKind, Rule]


class RuleStore:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def own(self, device_id: int) -> Rules:
        """What has been said for one device (or, `ALL_DEVICES`, for those about which nothing has been said)."""
        return (await self._of([device_id])).get(device_id, {})

    async def effective(self, device_ids: Collection[int]) -> Mapping[int, Rules]:
        """The rules of every kind for each device."""
        said = await self._of([*device_ids, ALL_DEVICES])
        defaults = said.get(ALL_DEVICES, {})
        return {device_id: effective(said.get(device_id, {}), defaults) for device_id in device_ids}

    async def of_kind(self, kind: AlertKind) -> Mapping[int, Rule]:
        """All rules of a kind, by device; `ALL_DEVICES` among them when there is a default."""
        rows = await self._connection.execute(select(alert_rule).where(alert_rule.c.kind == kind.value))
        return {row.device_id: _rule(row) for row in rows}

    async def enabled(self, kinds: Collection[AlertKind]) -> Mapping[tuple[int, AlertKind], bool]:
        """Whether the rules of these kinds are on, by device and kind."""
        columns = (alert_rule.c.device_id, alert_rule.c.kind, alert_rule.c.enabled)
        rows = await self._connection.execute(select(*columns).where(alert_rule.c.kind.in_(kinds)))
        return {(row.device_id, AlertKind(row.kind)): row.enabled for row in rows}

    async def version(self) -> int:
        """Grows with every change of a rule."""
        return await self._connection.scalar(select(alert_rule_version.c.version)) or 0

    async def save(self, device_id: int, rule: Rule) -> None:
        values = {
            "device_id": device_id,
            "kind": rule.kind.value,
            "enabled": rule.enabled,
            "severity": rule.severity.value,
            "cooldown_s": rule.cooldown_s,
            "quiet_start": rule.quiet and rule.quiet.start,
            "quiet_end": rule.quiet and rule.quiet.end,
            "escalate_after_s": rule.escalate_after_s,
            "condition": msgspec.to_builtins(rule.condition),
        }
        statement = insert(alert_rule).values(values)
        key = [alert_rule.c.device_id, alert_rule.c.kind]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=key, set_=values))
        await self._note_change()

    async def remove(self, device_id: int, kind: AlertKind) -> bool:
        """Whether there was one."""
        mine = delete(alert_rule).where(alert_rule.c.device_id == device_id, alert_rule.c.kind == kind.value)
        removed = (await self._connection.execute(mine)).rowcount
        await self._note_change()
        return removed > 0

    async def _note_change(self) -> None:
        await self._connection.execute(update(alert_rule_version).values(version=alert_rule_version.c.version + 1))

    async def _of(self, device_ids: Sequence[int]) -> Mapping[int, dict[AlertKind, Rule]]:
        rows = await self._connection.execute(select(alert_rule).where(alert_rule.c.device_id.in_(device_ids)))
        found: dict[int, dict[AlertKind, Rule]] = {}
        for row in rows:
            found.setdefault(row.device_id, {})[AlertKind(row.kind)] = _rule(row)
        return found


def _rule(row: Row[Any]) -> Rule:
    kind = AlertKind(row.kind)
    return Rule(
        kind=kind,
        enabled=row.enabled,
        severity=Severity(row.severity),
        cooldown_s=row.cooldown_s,
        quiet=QuietHours(row.quiet_start, row.quiet_end) if row.quiet_start is not None else None,
        escalate_after_s=row.escalate_after_s,
        condition=msgspec.convert(row.condition, CONDITIONS[kind]),
    )
