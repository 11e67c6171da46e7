"""What becomes of alerts with time: told, escalated, over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from kilowatch.contracts.events import AlertCleared, AlertEscalated, AlertRaised, AlertState
from kilowatch.contracts.metering import Device
from kilowatch.kit.outbox import Outbox
from kilowatch.monitoring.domain.alert import AlertRecord, cleared, escalated, told
from kilowatch.monitoring.domain.rules import held_until
from kilowatch.monitoring.domain.words import published
from kilowatch.monitoring.handlers.pricing import Pricing, priced
from kilowatch.monitoring.store.alerts import AlertStore
from kilowatch.monitoring.store.news import NewsStore
from kilowatch.monitoring.store.rules import Rules, RuleStore

AT_ONCE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """The effects that telling may have, all in one transaction."""

    store: NewsStore
    alerts: AlertStore
    rules: RuleStore
    pricing: Pricing
    outbox: Outbox
    now: datetime


async def tell_news(news: News) -> bool:
    """Tell of what has been raised or cleared, or put it off. Whether there may be more."""
    due = await news.store.due(news.now, AT_ONCE)
    rules = await news.rules.effective({device.id for _, device in due})
    for alert, device in due:
        if alert.state is AlertState.CLEARED:
            await _publish(news, replace(alert, announce_at=None), device, AlertCleared)
        else:
            await _tell_or_hold(news, alert, device, rules)
    return len(due) == AT_ONCE


async def _tell_or_hold(news: News, alert: AlertRecord, device: Device, rules: Mapping[int, Rules]) -> None:
    rule = rules[device.id][alert.kind]
    before = await news.store.told_before(alert, news.now)
    held = held_until(
        rule,
        alert.severity,
        ZoneInfo(device.time_zone),
        told_at=before.told_at,
        snoozed_until=before.snoozed_until,
        now=news.now,
    )
    if held is not None:
        await news.alerts.save(replace(alert, announce_at=held))
        return
    costing = await priced(alert, device, rule, news.pricing)
    after = told(costing, rule.escalate_after_s, news.now)
    await _publish(news, after, device, AlertRaised)


async def escalate_unanswered(news: News) -> bool:
    """Nobody has acknowledged them in time. Whether there may be more."""
    unanswered = await news.store.unanswered(news.now, AT_ONCE)
    for alert, device in unanswered:
        await _publish(news, escalated(alert, news.now), device, AlertEscalated)
    return len(unanswered) == AT_ONCE


async def end_what_is_over(news: News) -> bool:
    """Clear what has come to its end, with what it came to. Whether there may be more."""
    over = await news.store.over(news.now, AT_ONCE)
    rules = await news.rules.effective({device.id for _, device in over})
    for alert, device in over:
        ended = await news.store.brought_up_to_date(alert)
        after = cleared(await priced(ended, device, rules[device.id][alert.kind], news.pricing), news.now)
        if alert.told_at is None:
            await news.alerts.save(after)
        else:
            await _publish(news, after, device, AlertCleared)
    return len(over) == AT_ONCE


async def _publish(
    news: News,
    alert: AlertRecord,
    device: Device,
    event: type[AlertRaised] | type[AlertEscalated] | type[AlertCleared],
) -> None:
    await news.alerts.save(alert)
    watchers = await news.alerts.watchers(alert.id, news.now)
    await news.outbox.add(event(published(alert, device, watchers)), correlation=alert.correlation_id)
