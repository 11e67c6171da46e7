"""Issuing, rotating and revoking the credentials of devices and gateways."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from kilowatch.contracts.credentials import Holder, HolderKind
from kilowatch.devices.domain.credential import CredentialRecord, Issued
from kilowatch.devices.handlers.work import Work, tell_credentials
from kilowatch.kit.errors import Conflict, NotFound

#: More than a rotation needs; so many at once are forgotten ones.
MAX_GOOD_AT_ONCE: Final = 10
#: Credentials revoked in one transaction when their time is over.
DUE_BATCH: Final = 500


async def check_holder(work: Work, holder: Holder) -> None:
    """Raises `NotFound`."""
    match holder.kind:
        case HolderKind.DEVICE:
            await work.devices.get(holder.id)
        case HolderKind.GATEWAY:
            await work.gateways.get(holder.id)
        case _:
            assert_never(holder.kind)


async def issue(work: Work, holder: Holder) -> Issued:
    """One more credential; those there are stay good."""
    await work.devices.take_turns()
    await check_holder(work, holder)
    if len(await work.credentials.open_of_holder(holder)) >= MAX_GOOD_AT_ONCE:
        raise Conflict(f"It has {MAX_GOOD_AT_ONCE} credentials already; revoke those that are not used.")
    return await _add(work, holder, "credential.issued")


async def rotate(work: Work, holder: Holder, overlap: timedelta) -> Issued:
    """A new credential; those there are end after `overlap`, if they do not end sooner anyway."""
    await work.devices.take_turns()
    await check_holder(work, holder)
    ending = work.now + overlap
    replaced = await work.credentials.open_of_holder(holder)
    if overlap:
        await _save(work, [_ending(record, ending) for record in replaced])
    else:
        await _save(work, [_revoked(work, record) for record in replaced])
    return await _add(work, holder, "credential.rotated", overlap_s=overlap.total_seconds())


async def revoke(work: Work, holder: Holder, credential_id: UUID) -> None:
    """Raises `NotFound`, also for one that is revoked."""
    await work.devices.take_turns()
    await check_holder(work, holder)
    mine = [record for record in await work.credentials.open_of_holder(holder) if record.id == credential_id]
    if not mine:
        raise NotFound("There is no such credential.")
    await _save(work, [_revoked(work, record) for record in mine])
    await work.audit.record("credential.revoked", f"credential/{credential_id}", holder=holder.login)


async def revoke_all(work: Work, holder: Holder) -> None:
    """For a holder that is going to be deleted."""
    await _save(work, [_revoked(work, record) for record in await work.credentials.open_of_holder(holder)])


async def revoke_due(work: Work) -> int:
    """Revoke what a rotation has left to end by now. Returns how many."""
    await work.devices.take_turns()
    due = await work.credentials.due(work.now, DUE_BATCH)
    await _save(work, [_revoked(work, record) for record in due])
    return len(due)


async def announce_again(work: Work, holder: Holder) -> None:
    """The devices that the holder may send for are others now."""
    good = await work.credentials.open_of_holder(holder)
    await tell_credentials(work, await work.credentials.touch(good))


async def _add(work: Work, holder: Holder, action: str, **detail: object) -> Issued:
    issued = work.mint(holder)
    await work.credentials.add([issued.record])
    await tell_credentials(work, [issued.record])
    await work.audit.record(action, f"credential/{issued.record.id}", holder=holder.login, **detail)
    return issued


async def _save(work: Work, records: Sequence[CredentialRecord]) -> None:
    for record in records:
        await work.credentials.save(record)
    await tell_credentials(work, records)


def _revoked(work: Work, record: CredentialRecord) -> CredentialRecord:
    return replace(record, version=record.version + 1, revoked_at=work.now)


def _ending(record: CredentialRecord, moment: datetime) -> CredentialRecord:
    sooner = moment if record.valid_until is None else min(moment, record.valid_until)
    return replace(record, version=record.version + 1, valid_until=sooner)
