"""An alert remembers the request whose reading raised it: news of it is told later, by another job."""

from alembic import op

revision = "monitoring_0005"
down_revision = "monitoring_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE alert ADD COLUMN correlation_id text NOT NULL DEFAULT ''")
