"""Sites: the registry for staff, and my sites for everybody."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from kilowatch.contracts.accounts import Role
from kilowatch.devices.api.context import Devices, IfMatch, etag, working
from kilowatch.devices.api.fields import Body, Description, Limit, Offset, PathId, Place, Search, Version
from kilowatch.devices.domain.site import SiteParticulars, SiteRecord
from kilowatch.devices.handlers import sites
from kilowatch.devices.store.inventory import Order
from kilowatch.devices.store.sites import SiteSort, WantedSites
from kilowatch.kit.errors import NotFound
from kilowatch.kit.fields import Name, ZoneName
from kilowatch.kit.http import Administrator, SignedIn, SignedInOrigin, Staff
from kilowatch.kit.paging import Page

router = APIRouter(tags=["sites"])

#: Nobody lives in more homes; a client's own sites are not paged.
MAX_OWN_SITES = 1000


class NewSiteBody(Body):
    name: Name
    time_zone: ZoneName
    address: Place = ""
    description: Description = ""


class SiteEditBody(Body):
    """What changes. A field that is absent or null stays as it is."""

    version: Version | None = None
    name: Name | None = None
    time_zone: ZoneName | None = None
    address: Place | None = None
    description: Description | None = None


class WantedSitesQuery(Body):
    search: Search = ""
    user_id: UUID | None = None
    sort: SiteSort = SiteSort.NAME
    order: Order = Order.ASCENDING
    offset: Offset = 0
    limit: Limit = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class MySiteAnswer:
    """A site as those see it who are assigned to it."""

    id: int
    name: str
    time_zone: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteAnswer(MySiteAnswer):
    version: int
    description: str
    device_count: int
    created_at: datetime
    updated_at: datetime


@router.get("/api/sites")
async def list_sites(devices: Devices, _: Staff, query: Annotated[WantedSitesQuery, Query()]) -> Page[SiteAnswer]:
    async with working(devices) as work:
        records, total = await work.sites.page(WantedSites(**query.model_dump()), work.now)
        return Page([_for_staff(record) for record in records], total)


@router.post("/api/sites", status_code=HTTPStatus.CREATED)
async def create_site(
    devices: Devices, _: Administrator, origin: SignedInOrigin, body: NewSiteBody, response: Response
) -> SiteAnswer:
    async with working(devices, origin) as work:
        record = await sites.create_site(work, SiteParticulars(**body.model_dump()))
    response.headers.update(etag(record.version) | {"Location": f"/api/sites/{record.id}"})
    return _for_staff(record)


@router.get("/api/sites/mine")
async def list_my_sites(devices: Devices, me: SignedIn) -> list[MySiteAnswer]:
    """The sites that I am assigned to."""
    async with working(devices) as work:
        records, _ = await work.sites.page(WantedSites(user_id=me.user_id, limit=MAX_OWN_SITES), work.now)
    return [_for_client(record) for record in records]


@router.get("/api/sites/{site_id}")
async def show_site(
    devices: Devices, asking: SignedIn, site_id: PathId, response: Response
) -> SiteAnswer | MySiteAnswer:
    """All of it for staff; a client sees only the sites that they are assigned to."""
    async with working(devices) as work:
        record = await work.sites.get(site_id)
        if asking.role is Role.CLIENT and not await work.access.is_at_site(site_id, asking.user_id, work.now):
            raise NotFound("There is no such site.")
    response.headers.update(etag(record.version))
    return _for_client(record) if asking.role is Role.CLIENT else _for_staff(record)


@router.patch("/api/sites/{site_id}")
async def edit_site(
    devices: Devices,
    _: Administrator,
    origin: SignedInOrigin,
    site_id: PathId,
    body: SiteEditBody,
    seen: IfMatch,
    response: Response,
) -> SiteAnswer:
    changes = body.model_dump(exclude_none=True, exclude={"version"})
    async with working(devices, origin) as work:
        record = await sites.edit_site(work, site_id, changes, body.version or seen)
    response.headers.update(etag(record.version))
    return _for_staff(record)


@router.delete("/api/sites/{site_id}", status_code=HTTPStatus.NO_CONTENT)
async def delete_site(
    devices: Devices, _: Administrator, origin: SignedInOrigin, site_id: PathId, seen: IfMatch
) -> None:
    """Its devices stay, at no site; whoever saw them through the site does so no longer."""
    async with working(devices, origin) as work:
        await sites.delete_site(work, site_id, seen)


def _for_client(record: SiteRecord) -> MySiteAnswer:
    particulars = record.particulars
    return MySiteAnswer(
        id=record.id, name=particulars.name, time_zone=particulars.time_zone, address=particulars.address
    )


def _for_staff(record: SiteRecord) -> SiteAnswer:
    particulars = record.particulars
    return SiteAnswer(
        id=record.id,
        version=record.version,
        name=particulars.name,
        time_zone=particulars.time_zone,
        address=particulars.address,
        description=particulars.description,
        device_count=record.device_count,
        created_at=record.created_at,
        updated_at=record.updated_at,
    )
