"""A recomputation may be put off, while what it is about goes on changing."""

from alembic import op

revision = "monitoring_0008"
down_revision = "monitoring_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # NULL: at once.
    op.execute("ALTER TABLE recomputation ADD COLUMN due_at timestamptz")
