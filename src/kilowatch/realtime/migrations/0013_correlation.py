"""A notification knows the request or reading that has led to it, and so do mail, webhook and log."""

from alembic import op

revision = "realtime_0013"
down_revision = "realtime_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE notification ADD COLUMN correlation_id text NOT NULL DEFAULT ''")
