"""What is to be judged remembers the request that changed it, and so does the alert that comes of it."""

from alembic import op

revision = "monitoring_0007"
down_revision = "monitoring_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE touched ADD COLUMN correlation_id text NOT NULL DEFAULT ''")
