"""Settings of `realtime`."""

from typing import Annotated

from pydantic import Field, SecretStr

from kilowatch.kit.settings import Settings


class RealtimeSettings(Settings):
    """Bounds are those of one replica."""

    realtime_sockets: Annotated[int, Field(ge=1)] = 20_000
    realtime_sockets_of_user: Annotated[int, Field(ge=1)] = 20
    #: An office or a school shares one address.
    realtime_sockets_of_address: Annotated[int, Field(ge=1)] = 500
    #: Origins beside our own whose pages may open sockets: `https://panel.example.org, https://wall.example.org`
    realtime_origins: str = ""
    #: Who was away for longer loads a snapshot.
    realtime_frames_kept_days: Annotated[int, Field(ge=1, le=90)] = 7
    realtime_pool_size: Annotated[int, Field(ge=2, le=100)] = 10
    #: As for `auth`; without it notifications go out by webhook only.
    smtp_url: SecretStr | None = None
    smtp_sender: str = "Kilowatch <kilowatch@localhost>"
    #: Webhooks may lead to this machine and to private networks, and need no TLS. For an installation at home.
    realtime_webhooks_to_private_networks: bool = False
    realtime_notifications_kept_days: Annotated[int, Field(ge=1, le=3650)] = 90
