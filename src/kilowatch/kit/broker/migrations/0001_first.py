"""The dead letters of the in-process broker."""

from alembic import op

revision = "broker_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE dead_letter (
            sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            id uuid NOT NULL UNIQUE,
            queue text NOT NULL,
            reason text NOT NULL,
            at timestamptz NOT NULL,
            message_id text NOT NULL,
            body bytea NOT NULL,
            routing_key text NOT NULL,
            content_type text NOT NULL,
            headers jsonb NOT NULL,
            correlation_id text NOT NULL,
            user_id text
        )
        """
    )
    op.execute("CREATE INDEX dead_letter_by_queue ON dead_letter (queue, sequence)")
