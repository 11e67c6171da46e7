"""Advisory locks of a database, by name: what one replica does at a time, whichever comes first."""

from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_WAIT: Final = "pg_advisory_xact_lock"
_TRY: Final = "pg_try_advisory_lock"


async def take_turns(connection: AsyncConnection, name: str) -> None:
    """Wait until nobody else has the lock; it ends with the transaction."""
    await connection.execute(_call(_WAIT, name))


async def try_lock(connection: AsyncConnection, name: str) -> bool:
    """Whether the lock is ours now. It ends with the session (`Database.session`), which is between transactions."""
    async with connection.begin():
        return bool(await connection.scalar(_call(_TRY, name)))


def _call(function: str, name: str) -> TextClause:
    return text(f"SELECT {function}(hashtext(:name))").bindparams(name=f"kilowatch/{name}")
