"""What people were told, and how it went out."""

from alembic import op

revision = "realtime_0010"
down_revision = "realtime_0001"
branch_labels = None
depends_on = None

STATEMENTS = [
    # Whom to write to, and how; from the events of `users`.
    """
    CREATE TABLE recipient (
        user_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        email text NOT NULL,
        name text NOT NULL,
        language text NOT NULL,
        time_zone text NOT NULL,
        role text NOT NULL,
        active boolean NOT NULL
    )
    """,
    "CREATE TABLE notification_preference (user_id uuid PRIMARY KEY, state jsonb NOT NULL)",
    "CREATE TABLE webhook (user_id uuid PRIMARY KEY, url text NOT NULL, secret text NOT NULL)",
    # The id is made of the event's and the person's: an event that comes again tells nobody twice.
    """
    CREATE TABLE notification (
        id uuid PRIMARY KEY,
        user_id uuid NOT NULL,
        created_at timestamptz NOT NULL,
        read_at timestamptz,
        shown boolean NOT NULL,
        notice jsonb NOT NULL
    )
    """,
    "COMMENT ON COLUMN notification.shown IS 'in the app; false: the person wants it elsewhere only'",
    "CREATE INDEX notification_of_user ON notification (user_id, created_at DESC, id DESC)",
    "CREATE INDEX notification_age ON notification (created_at)",
    # One row for each notification and channel that it goes out by.
    """
    CREATE TABLE dispatch (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        notification_id uuid NOT NULL REFERENCES notification ON DELETE CASCADE,
        user_id uuid NOT NULL,
        channel text NOT NULL,
        digest boolean NOT NULL,
        state text NOT NULL DEFAULT 'waiting',
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        sent_at timestamptz,
        error text NOT NULL DEFAULT '',
        UNIQUE (notification_id, channel)
    )
    """,
    "CREATE INDEX dispatch_due ON dispatch (due_at) WHERE state = 'waiting'",
    "CREATE INDEX dispatch_state ON dispatch (state, due_at DESC)",
]


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
