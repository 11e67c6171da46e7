"""Settings of `users`."""

from kilowatch.kit.settings import Settings


class UsersSettings(Settings):
    """`KILOWATCH_ADMIN_EMAIL` and `KILOWATCH_ADMIN_NAME` count at the first start only."""

    admin_email: str = "admin@kilowatch.local"
    admin_name: str = "Administrator"
