"""The table of all conversations is read part by part, the newest first."""

from alembic import op

revision = "support_0004"
down_revision = "support_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX conversations_age ON conversations (created_at, id)")
