"""Creating, editing and deleting sites."""

from collections.abc import Mapping
from dataclasses import asdict, replace

from kilowatch.contracts.events import DeviceUpdated
from kilowatch.devices.domain.access import SiteTarget
from kilowatch.devices.domain.device import check_version
from kilowatch.devices.domain.site import SiteParticulars, SiteRecord
from kilowatch.devices.handlers.inventory import move
from kilowatch.devices.handlers.work import Work, tell


async def create_site(work: Work, particulars: SiteParticulars) -> SiteRecord:
    created = await work.sites.add(particulars, work.now)
    await work.audit.record("site.created", subject(created.id), name=particulars.name)
    return created


async def edit_site(work: Work, site_id: int, changes: Mapping[str, str], version: int | None) -> SiteRecord:
    """Raises `NotFound`, or `Conflict` when it is no longer at `version`."""
    await work.devices.take_turns()
    before = await work.sites.get(site_id)
    check_version(before.version, version)
    particulars = replace(before.particulars, **changes)
    if particulars == before.particulars:
        return before
    after = replace(before, particulars=particulars, version=before.version + 1, updated_at=work.now)
    await work.sites.save(after)
    old, new = asdict(before.particulars), asdict(particulars)
    changed = {name: [old[name], new[name]] for name in old if old[name] != new[name]}
    await work.audit.record("site.edited", subject(site_id), **changed)
    return after


async def delete_site(work: Work, site_id: int, version: int | None) -> None:
    """Its devices stay, at no site; whoever saw them through the site does so no longer."""
    await work.devices.take_turns()
    before = await work.sites.get(site_id)
    check_version(before.version, version)
    going_on = await work.access.open_of_target(SiteTarget(site_id))
    await work.access.end([assignment.id for assignment in going_on], at=work.now, actor=work.actor)
    moved = await move(work, await work.devices.at_site(site_id), None)
    await work.sites.mark_deleted(site_id, work.now)
    await tell(work, DeviceUpdated, moved)
    await work.audit.record("site.deleted", subject(site_id), name=before.particulars.name, devices=len(moved))


def subject(site_id: int) -> str:
    return f"site/{site_id}"
