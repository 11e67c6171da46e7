"""Correcting readings: what was accepted stays, what counts changes, and who said so is on record."""

from datetime import datetime
from zoneinfo import ZoneInfo

from kilowatch.contracts.metering import Device
from kilowatch.kit.audit import Audit
from kilowatch.kit.errors import Invalid
from kilowatch.monitoring.domain import corrections as rules
from kilowatch.monitoring.domain.configuration import in_force
from kilowatch.monitoring.domain.corrections import Correction, Estimate, Method, Surroundings
from kilowatch.monitoring.store.corrections import CorrectionRecord, CorrectionStore

KINDS = {
    rules.Exclude: "exclude",
    rules.Replace: "replace",
    rules.Estimate: "estimate",
    rules.MeterSwap: "meter_swap",
}


async def correct(
    store: CorrectionStore, audit: Audit, device: Device, wanted: Correction, *, reason: str, author: str, now: datetime
) -> CorrectionRecord:
    """The slots come out anew within seconds: whoever writes the device's partition computes them. Raises `Invalid`."""
    rules.check(wanted, in_force(device.configurations, wanted.span.start).kind, now)
    frozen = await store.frozen_before()
    if frozen and wanted.span.start < frozen:
        raise Invalid(f"Readings before {frozen:%Y-%m-%d} have been dropped, or those that they count from.")
    around = await _surroundings(store, device, wanted)
    record = await store.add(
        rules.inserted(wanted, around),
        device_id=device.id,
        kind=KINDS[type(wanted)],
        method=wanted.method.value if isinstance(wanted, Estimate) else None,
        since=wanted.span.start,
        until=wanted.span.end,
        reason=reason,
        author=author,
        created_at=now,
    )
    await audit.record("readings.corrected", f"device/{device.id}", correction=record.id, kind=record.kind)
    return record


async def undo(
    store: CorrectionStore, audit: Audit, correction_id: int, *, author: str, now: datetime
) -> CorrectionRecord:
    """Everything is as if the correction had never been made. Raises `NotFound`, `Conflict`."""
    record = await store.undo(correction_id, author, now)
    await audit.record("correction.undone", f"device/{record.device_id}", correction=record.id)
    return record


async def _surroundings(store: CorrectionStore, device: Device, wanted: Correction) -> Surroundings:
    zone = ZoneInfo(device.time_zone)
    before, after = await store.neighbours(device.id, wanted.span)
    by_profile = isinstance(wanted, Estimate) and wanted.method is Method.PROFILE
    slots = await store.measured_slots(device.id, wanted.span.start) if by_profile else ()
    configuration = in_force(device.configurations, wanted.span.start)
    return Surroundings(before, after, rules.profile_of(slots, zone), configuration, zone)
