"""The first administrator's password when nobody has given one: made up, shown once, kept as a hash only."""

import secrets
from pathlib import Path
from typing import Final

from kilowatch.auth.api.context import AuthContext
from kilowatch.auth.domain.passwords import normal_password, password_problem
from kilowatch.auth.handlers import first_start
from kilowatch.auth.hashing import common_passwords
from kilowatch.kit.errors import Invalid
from kilowatch.kit.secrets import store_secret

FILE: Final = "first_administrator_password"


async def ensure_first_password(auth: AuthContext, data_dir: Path) -> None:
    """Raises `Invalid` when the one that was given is too easy to guess."""
    async with auth.working() as work:
        if not await first_start.needs_first_password(work):
            return
    given = _given(auth)
    password = given or secrets.token_urlsafe(15)
    encoded = await auth.hasher.hash(normal_password(password))
    async with auth.working() as work:
        if await first_start.set_first_password(work, encoded) and given is None:
            store_secret(data_dir / "secrets", FILE, password)


def take_first_password(data_dir: Path) -> str | None:
    """The password that was made up at this first start; only the first who asks gets it."""
    path = data_dir / "secrets" / FILE
    try:
        password = path.read_text()
        path.unlink()
    except FileNotFoundError:
        return None
    return password


def _given(auth: AuthContext) -> str | None:
    if auth.settings.admin_password is None:
        return None
    password = auth.settings.admin_password.get_secret_value()
    if problem := password_problem(normal_password(password), "", common_passwords()):
        raise Invalid(f"KILOWATCH_ADMIN_PASSWORD: {problem}")
    return password
