"""Notices of clients who wait are taken back when somebody takes the conversation."""

from alembic import op

revision = "realtime_0012"
down_revision = "realtime_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "CREATE INDEX notification_of_conversation ON notification ((notice->>'conversation_id'))"
        " WHERE notice->>'conversation_id' IS NOT NULL"
    )
