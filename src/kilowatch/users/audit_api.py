"""The audit logs of all services in one view, for administrators."""

import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Annotated, Any, Final

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from kilowatch.contracts.services import SERVICES
from kilowatch.kit.audit_routes import MOST_ENTRIES
from kilowatch.kit.errors import Unavailable
from kilowatch.kit.fields import Moment, Text
from kilowatch.kit.http import Staff
from kilowatch.kit.spreadsheets import shown_as_text
from kilowatch.users.api import Users, UsersContext
from kilowatch.users.collecting import audit_entries
from kilowatch.users.domain import LoggedEntry, position_of, read_position

router = APIRouter(tags=["audit"])

CSV: Final[dict[int | str, dict[str, Any]]] = {200: {"content": {"text/csv": {}}, "description": "An entry a line"}}
COLUMNS = ["at", "service", "actor", "action", "object", "address", "detail"]


class ViewQuery(BaseModel):
    """`action` matches beginnings: `user.` is everything done to accounts. `after` is the `next` of a page."""

    model_config = ConfigDict(extra="forbid")

    actor: Annotated[Text, StringConstraints(max_length=100)] | None = None
    action: Annotated[Text, StringConstraints(max_length=100)] | None = None
    object: Annotated[Text, StringConstraints(max_length=200)] | None = None
    since: Moment | None = None
    before: Moment | None = None
    limit: Annotated[int, Query(ge=1, le=MOST_ENTRIES)] = 100
    service: Annotated[Text, StringConstraints(max_length=30)] | None = None
    after: Annotated[Text, StringConstraints(max_length=100)] | None = None


@dataclass(frozen=True, slots=True)
class AuditView:
    items: list[LoggedEntry]
    next: str | None
    unavailable: list[str]  #: services that do not answer now, whose entries are missing


@router.get("/api/audit")
async def show_audit(users: Users, _: Staff, query: Annotated[ViewQuery, Query()]) -> AuditView:
    return await _page(users, query, query.after)


@router.get("/api/audit.csv", response_class=StreamingResponse, responses=CSV)
async def export_audit(users: Users, _: Staff, query: Annotated[ViewQuery, Query()]) -> StreamingResponse:
    """All entries that pass the filter."""
    whole = query.model_copy(update={"limit": MOST_ENTRIES})
    first = await _complete_page(users, whole, query.after)
    headers = {"Content-Disposition": 'attachment; filename="kilowatch-audit.csv"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(users, whole, first), media_type="text/csv; charset=utf-8", headers=headers)


async def _page(users: UsersContext, query: ViewQuery, after: str | None) -> AuditView:
    services = [service for service in SERVICES if query.service in {None, service}]
    asked = query.model_dump(mode="json", exclude_none=True, exclude={"service", "after"})
    entries, silent = await audit_entries(users.peers, services, asked, read_position(after) if after else None)
    page = entries[: query.limit]
    more = position_of(page[-1]).text if len(page) == query.limit else None
    return AuditView(page, more, silent)


async def _complete_page(users: UsersContext, query: ViewQuery, after: str | None) -> AuditView:
    """An export that leaves something out must not look like a whole one. Raises `Unavailable`."""
    page = await _page(users, query, after)
    if page.unavailable:
        raise Unavailable(f"No answer from {', '.join(page.unavailable)}; an export without it would not be complete.")
    return page


async def _lines(users: UsersContext, query: ViewQuery, page: AuditView) -> AsyncIterator[str]:
    yield _as_csv([COLUMNS])
    yield _as_csv(map(_cells, page.items))
    while page.next:
        page = await _complete_page(users, query, page.next)
        yield _as_csv(map(_cells, page.items))


def _cells(entry: LoggedEntry) -> list[str]:
    detail = msgspec.json.encode(entry.detail).decode()
    row = [entry.at.isoformat(), entry.service, entry.actor, entry.action, entry.object, entry.address or "", detail]
    return [shown_as_text(value) for value in row]


def _as_csv(rows: Iterable[Sequence[str]]) -> str:
    file = StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue()
