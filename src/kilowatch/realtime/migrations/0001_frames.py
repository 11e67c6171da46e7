"""Streams of durable frames, tickets, and the projection of people and devices."""

from alembic import op

from kilowatch.kit.inbox import create_inbox

revision = "realtime_0001"
down_revision = None
branch_labels = ("realtime",)
depends_on = None

STATEMENTS = [
    """
    CREATE TABLE account (
        id uuid PRIMARY KEY,
        version bigint NOT NULL,
        role text NOT NULL,
        active boolean NOT NULL,
        deleted boolean NOT NULL
    )
    """,
    "CREATE INDEX account_staff ON account (role) WHERE active AND role <> 'client'",
    "CREATE TABLE device (id bigint PRIMARY KEY, version bigint NOT NULL, deleted boolean NOT NULL)",
    """
    CREATE TABLE access (
        device_id bigint NOT NULL REFERENCES device ON DELETE CASCADE,
        user_id uuid NOT NULL,
        since timestamptz NOT NULL,
        until timestamptz
    )
    """,
    "CREATE INDEX access_device ON access (device_id)",
    "CREATE INDEX access_user ON access (user_id)",
    # One row a person. Whoever adds to a stream holds the row until the commit, so numbers become visible in order.
    """
    CREATE TABLE stream (
        user_id uuid PRIMARY KEY,
        epoch uuid NOT NULL,
        sequence bigint NOT NULL,
        moved_at timestamptz NOT NULL DEFAULT now()
    ) WITH (fillfactor = 70)
    """,
    "CREATE INDEX stream_moved ON stream (moved_at)",
    """
    CREATE TABLE frame (
        id uuid PRIMARY KEY,
        body text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX frame_created ON frame (created_at)",
    """
    CREATE TABLE delivery (
        user_id uuid NOT NULL REFERENCES stream ON DELETE CASCADE,
        sequence bigint NOT NULL,
        frame_id uuid NOT NULL REFERENCES frame ON DELETE CASCADE,
        channels text NOT NULL,
        PRIMARY KEY (user_id, sequence),
        UNIQUE (frame_id, user_id)
    )
    """,
    # Not logged: a crash of the server loses tickets of thirty seconds, and each client gets another.
    """
    CREATE UNLOGGED TABLE ticket (
        digest bytea PRIMARY KEY,
        holder text NOT NULL,
        expires_at timestamptz NOT NULL
    )
    """,
]


def upgrade() -> None:
    create_inbox()
    for statement in STATEMENTS:
        op.execute(statement)
