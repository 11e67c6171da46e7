"""A reading of which there is nothing to remark has no flags: NULL takes no room, and zero takes eight bytes."""

from alembic import op

revision = "monitoring_0006"
down_revision = "monitoring_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE reading ALTER COLUMN flags DROP NOT NULL")
    op.execute("COMMENT ON COLUMN reading.flags IS 'NULL: none'")
