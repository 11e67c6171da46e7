"""What a filtered list is counted by."""

from alembic import op

revision = "users_0002"
down_revision = "users_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE INDEX users_counted ON users (active, role) WHERE NOT deleted")
