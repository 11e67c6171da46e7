"""A service that asks another in the name of a person, and gets what that person would get: no more than any client."""

from typing import Final
from uuid import UUID

from kilowatch.contracts.accounts import Role
from kilowatch.kit.security import UserPrincipal

_NO_SESSION: Final = UUID(int=0)


def as_client(user_id: UUID) -> UserPrincipal:
    """Whatever the person's role is: an assistant that is talked into something must not see more for it."""
    return UserPrincipal(user_id=user_id, role=Role.CLIENT, session_id=_NO_SESSION)
