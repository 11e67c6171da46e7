"""Accounts, their outbox and their audit log."""

from alembic import op

from kilowatch.kit.audit import create_audit
from kilowatch.kit.outbox import create_outbox

revision = "users_0001"
down_revision = None
branch_labels = ("users",)
depends_on = None


def upgrade() -> None:
    create_outbox()
    create_audit()
    op.execute(
        """
        CREATE TABLE users (
            id uuid PRIMARY KEY,
            version bigint NOT NULL,
            email text NOT NULL,
            name text NOT NULL,
            role text NOT NULL,
            active boolean NOT NULL,
            deleted boolean NOT NULL,
            time_zone text NOT NULL,
            language text NOT NULL,
            phone text NOT NULL,
            address text NOT NULL,
            notes text NOT NULL,
            preferences jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            updated_at timestamptz NOT NULL,
            words tsvector NOT NULL GENERATED ALWAYS AS (
                to_tsvector('simple'::regconfig, name || ' ' || translate(email, '@.+-_', '     '))
            ) STORED
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX users_email ON users (email) WHERE NOT deleted")
    op.execute("CREATE INDEX users_words ON users USING gin (words)")
    # The orders that a list can be asked for in. Each ends with the id, so that pages never overlap, and includes what
    # a list is filtered by, so that a page far down the list is found without reading the rows before it.
    for name, key in (("name", "lower(name), id"), ("email", "email, id"), ("created", "created_at, id")):
        op.execute(f"CREATE INDEX users_by_{name} ON users ({key}) INCLUDE (name, role, active) WHERE NOT deleted")
    op.execute("CREATE INDEX users_administrators ON users (id) WHERE role = 'administrator' AND active")
