"""Settings of `auth`."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field, SecretStr

from kilowatch.auth.domain.links import LinkPurpose
from kilowatch.kit.settings import Settings


class AuthSettings(Settings):
    #: Password of the first administrator, used at the first start only; one is made up when it is not given.
    admin_password: SecretStr | None = None

    #: argon2id as OWASP advises: 19 MiB, two passes, one lane.
    argon2_memory_kib: Annotated[int, Field(ge=8)] = 19_456
    argon2_passes: Annotated[int, Field(ge=1)] = 2
    argon2_lanes: Annotated[int, Field(ge=1)] = 1
    #: Hashes computed at once, and how many more may wait; beyond that a sign-in is asked to come again.
    argon2_threads: Annotated[int, Field(ge=1)] = 2
    argon2_waiting: Annotated[int, Field(ge=0)] = 64

    #: How long a browser stays signed in unused, and used.
    session_idle: timedelta = timedelta(days=30)
    session_longest: timedelta = timedelta(days=90)
    key_lifetime: timedelta = timedelta(days=30)  #: of the key that signs tokens, until another takes its place
    #: Of the links in mails.
    invitation_lifetime: timedelta = timedelta(days=7)
    reset_lifetime: timedelta = timedelta(hours=1)

    #: `smtp://user:password@host:587` (STARTTLS when offered) or `smtps://…:465`; without it no mail is sent.
    smtp_url: SecretStr | None = None
    smtp_sender: str = "Kilowatch <kilowatch@localhost>"

    def link_lifetime(self, purpose: LinkPurpose) -> timedelta:
        match purpose:
            case LinkPurpose.INVITATION:
                return self.invitation_lifetime
            case LinkPurpose.RESET:
                return self.reset_lifetime
