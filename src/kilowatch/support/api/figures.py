"""How support does."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from kilowatch.kit.errors import Invalid
from kilowatch.kit.fields import Moment
from kilowatch.kit.http import Staff
from kilowatch.support.api.context import Support
from kilowatch.support.handlers.figures import Figures, figures

router = APIRouter(tags=["support"])


@router.get("/api/support/figures")
async def show_figures(
    support: Support,
    _: Staff,
    start: Annotated[Moment | None, Query(alias="from", description="Default: thirty days ago")] = None,
    end: Annotated[Moment | None, Query(alias="to", description="Default: now")] = None,
) -> Figures:
    """First response and resolution in business hours, of the cases that began in the time."""
    until = end or support.clock()
    since = start or until - timedelta(days=30)
    if until <= since:
        raise Invalid("`to` must be later than `from`.")
    async with support.working() as work:
        return await figures(work, since, until)
