"""Accounts as `users` tells of them, and everything that proves that somebody is one of them."""

from alembic import op

from kilowatch.kit.audit import create_audit
from kilowatch.kit.inbox import create_inbox
from kilowatch.kit.outbox import create_outbox

revision = "auth_0001"
down_revision = None
branch_labels = ("auth",)
depends_on = None


def upgrade() -> None:
    create_outbox()
    create_inbox()
    create_audit()
    _create_accounts()
    _create_sessions()
    _create_second_factors()
    _create_links()
    op.execute(
        """
        CREATE TABLE signing_keys (
            id text PRIMARY KEY,
            public_key bytea NOT NULL,
            sealed_key bytea NOT NULL,  -- the private key, encrypted with a key that is not in the database
            created_at timestamptz NOT NULL,
            signs_from timestamptz NOT NULL
        )
        """
    )
    op.execute(
        """
        CREATE TABLE throttles (
            key text PRIMARY KEY,
            failures integer NOT NULL,
            last_at timestamptz NOT NULL,
            blocked_until timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX throttles_last_at ON throttles (last_at)")


def _create_accounts() -> None:
    op.execute(
        """
        CREATE TABLE accounts (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            email text NOT NULL,
            name text NOT NULL,
            role text NOT NULL,
            active boolean NOT NULL,
            deleted boolean NOT NULL
        )
        """
    )
    # Not unique: events of two accounts may arrive in an order in which both have the e-mail for a moment.
    op.execute("CREATE INDEX accounts_email ON accounts (email) WHERE NOT deleted")
    # No foreign key anywhere to accounts: a password may be set before the news of the account has arrived.
    op.execute("CREATE TABLE passwords (user_id uuid PRIMARY KEY, hash text NOT NULL, changed_at timestamptz NOT NULL)")


def _create_sessions() -> None:
    op.execute(
        """
        CREATE TABLE sessions (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL,
            salt bytea NOT NULL,
            generation integer NOT NULL,
            rotated_at timestamptz NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            address text NOT NULL,
            user_agent text NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX sessions_user ON sessions (user_id)")
    op.execute("CREATE INDEX sessions_expires_at ON sessions (expires_at)")
    op.execute("CREATE TABLE ended_sessions (session_id uuid PRIMARY KEY, ended_at timestamptz NOT NULL)")
    op.execute("CREATE INDEX ended_sessions_ended_at ON ended_sessions (ended_at)")
    op.execute(
        """
        CREATE TABLE api_keys (
            id uuid PRIMARY KEY,
            user_id uuid NOT NULL,
            name text NOT NULL,
            digest bytea NOT NULL,
            scopes text[] NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        )
        """
    )
    op.execute("CREATE INDEX api_keys_user ON api_keys (user_id)")


def _create_second_factors() -> None:
    op.execute(
        """
        CREATE TABLE totp (
            user_id uuid PRIMARY KEY,
            sealed_secret bytea NOT NULL,
            created_at timestamptz NOT NULL,
            confirmed_at timestamptz,
            last_step bigint NOT NULL
        )
        """
    )
    op.execute(
        "CREATE TABLE recovery_codes (user_id uuid NOT NULL, digest bytea NOT NULL, PRIMARY KEY (user_id, digest))"
    )


def _create_links() -> None:
    op.execute(
        """
        CREATE TABLE links (
            digest bytea PRIMARY KEY,
            user_id uuid NOT NULL,
            purpose text NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX links_user ON links (user_id)")
    # A link is made when its message is sent, so that no usable token ever lies in the database.
    op.execute(
        """
        CREATE TABLE mail_requests (
            id uuid PRIMARY KEY,
            email text NOT NULL,
            purpose text NOT NULL,
            created_at timestamptz NOT NULL,
            due_at timestamptz NOT NULL,
            attempts integer NOT NULL
        )
        """
    )
    op.execute("CREATE INDEX mail_requests_due_at ON mail_requests (due_at)")
